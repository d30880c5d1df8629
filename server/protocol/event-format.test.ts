import test from 'ava'
import type { JsonObject } from './event.ts'
import { checkFormat, maxEventLevels } from './event-format.ts'
import { eventOfPdu } from './event-id.ts'
import { receivedEvent } from './received-pdu.ts'
import { type RoomVersion, roomVersion, roomVersions } from './room-versions.ts'
import { strictJson } from './strict-json.ts'

const pduOf = (version: RoomVersion, change: JsonObject = {}): JsonObject => {
  const cite = (id: string) => (version.citesWithHashes ? [`${id}:x`, { sha256: 'h' }] : id)
  return {
    type: 'm.room.message',
    sender: '@a:x',
    room_id: '!r:x',
    content: {},
    depth: 1,
    origin_server_ts: 1,
    auth_events: [cite('$a')],
    prev_events: [cite('$b')],
    hashes: { sha256: 'h' },
    signatures: {},
    ...(version.eventIdFormat === 'chosen' && { event_id: '$e:x' }),
    ...change,
  }
}

/** An array in an array, and so on. */
const nested = (levels: number): unknown => {
  let value: unknown = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

test('an event may nest as deep as the limit, and no deeper', (t) => {
  for (const version of roomVersions) {
    // The event and its content are two levels.
    t.is(checkFormat(version, pduOf(version, { content: { a: nested(maxEventLevels - 2) } })), undefined)
    const deeper = checkFormat(version, pduOf(version, { content: { a: nested(maxEventLevels - 1) } }))
    t.is(deeper, 'The event nests more than 500 levels deep.')
  }
})

test('an event of the deepest nesting can be hashed', (t) => {
  for (const version of roomVersions) {
    const pdu = pduOf(version, { type: 'm.room.create', content: { a: nested(maxEventLevels - 2) } })
    t.regex(eventOfPdu(version, pdu as never).eventId, /^\$/)
    t.is(receivedEvent(version, pdu as never).json.length > 2 * (maxEventLevels - 2), true)
  }
})

test('10,000 and 1,000,000 levels are refused without exhausting the stack', (t) => {
  for (const levels of [10_000, 1_000_000])
    for (const key of ['content', 'unsigned', 'signatures', 'x'])
      t.is(
        checkFormat(roomVersion('12')!, pduOf(roomVersion('12')!, { [key]: { a: nested(levels) } })),
        'The event nests more than 500 levels deep.',
      )
  t.throws(() => strictJson(`{"content":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), { message: /nests more than/ })
})

test('values that no JSON has are refused', (t) => {
  for (const version of roomVersions) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** 53, undefined, () => 1, 1n, '\ud800'])
      t.is(typeof checkFormat(version, pduOf(version, { content: { value } })), 'string', `${version.id} ${String(value)}`)
  }
  for (const value of [undefined, null, 1, 'x', [], strictJson('1.0', { integers: 'written' })])
    t.is(checkFormat(roomVersions[0]!, value), 'An event is a JSON object.')
})

test('a fraction that was read as a double is refused: its writing is lost', (t) => {
  const v5 = roomVersion('5')!
  t.regex(checkFormat(v5, pduOf(v5, { content: { a: 1.5 } })) ?? '', /kept as it was written/)
  const kept = strictJson(JSON.stringify(pduOf(v5, { content: { a: 1.5 } })), { integers: 'written' })
  t.is(checkFormat(v5, kept), undefined)
})

test('a number stands for no object, whatever JavaScript keeps it in', (t) => {
  const v1 = roomVersion('1')!
  for (const key of ['content', 'hashes', 'signatures', 'unsigned', 'type', 'sender', 'state_key', 'redacts']) {
    const text = JSON.stringify(pduOf(v1, { [key]: 'NUMBER' })).replace('"NUMBER"', '1.0')
    t.regex(checkFormat(v1, strictJson(text, { integers: 'written' })) ?? '', new RegExp(`The "${key}"`), key)
  }
})

test('what objects inherit is no part of an event', (t) => {
  const v12 = roomVersion('12')!
  const { type: _type, ...rest } = pduOf(v12, { room_id: '!8yif6p8EqgoSten2BLje9ntKm720NyFLWQv9tn8memc' })
  t.regex(checkFormat(v12, Object.assign(Object.create({ type: 'x' }), rest)) ?? '', /"type"/)
  const sneaky = strictJson(`${JSON.stringify(rest).slice(0, -1)},"__proto__":{"type":"m.room.message"}}`)
  t.regex(checkFormat(v12, sneaky) ?? '', /"type"/)
  t.is(({} as { type?: string }).type, undefined)
})
