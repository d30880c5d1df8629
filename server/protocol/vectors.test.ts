import { readFileSync } from 'node:fs'
import test from 'ava'
import { canonicalJson, decodeBase64, unpaddedBase64, urlSafeBase64 } from './encoding.ts'
import { MatrixError } from './errors.ts'
import type { JsonObject } from './event.ts'
import { checkFormat } from './event-format.ts'
import { citationOf, contentHash, eventIdOf, eventOfPdu } from './event-id.ts'
import { own } from './json-values.ts'
import { receivedEvent, signersOf, withCheckedHash } from './received-pdu.ts'
import { redactedJson, redactPdu } from './redaction.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { sealEvent, signPdu, type UnsealedEvent } from './seal-event.ts'
import { createSigningKey, createVerifyKey, isSignedBy, signJson, signedText } from './signing.ts'
import { strictJson } from './strict-json.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

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

for (const { title, input, canonical: wanted } of canonical.asWritten) {
  test(`canonical JSON of versions 1 to 5: ${title}`, (t) => {
    t.is(canonicalJson(strictJson(input, { integers: 'written' })), wanted)
    t.is(canonicalJson(parseWithWrittenNumbers(wanted)), wanted)
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
for (const { title, event, text, sha256, signature, roomVersions, eventId, referenceHash: wantedReference, roomId, json } of hashes.cases) {
  for (const id of roomVersions) {
    const version = knownVersion(id)
    const pdu = event ?? strictJson(text, { integers: 'written' })
    test(`hash and signature in version ${id}: ${title}`, (t) => {
      const signed = signPdu(version, hashes.serverName, key, pdu)
      t.is(contentHash(pdu), sha256)
      t.deepEqual(signed.hashes, { sha256 })
      t.is(signatureOf(signed, hashes.serverName, hashes.keyId), signature)
      if (eventId === undefined) return
      t.is(eventIdOf(version, signed), eventId)
      t.is(eventOfPdu(version, signed).roomId, roomId ?? pdu.room_id)
      if (wantedReference !== undefined) t.deepEqual(citationOf(version, { eventId, json }), [eventId, { sha256: wantedReference }])
      const received = receivedEvent(version, signed)
      t.is(received.json, json)
      t.is(received.event.eventId, eventId)
      t.deepEqual(received.event.pdu, JSON.parse(json))
      t.is(withCheckedHash(version, signed), signed)
      t.is(eventIdOf(version, parseWithWrittenNumbers(redactedJson(version, json)) as JsonObject), eventId)
      if (event === undefined) return
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

for (const { title, event, signers } of signing.signers) {
  test(`who must sign: ${title}`, (t) => {
    for (const [id, servers] of Object.entries(signers))
      t.deepEqual(signersOf(knownVersion(id), event), servers as string[], `version ${id}`)
  })
}

const formats = vectors('event-format')
for (const { title, set = {}, without = [], padTo, padWith = 'x', accepted, refused } of formats.cases) {
  test(`event format: ${title}`, (t) => {
    for (const id of [...accepted, ...refused]) {
      const text = formatted({ ...texts(formats.bases[formats.baseOf[id]]), ...set }, without, padTo, padWith)
      t.is(
        formatFault(knownVersion(id), text) === undefined,
        accepted.includes(id),
        `version ${id}: ${formatFault(knownVersion(id), text)}`,
      )
    }
  })
}

function texts(base: JsonObject): { [key: string]: string } {
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, JSON.stringify(value)]))
}

function formatted(fields: { [key: string]: string }, without: readonly string[], padTo: number | undefined, padWith: string): string {
  const text = `{${Object.entries(fields)
    .filter(([key]) => !without.includes(key))
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')}}`
  if (padTo === undefined) return text
  const left = padTo - Buffer.byteLength(text.replace('PADDING', ''))
  const width = Buffer.byteLength(padWith)
  return text.replace('PADDING', padWith.repeat(Math.floor(left / width)) + 'x'.repeat(left % width))
}

function formatFault(version: RoomVersion, text: string): string | undefined {
  try {
    return checkFormat(version, strictJson(text, { integers: 'written' }))
  } catch (error) {
    if (error instanceof MatrixError) return error.message
    throw error
  }
}
