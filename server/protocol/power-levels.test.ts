import test from 'ava'
import type { Event, JsonObject } from './event.ts'
import { levelFor, levelToNotify, levelToSend, powerOf, readLevel, redactionApplies } from './power-levels.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { lookupIn } from './state-map.ts'
import { testEvent } from './test-event.ts'

const v11 = roomVersion('11') as RoomVersion
const v12 = roomVersion('12') as RoomVersion
const state = (type: string, content: JsonObject): Event =>
  testEvent({ type, content, state_key: '', sender: '@founder:x' }, { eventId: `$${type}`, roomId: '!r' })
const create = state('m.room.create', { additional_creators: ['@second:x'] })
const bare = lookupIn([create])
const set = lookupIn([
  create,
  state('m.room.power_levels', {
    users: { '@mod:x': 50 },
    users_default: 5,
    events: { topic: 7 },
    events_default: 1,
    state_default: 60,
    redact: 50,
    notifications: { room: 20 },
  }),
])

test('the founder of a version 11 room has 100 until levels are set', (t) => {
  t.is(powerOf(v11, '@founder:x', bare), 100)
  t.is(powerOf(v11, '@founder:x', set), 5)
  t.is(powerOf(v11, '@second:x', bare), 0)
})

test('the creators of a version 12 room have unlimited power', (t) => {
  for (const lookup of [bare, set]) {
    t.is(powerOf(v12, '@founder:x', lookup), Infinity)
    t.is(powerOf(v12, '@second:x', lookup), Infinity)
  }
})

test('others have their own level, or the default', (t) => {
  t.is(powerOf(v12, '@mod:x', set), 50)
  t.is(powerOf(v12, '@anybody:x', set), 5)
  t.is(powerOf(v12, '@anybody:x', bare), 0)
})

test('levels not set take the defaults of the specification', (t) => {
  const names = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'] as const
  t.deepEqual(
    names.map((name) => levelFor(v12, name, bare)),
    [0, 0, 50, 50, 50, 50, 0],
  )
})

test('sending takes the level of the type, or the default for messages or for state', (t) => {
  t.is(levelToSend(v12, 'topic', true, set), 7)
  t.is(levelToSend(v12, 'x', true, set), 60)
  t.is(levelToSend(v12, 'x', false, set), 1)
  t.is(levelToSend(v12, 'toString', false, set), 1)
})

test('notifying the room takes 50 unless set', (t) => {
  t.is(levelToNotify(v12, 'room', set), 20)
  t.is(levelToNotify(v12, 'room', bare), 50)
})

test('a redaction takes effect at the redact level, or between users of one server', (t) => {
  t.true(redactionApplies(v12, '@mod:x', '@a:y', set))
  t.true(redactionApplies(v12, '@a:y', '@b:y', set))
  t.false(redactionApplies(v12, '@a:y', '@b:y:8448', set))
  t.false(redactionApplies(v12, '@a:y', '@mod:x', set))
})

const version = (id: string) => roomVersion(id) as RoomVersion
for (const [value, upTo5, upTo9, from10] of [
  [50, 50, 50, 50],
  [-50, -50, -50, -50],
  ['50', 50, 50, undefined],
  [' +050 ', 50, 50, undefined],
  ['\u2003-7\u0085', -7, -7, undefined],
  ['5.0', undefined, undefined, undefined],
  ['', undefined, undefined, undefined],
  ['+ 5', undefined, undefined, undefined],
  ['\ufeff5', undefined, undefined, undefined],
  [50.99, 50, undefined, undefined],
  [-0.5, -0, undefined, undefined],
  [1e20, 1e20, undefined, undefined],
  ['100000000000000000000', 1e20, undefined, undefined],
  [Infinity, undefined, undefined, undefined],
  [Number.NaN, undefined, undefined, undefined],
  ['9'.repeat(309), undefined, undefined, undefined],
  [null, undefined, undefined, undefined],
  [true, undefined, undefined, undefined],
  [[50], undefined, undefined, undefined],
] as const) {
  test(`the ${typeof value} ${typeof value === 'string' ? JSON.stringify(value.slice(0, 24)) : String(value)} as a level, in each version`, (t) => {
    for (let id = 1; id <= 12; id++) t.is(readLevel(version(`${id}`), value), id <= 5 ? upTo5 : id <= 9 ? upTo9 : from10, `version ${id}`)
  })
}

test('a long text of spaces is read once', (t) => {
  const spaces = ' '.repeat(60_000)
  t.is(readLevel(version('1'), `${spaces}5${spaces}x`), undefined)
  t.is(readLevel(version('1'), `${spaces}5${spaces}`), 5)
})

test('whom the create event names as creator has 100, and nobody else where it names nobody', (t) => {
  const power = (creator: unknown, userId: string) => powerOf(version('10'), userId, lookupIn([state('m.room.create', { creator })]))
  t.is(power('@second:x', '@second:x'), 100)
  t.is(power('@second:x', '@founder:x'), 0)
  t.is(power(7, '@founder:x'), 0)
})
