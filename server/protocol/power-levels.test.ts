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

test('a level in a string counts in old versions only', (t) => {
  t.is(readLevel(v12, '50'), undefined)
  t.is(readLevel({ ...v11, integerPowerLevels: false }, ' +050 '), 50)
  t.is(readLevel({ ...v11, integerPowerLevels: false }, '5.0'), undefined)
})
