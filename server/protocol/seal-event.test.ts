import test from 'ava'
import fc from 'fast-check'
import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { canonicalJson } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { contentHash, eventIdOf } from './event-id.ts'
import { redactPdu } from './redaction.ts'
import { type RoomVersion, roomVersion, roomVersions } from './room-versions.ts'
import { maxEventBytes, sealEvent, type UnsealedEvent } from './seal-event.ts'
import { createSigningKey, createVerifyKey, isSignedBy, type VerifyKey, verifySignature } from './signing.ts'
import { errcodeOf } from './test-event.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

const v10 = roomVersion('10') as RoomVersion
const v12 = roomVersion('12') as RoomVersion
const key = createSigningKey({ keyId: 'ed25519:a', seed: new Uint8Array(32).fill(7) })
const verifyKey = createVerifyKey(key.publicKey) as VerifyKey
const unsealed: UnsealedEvent = {
  type: 'm.room.message',
  sender: '@a:x',
  room_id: '!r',
  content: { body: 'hi' },
  depth: 2,
  origin_server_ts: 1,
  auth_events: ['$a'],
  prev_events: ['$b'],
}
const ofVersion = (version: RoomVersion): Partial<UnsealedEvent> => ({
  ...(version.eventIdFormat === 'chosen' && { event_id: '$chosen:x' }),
  ...(version.citesWithHashes && { auth_events: [['$a:x', { sha256: 'h' }]], prev_events: [['$b:x', { sha256: 'i' }]] }),
})
const seal = (change: Partial<UnsealedEvent>, version = v12) =>
  sealEvent(version, 'x', key, { ...unsealed, ...ofVersion(version), ...change })

test('the stored text is canonical, and is the event', (t) => {
  const { event, json } = seal({ state_key: 'k', content: { z: 1, a: [{ y: 1, b: 'ä' }] } })
  t.is(json, canonicalJson(event.pdu))
  t.deepEqual(JSON.parse(json), event.pdu)
})

test('hash, ID and signature agree with the plain way of making them', (t) => {
  const contents = fc.dictionary(
    fc.string({ unit: 'grapheme' }),
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constantFrom(null, [], { signed: 1 })),
  )
  const types = fc.constantFrom('m.room.message', 'm.room.member', 'm.room.create', 'm.room.power_levels', 'm.room.redaction', 'x"y')
  const version = fc.constantFrom(...roomVersions)
  fc.assert(
    fc.property(
      version,
      types,
      contents,
      fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined }),
      (rules, type, content, stateKey) => {
        const { event, json } = seal({ type, content, ...(stateKey !== undefined && { state_key: stateKey }) }, rules)
        const pdu = JSON.parse(json) as JsonObject
        t.is(json, canonicalJson(pdu))
        t.is(event.eventId, eventIdOf(rules, pdu))
        t.is(event.pdu.hashes.sha256, contentHash(pdu))
        t.true(isSignedBy(redactPdu(rules, pdu), 'x', 'ed25519:a', verifyKey))
      },
    ),
    { numRuns: 200 },
  )
})

test('a redaction names its target in the content from version 11 on, before at top level', (t) => {
  const change = { type: 'm.room.redaction', content: { reason: 'r' }, redacts: '$t' as EventId }
  t.deepEqual(seal(change).event.pdu.content, { reason: 'r', redacts: '$t' })
  t.is(seal(change).event.pdu.redacts, undefined)
  const old = seal(change, v10)
  t.like(old.event.pdu, { content: { reason: 'r' }, redacts: '$t' })
  t.is(old.json, canonicalJson(old.event.pdu))
})

test('versions 1 and 2 want an event ID given, the others do not', (t) => {
  const { event_id: _chosen, ...none } = { ...unsealed, ...ofVersion(roomVersion('1')!) }
  t.throws(() => sealEvent(roomVersion('1')!, 'x', key, none), { instanceOf: TypeError })
  t.throws(() => seal({ event_id: '$chosen:x' }), { instanceOf: TypeError })
})

test('the depth stays at the limit of the version', (t) => {
  const [v5, v6] = [roomVersion('5')!, roomVersion('6')!]
  t.is(seal({ depth: 2 ** 53 }, v6).event.pdu.depth, 2 ** 53 - 1)
  t.is(seal({ depth: 2 ** 53 - 1 }, v5).event.pdu.depth, 2 ** 53 - 1)
  for (const depth of [2 ** 53, 2 ** 63, 2 ** 63 + 1e10]) {
    const { event, json } = seal({ depth }, v5)
    t.true(json.includes('"depth":9223372036854775807,'))
    t.is(event.pdu.depth, Number('9223372036854775807'))
    t.is(event.eventId, eventIdOf(v5, parseWithWrittenNumbers(json) as JsonObject))
  }
})

test('a create event without a room ID gives its own to the room', (t) => {
  const { room_id: _, ...create } = { ...unsealed, type: 'm.room.create', state_key: '' }
  const { event } = sealEvent(v12, 'x', key, create)
  t.is(event.roomId, `!${event.eventId.slice(1)}`)
  t.false('room_id' in event.pdu)
})

test('an event of 65,536 bytes is sealed, and one of a byte more is too large', (t) => {
  const room = maxEventBytes - Buffer.byteLength(seal({ content: { body: '' } }).json)
  t.is(Buffer.byteLength(seal({ content: { body: 'x'.repeat(room) } }).json), maxEventBytes)
  t.is(
    errcodeOf(() => seal({ content: { body: 'x'.repeat(room + 1) } })),
    'M_TOO_LARGE',
  )
  t.is(
    errcodeOf(() => seal({ content: { body: 'ä'.repeat(room / 2 + 1) } })),
    'M_TOO_LARGE',
  )
})

test('type, state key, sender and room ID have 255 bytes at most', (t) => {
  for (const [text, errcode] of [
    ['x'.repeat(254), undefined],
    ['ä'.repeat(127), undefined],
    ['x'.repeat(255), 'M_TOO_LARGE'],
    ['€'.repeat(85), 'M_TOO_LARGE'],
  ] as const) {
    t.is(
      errcodeOf(() => seal({ type: `t${text}` })),
      errcode,
    )
    t.is(
      errcodeOf(() => seal({ state_key: `k${text}` })),
      errcode,
    )
    t.is(
      errcodeOf(() => seal({ sender: `@${text}` as UserId })),
      errcode,
    )
    t.is(
      errcodeOf(() => seal({ room_id: `!${text}` as RoomId })),
      errcode,
    )
  }
})

test('content without a canonical form is refused', (t) => {
  for (const content of [{ n: 1.5 }, { n: 2 ** 53 }, { n: Number.NaN }, { n: undefined }, { s: '\ud800' }])
    t.is(
      errcodeOf(() => seal({ content })),
      'M_BAD_JSON',
    )
})

test('redaction is done once and for all, and keeps ID and signature', (t) => {
  const keys = fc.constantFrom('membership', 'join_rule', 'users', 'redacts', 'third_party_invite', 'x', '__proto__')
  const types = fc.constantFrom('m.room.member', 'm.room.join_rules', 'm.room.power_levels', 'm.room.redaction', 'm.room.create', 'x')
  fc.assert(
    fc.property(
      types,
      fc.dictionary(keys, fc.constantFrom('a', 1, { signed: { a: 1 }, b: 2 }), { noNullPrototype: true }),
      (type, content) => {
        const pdu = JSON.parse(seal({ type, content }).json) as JsonObject
        const once = redactPdu(v12, pdu)
        t.deepEqual(redactPdu(v12, once), once)
        t.is(eventIdOf(v12, once), eventIdOf(v12, pdu))
      },
    ),
    { numRuns: 200 },
  )
})

test('a signature is checked against everything that may be wrong with it', (t) => {
  const signature = key.sign('text')
  t.true(verifySignature(key.publicKey, signature, 'text'))
  t.true(verifySignature(`${key.publicKey}=`, `${signature}==`, Buffer.from('text')))
  const other = createSigningKey({ keyId: 'ed25519:b', seed: new Uint8Array(32) })
  const wrong: [string, string, string][] = [
    [key.publicKey, signature, 'texts'],
    [other.publicKey, signature, 'text'],
    ['', signature, 'text'],
    ['!', signature, 'text'],
    [key.publicKey, '', 'text'],
    [key.publicKey, 'äöü', 'text'],
    [key.publicKey, signature.slice(1), 'text'],
    [key.publicKey, `A${signature.slice(1)}`, 'text'],
  ]
  for (const [publicKey, given, text] of wrong) t.false(verifySignature(publicKey, given, text), `${publicKey} ${given} ${text}`)
  t.throws(() => createSigningKey({ keyId: 'ed25519:c', seed: 'short' }), { instanceOf: RangeError })
})
