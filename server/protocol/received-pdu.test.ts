import test from 'ava'
import type { JsonObject, Pdu } from './event.ts'
import { citationOf, eventIdOf } from './event-id.ts'
import { type KeyOf, maxKeyValidity, receivedEvent, type ServerKey, verifySignatures, withCheckedHash } from './received-pdu.ts'
import { redactPdu } from './redaction.ts'
import { type RoomVersion, roomVersion, roomVersions } from './room-versions.ts'
import { signPdu } from './seal-event.ts'
import { createSigningKey, createVerifyKey, type SigningKey } from './signing.ts'
import { strictJson } from './strict-json.ts'

const keyOfServer = (number: number): SigningKey => createSigningKey({ keyId: `ed25519:${number}`, seed: new Uint8Array(32).fill(number) })
const [a, b, c] = [keyOfServer(1), keyOfServer(2), keyOfServer(3)] as [SigningKey, SigningKey, SigningKey]
const known = (key: SigningKey): ServerKey => ({ key: createVerifyKey(key.publicKey)!, validUntilTs: 2e12, learntTs: 2e12 })
const keys = new Map([
  ['a.example ed25519:1', known(a)],
  ['b.example ed25519:2', known(b)],
  ['c.example ed25519:3', known(c)],
])
const keyOf: KeyOf = (server, keyId) => keys.get(`${server} ${keyId}`)
const version = (id: string): RoomVersion => roomVersion(id)!

const ts = 1e12
const plain = (rules: RoomVersion, change: JsonObject = {}): JsonObject => ({
  type: 'm.room.message',
  sender: '@u:a.example',
  room_id: '!r:a.example',
  content: { body: 'x' },
  depth: 1,
  origin_server_ts: ts,
  auth_events: [],
  prev_events: [],
  ...(rules.eventIdFormat === 'chosen' && { event_id: '$e:a.example' }),
  ...change,
})
const signed = (rules: RoomVersion, pdu: JsonObject, server = 'a.example', key = a) =>
  signPdu(rules, server, key, pdu) as unknown as Pdu & JsonObject
const passes = (rules: RoomVersion, pdu: JsonObject, keysOf = keyOf) => verifySignatures(rules, pdu as unknown as Pdu, keysOf) === undefined

test('an event passes with the signature of its sender, whole or redacted, and fails without or with a wrong one', (t) => {
  for (const rules of roomVersions) {
    const pdu = signed(rules, plain(rules))
    t.true(passes(rules, pdu))
    t.true(passes(rules, redactPdu(rules, pdu)))
    t.true(passes(rules, { ...pdu, content: { body: 'other' }, unsigned: { age: 1 } }), 'what redaction takes is not covered')
    t.false(passes(rules, { ...pdu, signatures: {} }))
    t.false(passes(rules, { ...pdu, depth: 2 }))
    t.false(passes(rules, { ...pdu, hashes: { sha256: 'other' } }))
    t.false(passes(rules, signed(rules, plain(rules), 'b.example', b)), 'signed by another server alone')
    t.false(passes(rules, signed(rules, plain(rules), 'a.example', b)), 'signed with an unknown key')
  }
})

test('of the signatures of a server, all that were made with known keys must be right, and one there must be', (t) => {
  const rules = version('12')
  const pdu = signed(rules, plain(rules))
  const ofA = pdu.signatures['a.example']!
  const withMore = (more: { [keyId: string]: string }) => ({ ...pdu, signatures: { ...pdu.signatures, 'a.example': { ...ofA, ...more } } })
  t.true(passes(rules, withMore({ 'ed25519:unknown': 'junk', 'rsa:1': 'junk' })))
  const two: KeyOf = (server, keyId) => (keyId === 'ed25519:2' ? known(b) : keyOf(server, keyId))
  t.false(passes(rules, withMore({ 'ed25519:2': ofA['ed25519:1']! }), two))
  t.false(passes(rules, withMore({ 'ed25519:1': '' })))
  // Whatever is known under such an ID.
  const anyId: KeyOf = () => known(a)
  t.true(passes(rules, pdu, anyId))
  t.false(passes(rules, { ...pdu, signatures: { 'a.example': { 'rsa:1': ofA['ed25519:1']! } } }, anyId))
})

test('a server of many signatures costs no more than a few checks', (t) => {
  const rules = version('12')
  const pdu = signed(rules, plain(rules))
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, number) => [`ed25519:${number}`, 'x']))
  let checked = 0
  const counting: KeyOf = () => ({ key: { verify: () => ++checked > 0 }, validUntilTs: 2e12, learntTs: 2e12 })
  t.true(passes(rules, { ...pdu, signatures: { 'a.example': many } }, counting))
  t.is(checked, 16)
})

test('from version 5 on a key must be valid at the time of the event, for 7 days after it was learnt at most', (t) => {
  const cases: [title: string, key: Omit<ServerKey, 'key'>, old: boolean, from5: boolean][] = [
    ['valid for as long', { validUntilTs: ts, learntTs: ts }, true, true],
    ['valid until before', { validUntilTs: ts - 1, learntTs: ts }, true, false],
    ['valid for years, as it says', { validUntilTs: ts * 2, learntTs: ts - maxKeyValidity }, true, true],
    ['valid for years, learnt too long ago', { validUntilTs: ts * 2, learntTs: ts - maxKeyValidity - 1 }, true, false],
    ['given up later', { expiredTs: ts }, true, true],
    ['given up before', { expiredTs: ts - 1 }, false, false],
  ]
  for (const rules of roomVersions) {
    const pdu = signed(rules, plain(rules))
    for (const [title, validity, old, from5] of cases) {
      const key = { ...validity, key: known(a).key } as ServerKey
      t.is(
        passes(rules, pdu, () => key),
        Number(rules.id) < 5 ? old : from5,
        `${rules.id} ${title}`,
      )
    }
  }
})

test('versions 1 and 2 also want the server of the event ID', (t) => {
  for (const rules of [version('1'), version('2')]) {
    const pdu = signed(rules, plain(rules, { event_id: '$e:b.example' }))
    t.false(passes(rules, pdu))
    t.true(passes(rules, signed(rules, pdu, 'b.example', b)))
  }
  t.true(passes(version('3'), signed(version('3'), plain(version('3'), { event_id: '$e:b.example' }))))
})

test('from version 8 on who authorises a join must sign it', (t) => {
  for (const rules of roomVersions) {
    const join = plain(rules, {
      type: 'm.room.member',
      state_key: '@u:a.example',
      content: { membership: 'join', join_authorised_via_users_server: '@w:c.example' },
    })
    const pdu = signed(rules, join)
    t.is(passes(rules, pdu), Number(rules.id) < 8)
    t.true(passes(rules, signed(rules, pdu, 'c.example', c)))
    for (const nobody of [1, 'c.example', '@w', null]) {
      const named = { ...join, content: { membership: 'join', join_authorised_via_users_server: nobody } }
      t.is(passes(rules, signed(rules, named)), Number(rules.id) < 8, `${rules.id} ${nobody}`)
    }
  }
})

test('an invite by a third party needs no signature of its sender, yet only as far as its hash covers the third party', (t) => {
  for (const rules of roomVersions) {
    const invite = plain(rules, {
      type: 'm.room.member',
      state_key: '@w:b.example',
      content: { membership: 'invite', third_party_invite: { signed: { mxid: '@w:b.example', token: 't', signatures: {} } } },
    })
    const hashed = { ...signed(rules, invite), signatures: {} }
    t.true(passes(rules, hashed))
    // Redaction makes a plain invite of it before version 11; one that nobody has signed.
    const forged = { ...hashed, hashes: { sha256: 'forged' } }
    t.is(passes(rules, forged), Number(rules.id) >= 11)
    t.is('third_party_invite' in withCheckedHash(rules, forged).content, Number(rules.id) >= 11)
  }
})

test('an event whose hash is wrong is what redaction leaves of it', (t) => {
  for (const rules of roomVersions) {
    const pdu = signed(rules, plain(rules, { unsigned: { age: 1 } }))
    t.is(withCheckedHash(rules, pdu), pdu)
    const padded = { ...pdu, hashes: { sha256: `${pdu.hashes.sha256}=` } }
    t.is(withCheckedHash(rules, padded), padded)
    for (const change of [{ content: { body: 'other' } }, { more: 1 }, { hashes: { sha256: '!' } }, { hashes: { sha256: 'AAAA' } }]) {
      const left = withCheckedHash<JsonObject>(rules, { ...pdu, ...change })
      t.deepEqual(left, redactPdu<JsonObject>(rules, { ...pdu, ...change }))
      t.deepEqual(left['content'], {})
      t.false('more' in left || 'unsigned' in left)
    }
  }
})

test('what a peer adds unsigned is not kept', (t) => {
  for (const rules of roomVersions) {
    const pdu = signed(rules, plain(rules))
    const { event, json } = receivedEvent(rules, { ...pdu, unsigned: { 'm.relations': {}, age: 1 } })
    t.deepEqual(event.pdu, pdu)
    t.deepEqual(JSON.parse(json), pdu)
    t.is(event.eventId, eventIdOf(rules, pdu))
  }
})

test('an event with numbers that JavaScript loses passes all checks, and keeps ID and citation', (t) => {
  for (const rules of roomVersions.filter(({ strictIntegers }) => !strictIntegers)) {
    const text = JSON.stringify(plain(rules, { type: 'm.room.power_levels', state_key: '', depth: 5, content: { ban: 6 } }))
    const written = text.replace('"depth":5', '"depth":9223372036854775807').replace('"ban":6', '"ban":50.0')
    const pdu = signed(rules, strictJson(written, { integers: 'written' }) as JsonObject)
    t.true(passes(rules, pdu))
    t.is(withCheckedHash(rules, pdu), pdu)
    const { event, json } = receivedEvent(rules, pdu)
    t.is(event.pdu.depth, 2 ** 63)
    t.deepEqual(event.pdu.content, { ban: 50 })
    t.true(json.includes('"depth":9223372036854775807') && json.includes('"ban":50.0'))
    const again = strictJson(json, { integers: 'written' }) as Pdu & JsonObject
    t.is(eventIdOf(rules, again), event.eventId)
    t.deepEqual(
      citationOf(rules, { eventId: event.eventId, json }),
      citationOf(rules, { eventId: event.eventId, json: JSON.stringify(again) }),
    )
  }
})
