import test from 'ava'
import type { EventId, UserId } from '../../../spec/identifiers.ts'
import { testEvent } from '../../protocol/test-event.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import { createNaiveRoom } from './naive-room.ts'
import { type Received, receiveInOrder } from './naive-receipt.ts'
import { keyOf } from './naive-state.ts'
import { seenBy } from './naive-visibility.ts'

const ada: UserId = '@ada:x'
const bob: UserId = '@bob:x'
const eve: UserId = '@eve:x'

interface Line {
  readonly id: string
  readonly by: UserId
  readonly type: string
  readonly key?: string
  readonly content?: JsonObject
  readonly after: readonly string[]
  readonly cites: readonly string[]
}

/** Receives a history of version 10, or the one given, one depth and one millisecond an event. */
const receive = (lines: readonly Line[], version = '10') => {
  const ids = (names: readonly string[]): EventId[] => names.map((name): EventId => `$${name}`)
  const depths = new Map<string, number>()
  const events = lines.map(({ id, by, type, key, content = {}, after, cites }, at): Event => {
    const depth = Math.max(0, ...after.map((name) => depths.get(name) ?? 0)) + 1
    depths.set(id, depth)
    const pairs = (names: readonly string[]) => (version < '3' ? ids(names).map((name) => [name, {}] as const) : ids(names))
    const [prev_events, auth_events] = [pairs(after), pairs(cites)]
    const state = key === undefined ? {} : { state_key: key }
    const pdu = { type, sender: by, content, room_id: '!r:x' as const, depth, origin_server_ts: at, prev_events, auth_events, ...state }
    return testEvent(pdu, { eventId: `$${id}` })
  })
  const history = receiveInOrder(createNaiveRoom(roomVersion(version)!), events)
  return {
    history,
    of: (id: string): Received => history.find(({ placed }) => placed.event.eventId === `$${id}`)!,
  }
}

const opening: readonly Line[] = [
  { id: 'create', by: ada, type: 'm.room.create', key: '', content: { creator: ada }, after: [], cites: [] },
  { id: 'ada', by: ada, type: 'm.room.member', key: ada, content: { membership: 'join' }, after: ['create'], cites: ['create'] },
  {
    id: 'levels',
    by: ada,
    type: 'm.room.power_levels',
    key: '',
    content: { users: { [ada]: 100, [bob]: 50 }, state_default: 0 },
    after: ['ada'],
    cites: ['create', 'ada'],
  },
  {
    id: 'rules',
    by: ada,
    type: 'm.room.join_rules',
    key: '',
    content: { join_rule: 'public' },
    after: ['levels'],
    cites: ['create', 'levels', 'ada'],
  },
  {
    id: 'eve',
    by: eve,
    type: 'm.room.member',
    key: eve,
    content: { membership: 'join' },
    after: ['rules'],
    cites: ['create', 'levels', 'rules'],
  },
]

/** The example of the text: B bans X, who evades the ban by C; then D comes after both. server-server-api/#soft-failure */
const evasion: readonly Line[] = [
  ...opening,
  {
    id: 'B',
    by: ada,
    type: 'm.room.member',
    key: eve,
    content: { membership: 'ban' },
    after: ['eve'],
    cites: ['create', 'levels', 'ada', 'eve'],
  },
  { id: 'C', by: eve, type: 'm.room.topic', key: '', content: { topic: 'C' }, after: ['eve'], cites: ['create', 'levels', 'eve'] },
  { id: 'D', by: ada, type: 'm.room.message', after: ['B', 'C'], cites: ['create', 'levels', 'ada'] },
]

test('what evades a ban is soft-failed, and does not become an extremity', (t) => {
  const { of } = receive(evasion)
  t.is(of('B').softFailure, undefined)
  t.is(of('C').softFailure, '5')
  t.is(of('C').placed.rejection, undefined)
  t.deepEqual(of('C').extremities, ['$B'])
  t.deepEqual(of('D').extremities, ['$D'])
})

test('the resolution of version 1 takes the topic of who is banned in another branch; later ones do not', (t) => {
  const topicIn = (version: string) => receive(evasion, version).of('D').placed.before.get(keyOf('m.room.topic', ''))?.eventId
  t.is(topicIn('1'), '$C')
  t.is(topicIn('2'), undefined)
  t.is(topicIn('10'), undefined)
})

test('what a rejected event says is not in the state after it, and what cites it is rejected', (t) => {
  const { of } = receive([
    ...evasion,
    { id: 'E', by: eve, type: 'm.room.name', key: '', after: ['D'], cites: ['create', 'levels', 'eve'] },
    {
      id: 'F',
      by: eve,
      type: 'm.room.member',
      key: eve,
      content: { membership: 'join' },
      after: ['D'],
      cites: ['create', 'levels', 'eve', 'rules'],
    },
    { id: 'G', by: eve, type: 'm.room.message', after: ['D'], cites: ['create', 'levels', 'F'] },
    { id: 'H', by: ada, type: 'm.room.message', after: ['E'], cites: ['create', 'levels', 'ada'] },
  ])
  t.deepEqual(of('E').placed.rejection, { by: 'state before', rule: '5' })
  t.deepEqual(of('F').placed.rejection, { by: 'state before', rule: '4.3.3' })
  t.deepEqual(of('G').placed.rejection, { by: 'cited events', rule: '2.3' })
  t.is(of('H').placed.rejection, undefined)
  t.is(of('H').placed.before, of('D').placed.after)
  t.deepEqual(of('H').extremities, ['$H'])
})

test('of two who take power from each other, the more powerful one has it, whoever was first', (t) => {
  const levels = (users: JsonObject) => ({ type: 'm.room.power_levels', key: '', content: { users, state_default: 0 } })
  const bobJoins: Line = {
    id: 'bob',
    by: bob,
    type: 'm.room.member',
    key: bob,
    content: { membership: 'join' },
    after: ['eve'],
    cites: ['create', 'levels', 'rules'],
  }
  const weaker: Line = {
    id: 'W',
    by: bob,
    ...levels({ [ada]: 100, [bob]: 50, [eve]: 50 }),
    after: ['bob'],
    cites: ['create', 'levels', 'bob'],
  }
  const stronger: Line = { id: 'S', by: ada, ...levels({ [ada]: 100 }), after: ['bob'], cites: ['create', 'levels', 'ada'] }
  for (const branches of [
    [weaker, stronger],
    [stronger, weaker],
  ]) {
    const merge: Line = { id: 'M', by: ada, type: 'm.room.message', after: ['W', 'S'], cites: ['create', 'levels', 'ada'] }
    const { of } = receive([...opening, bobJoins, ...branches, merge])
    t.is(of('M').placed.before.get(keyOf('m.room.power_levels', ''))?.eventId, '$S')
    // Received second, the weaker one's is against what the current state allows.
    t.is(of('W').softFailure, branches[0] === weaker ? undefined : '9.9.1')
  }
})

test('who may see an event goes by the visibility and the membership at it, and by whether they joined later', (t) => {
  const visible = (value: string): Line[] => [
    ...opening.slice(0, 4),
    {
      id: 'visibility',
      by: ada,
      type: 'm.room.history_visibility',
      key: '',
      content: { history_visibility: value },
      after: ['rules'],
      cites: ['create', 'levels', 'ada'],
    },
    { id: 'before', by: ada, type: 'm.room.message', after: ['visibility'], cites: ['create', 'levels', 'ada'] },
    { ...(opening[4] as Line), after: ['before'] },
    { id: 'after', by: ada, type: 'm.room.message', after: ['eve'], cites: ['create', 'levels', 'ada'] },
  ]
  const seen = (value: string, userId: UserId): string[] => {
    const { history } = receive(visible(value))
    return seenBy(userId, history).flatMap((isSeen, at) => (isSeen && at > 4 ? [history[at]!.placed.event.eventId] : []))
  }
  t.deepEqual(seen('joined', eve), ['$eve', '$after'])
  t.deepEqual(seen('shared', eve), ['$before', '$eve', '$after'])
  t.deepEqual(seen('shared', bob), [])
  t.deepEqual(seen('world_readable', bob), ['$before', '$eve', '$after'])
})
