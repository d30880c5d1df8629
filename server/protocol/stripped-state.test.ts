import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import type { Event, JsonObject } from './event.ts'
import { lookupIn } from './state-map.ts'
import { stateShownTo } from './stripped-state.ts'
import { testEvent } from './test-event.ts'

const state = (type: string, stateKey = '', sender: UserId = '@alice:x', content: JsonObject = {}): Event =>
  testEvent({ type, state_key: stateKey, sender, content })
const keysOf = (events: readonly Event[]) => events.map(({ pdu }) => `${pdu.type} ${pdu.state_key}`.trim())

const telling = ['create', 'join_rules', 'canonical_alias', 'name', 'avatar', 'topic', 'encryption'].map((name) => `m.room.${name}`)
const whole = [
  ...telling.map((type) => state(type)),
  ...['m.room.power_levels', 'm.room.server_acl', 'm.room.history_visibility', 'm.room.pinned_events', 'x'].map((type) => state(type)),
  state('m.room.name', 'another key'),
  state('m.room.member', '@alice:x'),
  state('m.room.member', '@carol:x'),
]

test('who is invited is shown what the room is, their invite, and who invites', (t) => {
  const shown = stateShownTo(lookupIn([...whole, state('m.room.member', '@bob:x')]), '@bob:x')
  t.deepEqual(keysOf(shown), [...telling, 'm.room.member @bob:x', 'm.room.member @alice:x'])
})

test('who knocks is shown what the room is, and their knock, once', (t) => {
  const shown = stateShownTo(lookupIn([...whole, state('m.room.member', '@bob:x', '@bob:x')]), '@bob:x')
  t.deepEqual(keysOf(shown), [...telling, 'm.room.member @bob:x'])
})

test('what a room does not have is not shown', (t) => {
  t.deepEqual(keysOf(stateShownTo(lookupIn([state('m.room.create')]), '@bob:x')), ['m.room.create'])
  t.deepEqual(stateShownTo(lookupIn([]), '@bob:x'), [])
})
