import test from 'ava'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Citation, JsonObject } from './event.ts'
import { maxShownBytes, maxShownEntries, readShownState } from './shown-state.ts'
import { type RoomVersion, roomVersion, roomVersions } from './room-versions.ts'
import { sealEvent } from './seal-event.ts'
import { createSigningKey, createVerifyKey, type VerifyKey } from './signing.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'
import type { KeyOf } from './received-pdu.ts'

const keyOfServer = createSigningKey({ keyId: 'ed25519:1', seed: new Uint8Array(32).fill(7) })
const key = createVerifyKey(keyOfServer.publicKey) as VerifyKey
const keyOf: KeyOf = (server, keyId) => (server === 'x' && keyId === 'ed25519:1' ? { key, validUntilTs: 10, learntTs: 10 } : undefined)

let made = 0
/** A signed state event, as a peer would send it. */
const sealed = (version: RoomVersion, roomId: RoomId | undefined, type: string, content: JsonObject, stateKey: string | null = '') =>
  sealEvent(version, 'x', keyOfServer, {
    ...(version.eventIdFormat === 'chosen' && { event_id: `$${++made}:x` as const }),
    ...(roomId !== undefined && { room_id: roomId }),
    type,
    ...(stateKey !== null && { state_key: stateKey }),
    sender: '@alice:x' as UserId,
    content,
    depth: 1,
    origin_server_ts: 1,
    auth_events: [] as Citation[],
    prev_events: [] as Citation[],
  })
const roomOf = (version: RoomVersion) => {
  const create = sealed(version, version.createOmitsRoomId ? undefined : '!r:x', 'm.room.create', {
    // Version 1 is that of a room which names none.
    ...(version.id !== '1' && { room_version: version.id }),
    ...(version.creatorInContent && { creator: '@alice:x' }),
  })
  const { roomId } = create.event
  const shown = (type: string, content: JsonObject, stateKey?: string | null): JsonObject =>
    JSON.parse(sealed(version, roomId, type, content, stateKey).json)
  return {
    roomId,
    create: JSON.parse(create.json) as JsonObject,
    shown,
    read: (value: unknown) => readShownState(version, roomId, value, keyOf),
  }
}
const v12 = roomVersion('12') as RoomVersion
const v11 = roomVersion('11') as RoomVersion
const typesOf = ({ stripped }: ReturnType<typeof readShownState>) => stripped.map(({ type }) => type)
const stripped = (type: string, content: unknown, more: JsonObject = {}) => ({ type, state_key: '', sender: '@alice:x', content, ...more })

for (const version of roomVersions)
  test(`whole events of a room of version ${version.id} are pruned to the four keys`, (t) => {
    const { roomId, create, shown, read } = roomOf(version)
    const found = read([shown('m.room.name', { name: 'Kitchen' }), create])
    t.is(found.flaw, undefined)
    t.is(found.create?.roomId, roomId)
    t.deepEqual(found.stripped, [
      { type: 'm.room.create', state_key: '', sender: '@alice:x', content: create['content'] as JsonObject },
      { type: 'm.room.name', state_key: '', sender: '@alice:x', content: { name: 'Kitchen' } },
    ])
  })

test('what is no list shows nothing', (t) => {
  for (const value of [undefined, null, {}, 'x', 1]) {
    const { stripped: none, create, flaw } = roomOf(v12).read(value)
    t.deepEqual([none, create], [[], undefined])
    t.truthy(flaw)
  }
})

test('a missing create event is a flaw, and the rest may be shown', (t) => {
  const { shown, read } = roomOf(v12)
  t.truthy(read([]).flaw)
  const found = read([shown('m.room.name', { name: 'Kitchen' })])
  t.deepEqual(typesOf(found), ['m.room.name'])
  t.regex(found.flaw ?? '', /create event/)
})

type Room = ReturnType<typeof roomOf>
const bad: [title: string, entry: (room: Room) => unknown][] = [
  ['the create event of another room', () => JSON.parse(sealed(v12, undefined, 'm.room.create', { room_version: '12', x: 1 }).json)],
  ['a create event of another version', () => JSON.parse(sealed(v12, undefined, 'm.room.create', { room_version: '11' }).json)],
  ['a create event with a state key', () => JSON.parse(sealed(v12, undefined, 'm.room.create', { room_version: '12' }, 'x').json)],
  ['a create event that names a room', ({ create, roomId }) => ({ ...create, room_id: roomId })],
  ['an event of another room', () => JSON.parse(sealed(v12, '!other:x', 'm.room.topic', {}).json)],
  [
    'an event whose room was put right afterwards',
    ({ roomId }) => ({ ...JSON.parse(sealed(v12, '!other:x', 'm.room.topic', {}).json), room_id: roomId }),
  ],
  ['an event without a signature', ({ shown }) => ({ ...shown('m.room.topic', {}), signatures: {} })],
  ['an event with the signature of another', ({ shown }) => ({ ...shown('m.room.topic', {}), signatures: shown('x', {})['signatures'] })],
  ['an event signed by another server', ({ shown }) => ({ ...shown('m.room.topic', {}), sender: '@alice:y' })],
  ['an event that is no state', ({ shown }) => shown('m.room.topic', {}, null)],
  ['stripped state', () => stripped('m.room.topic', { topic: 'x' })],
  ['a list', () => []],
  ['a text', () => 'x'],
  ['nothing', () => null],
  ['an event with too many of a field', ({ shown }) => ({ ...shown('m.room.topic', {}), prev_events: Array(21).fill('$a') })],
]
for (const [title, entry] of bad)
  test(`in version 12 it is a flaw, and not shown: ${title}`, (t) => {
    const room = roomOf(v12)
    const name = room.shown('m.room.name', { name: 'Kitchen' })
    const found = room.read([entry(room), room.create, name])
    t.truthy(found.flaw)
    t.deepEqual(typesOf(found), ['m.room.create', 'm.room.name'])
    t.is(found.create?.roomId, room.roomId)
  })

test('a content that is not what was hashed is shown redacted', (t) => {
  const { create, shown, read } = roomOf(v12)
  const found = read([create, { ...shown('m.room.name', { name: 'Kitchen' }), content: { name: 'Bank' } }])
  t.deepEqual(found.stripped[1]?.content, {})
})

test('up to version 11 stripped state of before v1.16 is shown, though flawed, and vouches for nothing', (t) => {
  const { read } = roomOf(v11)
  const found = read([stripped('m.room.name', { name: 'Kitchen' }, { unsigned: { age: 1 }, x: 1 }), stripped('m.room.create', {})])
  t.deepEqual(typesOf(found), ['m.room.create', 'm.room.name'])
  t.deepEqual(Object.keys(found.stripped[1] ?? {}).toSorted(), ['content', 'sender', 'state_key', 'type'])
  t.is(found.create, undefined)
  t.truthy(found.flaw)
})

const misshapen: [title: string, entry: unknown][] = [
  ['a sender that is none', stripped('m.room.name', {}, { sender: 'alice' })],
  ['a content that is no object', stripped('m.room.name', [])],
  ['no state key', { ...stripped('m.room.name', {}), state_key: undefined }],
  ['a state key that is no text', stripped('m.room.name', {}, { state_key: 1 })],
  ['a long type', stripped('x'.repeat(256), {})],
  ['no type', stripped('x', {}, { type: null })],
  ['half a surrogate pair', stripped('m.room.name', { name: '\ud800' })],
  ['too many levels', stripped('m.room.name', { name: JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) })],
  ['more than an event may have', stripped('m.room.name', { name: 'x'.repeat(70_000) })],
  ['what was meant to be an event', stripped('m.room.name', {}, { hashes: {} })],
]
for (const [title, entry] of misshapen)
  test(`up to version 11 stripped state that will not do is not shown: ${title}`, (t) => {
    const { create, read } = roomOf(v11)
    t.deepEqual(typesOf(read([create, entry])), ['m.room.create'])
  })

const otherCreates: [title: string, create: (room: Room) => JsonObject][] = [
  ['of another room', () => JSON.parse(sealed(v11, '!other:x', 'm.room.create', { room_version: '11' }).json)],
  ['of another version', ({ shown }) => shown('m.room.create', { room_version: '12' })],
  ['of version 1, as it does not say', ({ shown }) => shown('m.room.create', {})],
  ['with a state key', ({ shown }) => shown('m.room.create', { room_version: '11' }, 'x')],
]
for (const [title, create] of otherCreates)
  test(`in version 11 a create event is not that of the room: ${title}`, (t) => {
    const room = roomOf(v11)
    const found = room.read([create(room)])
    t.deepEqual([found.create, found.stripped], [undefined, []])
    t.truthy(found.flaw)
  })

test('numbers that were kept as written are shown as clients read them', (t) => {
  const v5 = roomVersion('5') as RoomVersion
  const entry = parseWithWrittenNumbers(JSON.stringify(stripped('x', {})).replace('{}', '{"half":0.50,"huge":1e400}'))
  const { create, read } = roomOf(v5)
  t.deepEqual(read([create, entry]).stripped[1]?.content, { half: 0.5, huge: Number.POSITIVE_INFINITY })
})

test('of two entries for one key the first counts', (t) => {
  const { create, shown, read } = roomOf(v12)
  const found = read([
    create,
    shown('m.room.name', { name: 'one' }),
    shown('m.room.name', { name: 'two' }),
    shown('m.room.name', { name: 'three' }, 'k'),
  ])
  t.deepEqual(
    found.stripped.map(({ content }) => content['name']),
    [undefined, 'one', 'three'],
  )
})

test('a peer shows so many entries at most, and the rest is not looked at', (t) => {
  const { roomId, create, shown, read } = roomOf(v12)
  const many = (count: number) => [create, ...Array.from({ length: count }, (_, index) => shown('x', {}, `${index}`))]
  t.is(read(many(maxShownEntries - 1)).flaw, undefined)
  let asked = 0
  const counting: KeyOf = (...of) => {
    asked++
    return keyOf(...of)
  }
  const found = readShownState(v12, roomId, many(maxShownEntries + 200), counting)
  t.is(asked, maxShownEntries)
  t.is(found.stripped.length, maxShownEntries)
  t.truthy(found.flaw)
})

test('a peer shows so many bytes at most, the create event before all', (t) => {
  const { create, shown, read } = roomOf(v12)
  const large = (name: string) => shown(name, { x: 'y'.repeat(40_000) })
  const found = read([large('a'), large('b'), shown('m.room.name', { name: 'Kitchen' }), create])
  t.deepEqual(typesOf(found), ['m.room.create', 'a', 'm.room.name'])
  t.truthy(found.flaw)
  t.true(JSON.stringify(found.stripped).length <= maxShownBytes + 1000)
})
