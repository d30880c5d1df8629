import { readFileSync } from 'node:fs'
import test from 'ava'
import { canonicalJson, decodeBase64, unpaddedBase64, urlSafeBase64 } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { contentHash, eventIdOf, eventOfPdu } from './event-id.ts'
import { own } from './json-values.ts'
import { redactPdu } from './redaction.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { sealEvent, signPdu, type UnsealedEvent } from './seal-event.ts'
import { createSigningKey, createVerifyKey, isSignedBy, signJson, signedText } from './signing.ts'

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../spec/vectors/${name}.json`, import.meta.url), 'utf8'))
const signatureOf = (object: JsonObject, serverName: string, keyId: string) => own(own(object['signatures'], serverName), keyId)

const canonical = vectors('canonical-json')
for (const { title, input, canonical: wanted } of canonical.cases) {
  test(`canonical JSON: ${title}`, (t) => t.is(canonicalJson(JSON.parse(input)), wanted))
}
for (const { title, input } of canonical.refused) {
  test(`canonical JSON has no form for ${title}`, (t) => {
    t.throws(() => canonicalJson(JSON.parse(input)), { message: /./, name: 'MatrixError' })
  })
}

for (const { text, hex, base64, urlSafe } of vectors('base64').cases) {
  test(`unpadded Base64: “${base64}”`, (t) => {
    const bytes = hex === undefined ? Buffer.from(text) : Buffer.from(hex, 'hex')
    t.is(unpaddedBase64(bytes), base64)
    t.deepEqual(decodeBase64(base64), bytes)
    t.deepEqual(decodeBase64(bytes.toString('base64')), bytes)
    if (urlSafe !== undefined) {
      t.is(urlSafeBase64(bytes), urlSafe)
      t.deepEqual(decodeBase64(urlSafe), bytes)
    }
  })
}

const signing = vectors('signatures')
const key = createSigningKey(signing)
const verifyKey = createVerifyKey(key.publicKey)
test('a seed yields its public key', (t) => t.is(key.publicKey, signing.publicKey))
for (const { title, input, signature } of signing.cases) {
  test(`signing JSON: ${title}`, (t) => {
    const signed: JsonObject = signJson(input, signing.serverName, key)
    t.is(signatureOf(signed, signing.serverName, signing.keyId), signature)
    t.is(signedText(signed), signedText(input))
    for (const [server, signatures] of Object.entries(input.signatures ?? {})) t.deepEqual(own(signed['signatures'], server), signatures)
    t.true(isSignedBy(signed, signing.serverName, signing.keyId, verifyKey as NonNullable<typeof verifyKey>))
    t.false(isSignedBy({ ...signed, more: 1 }, signing.serverName, signing.keyId, verifyKey as NonNullable<typeof verifyKey>))
  })
}

const hashes = vectors('event-hashes')
const knownVersion = (id: string): RoomVersion => {
  const version = roomVersion(id)
  if (version === undefined) throw new Error(`no room version ${id}`)
  return version
}
const oldRules = (): RoomVersion => {
  const v11 = knownVersion('11')
  return { ...v11, redaction: { ...v11.redaction, topLevel: new Set(hashes.oldRules.topLevel) } }
}
for (const { title, event, sha256, signature, redactedByOldRules, roomVersions = ['11'], eventId, roomId, json } of hashes.cases) {
  for (const id of roomVersions) {
    const version = redactedByOldRules ? oldRules() : knownVersion(id)
    test(`hash and signature in ${redactedByOldRules ? 'an old version' : `version ${id}`}: ${title}`, (t) => {
      const signed = signPdu(version, hashes.serverName, key, event)
      t.is(contentHash(event), sha256)
      t.deepEqual(signed.hashes, { sha256 })
      t.is(signatureOf(signed, hashes.serverName, hashes.keyId), signature)
      if (eventId === undefined) return
      t.is(eventIdOf(version, signed), eventId)
      t.is(eventOfPdu(version, signed).roomId, roomId ?? event.room_id)
      const sealed = sealEvent(version, hashes.serverName, key, event as UnsealedEvent)
      t.is(sealed.json, json)
      t.is(sealed.event.eventId, eventId)
      t.is(sealed.event.roomId, roomId ?? event.room_id)
      t.deepEqual(sealed.event.pdu, JSON.parse(json))
    })
  }
}

for (const { title, roomVersions, event, redacted } of vectors('redaction').cases) {
  for (const id of roomVersions)
    test(`redaction in version ${id}: ${title}`, (t) => t.deepEqual(redactPdu(knownVersion(id), event), redacted))
}
