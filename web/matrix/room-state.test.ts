import test from 'ava'
import type { StrippedEvent } from './event.ts'
import { readersByEvent, createReceipts } from './receipts.ts'
import { kindOf, mayRemove, maySend, membersOf, powerOf, roleOf, withState } from './room-state.ts'
import { said } from '../testing/test-events.ts'

const [me, alice, system] = ['@me:b', '@alice:b', '@_system:b']
const entry = (type: string, content: object, state_key = '', sender = alice): StrippedEvent => ({
  type,
  state_key,
  sender,
  content: content as StrippedEvent['content'],
})
const stateWith = (...entries: StrippedEvent[]) => withState(new Map(), entries)

test('creators of version 12 have no bound, earlier ones stand in the levels', (t) => {
  const twelve = stateWith(
    entry('m.room.create', { room_version: '12', additional_creators: [me] }),
    entry('m.room.power_levels', { users: { '@b:b': 100 } }),
  )
  t.deepEqual(
    [alice, me, '@b:b', '@c:b'].map((userId) => powerOf(twelve, userId)),
    [Infinity, Infinity, 100, 0],
  )
  const eleven = stateWith(entry('m.room.create', { room_version: '11' }))
  t.deepEqual([powerOf(eleven, alice), powerOf(eleven, me)], [100, 0])
})

test('roles follow the level', (t) => {
  const state = stateWith(entry('m.room.power_levels', { users: { [alice]: 100, [me]: 50 } }))
  t.deepEqual(
    [alice, me, '@c:b'].map((userId) => roleOf(state, userId)),
    ['owner', 'admin', 'member'],
  )
})

test('who may write is read from the levels, state apart from messages', (t) => {
  const state = stateWith(
    entry('m.room.power_levels', { users: { [alice]: 50 }, events_default: 50, events: { 'm.reaction': 0, 'm.room.name': 0 } }),
  )
  t.deepEqual([maySend(state, me, 'm.room.message'), maySend(state, alice, 'm.room.message')], [false, true])
  t.true(maySend(state, me, 'm.reaction'))
  t.true(maySend(state, me, 'm.room.name', true))
  t.false(maySend(state, me, 'm.room.topic', true))
})

test('one removes those below, or anybody where members may; never the server account', (t) => {
  const levels = entry('m.room.power_levels', { users: { [me]: 50, '@b:b': 50 } })
  t.deepEqual(
    ['@b:b', '@c:b'].map((userId) => mayRemove(stateWith(levels), me, userId)),
    [false, true],
  )
  const open = stateWith(entry('chat.hallway.policy', { remove: 'members' }), entry('m.room.member', { membership: 'join' }, system))
  t.deepEqual(
    ['@b:b', system, me].map((userId) => mayRemove(open, me, userId)),
    [true, false, false],
  )
})

test('the kind is the declared one, or what the room looks like', (t) => {
  t.is(kindOf(stateWith(entry('chat.hallway.kind', { kind: 'announcement' })), false), 'announcement')
  t.is(kindOf(stateWith(entry('m.room.create', { type: 'm.space' })), false), 'space')
  t.is(kindOf(stateWith(), true), 'dm')
  t.is(kindOf(stateWith(entry('m.room.join_rules', { join_rule: 'restricted' })), false), 'channel')
  t.is(kindOf(stateWith(), false), 'group')
})

test('a state entry without content is removed', (t) => {
  const state = stateWith(entry('m.room.member', { membership: 'join' }, me))
  t.is(membersOf(state).size, 1)
  t.is(membersOf(withState(state, [{ type: 'm.room.member', state_key: me } as StrippedEvent])).size, 0)
})

test('readers stand at the last shown message that they have read or written', (t) => {
  const order = [said('$a', '1'), said('$r', 'a reaction'), said('$b', '2', '@carla:b'), said('$c', '3')]
  const shown = new Set(['$a', '$b', '$c'])
  const readers = new Map([
    ['@bob:b', { eventId: '$r' }],
    ['@carla:b', { eventId: '$a' }],
    ['@dan:b', { eventId: '$c' }],
    ['@eve:b', { eventId: '$gone' }],
  ])
  t.deepEqual(Object.fromEntries(readersByEvent(readers, order, shown)), { $a: ['@bob:b'], $c: ['@dan:b'] })
})

test('an older receipt replaces no newer one, and private ones are shown to nobody', (t) => {
  const receipts = createReceipts(me)
  receipts.apply({ $new: { 'm.read': { [alice]: { ts: 20 } } } })
  receipts.apply({ $old: { 'm.read': { [alice]: { ts: 10 } }, 'm.read.private': { [me]: { ts: 5 }, '@bob:b': { ts: 5 } } } })
  t.deepEqual([...receipts.readers.value], [[alice, { eventId: '$new', ts: 20 }]])
  t.is(receipts.own.value, '$old')
})
