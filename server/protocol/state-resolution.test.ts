import test from 'ava'
import type { EventId, UserId } from '../../spec/identifiers.ts'
import type { Event, JsonObject } from './event.ts'
import { roomVersion } from './room-versions.ts'
import { resolutionKey } from './resolution-key.ts'
import { planResolution, resolveState } from './state-resolution.ts'
import { testEvent } from './test-event.ts'
import { resolveEvents } from './test-resolution.ts'
import { resolutionCases } from './test-resolution-vectors.ts'

const [v1, v11, v12] = [roomVersion('1')!, roomVersion('11')!, roomVersion('12')!]

for (const { title, version, events, states, rejected, resolved } of resolutionCases()) {
  test(`version ${version.id}: ${title}`, (t) => {
    const orders = [states, states.toReversed(), [...states, ...states], states.map((state) => state.toReversed())]
    for (const order of orders) t.deepEqual(resolveEvents(version, events, order, rejected).state, resolved)
  })
}

/** An event of version 11 or 12; all but the create event cite that where the version wants it. */
const made = (
  version: typeof v11,
  name: string,
  [type, state_key]: [string, string],
  sender: UserId,
  content: JsonObject,
  cites: string,
  ts = 0,
): Event => {
  const isCreate = type === 'm.room.create'
  const cited = `${isCreate || version.createImplied ? '' : 'create '}${cites}`.split(' ').filter((one) => one !== '')
  const room_id = version.createOmitsRoomId ? '!create' : '!room:x'
  return testEvent(
    {
      type,
      state_key,
      sender,
      content,
      origin_server_ts: ts,
      depth: ts,
      auth_events: cited.map((one): EventId => `$${one}`),
      prev_events: isCreate ? [] : [name === 'alice' ? '$create' : '$before'],
      ...(!(isCreate && version.createOmitsRoomId) && { room_id }),
    },
    { eventId: `$${name}`, roomId: room_id },
  )
}

const alice = '@alice:x'
const opened = (version: typeof v11, users: JsonObject = {}): Event[] => [
  made(version, 'create', ['m.room.create', ''], alice, {}, ''),
  made(version, 'alice', ['m.room.member', alice], alice, { membership: 'join' }, ''),
  made(
    version,
    'levels',
    ['m.room.power_levels', ''],
    alice,
    { users: version.privilegedCreators ? users : { [alice]: 100, ...users } },
    'alice',
  ),
  made(version, 'public', ['m.room.join_rules', ''], alice, { join_rule: 'public' }, 'alice levels'),
]
const opening: EventId[] = ['$create', '$alice', '$levels', '$public']
const join = (version: typeof v11, name: string, cites = 'levels public', ts = 0): Event =>
  made(version, name, ['m.room.member', `@${name}:x`], `@${name}:x`, { membership: 'join' }, cites, ts)
const levels = (version: typeof v11, name: string, by: UserId, users: JsonObject, cites: string, ts: number): Event =>
  made(
    version,
    name,
    ['m.room.power_levels', ''],
    by,
    { users: version.privilegedCreators ? users : { [alice]: 100, ...users } },
    cites,
    ts,
  )

test('each trial tells its pass and, where it failed, the rule', (t) => {
  const events = [
    ...opened(v11, { '@bob:x': 50 }),
    join(v11, 'bob'),
    made(v11, 'ban', ['m.room.member', '@bob:x'], alice, { membership: 'ban' }, 'alice levels bob', 20),
    made(v11, 'topic', ['m.room.topic', ''], '@bob:x', { topic: '' }, 'bob levels', 10),
  ]
  const { trials, tried } = resolveEvents(v11, events, [
    [...opening, '$ban'],
    [...opening, '$bob', '$topic'],
  ])
  // $bob is in the chain of $ban, so it goes with the power events.
  t.deepEqual(trials, ['power $bob', 'power $ban', 'rest $topic: 5'])
  t.deepEqual(tried, ['$bob', '$ban', '$topic'])
})

test('a change of power that another branch took away is refused by the rule on levels', (t) => {
  const events = [
    ...opened(v12, { '@bob:x': 50 }),
    join(v12, 'bob'),
    levels(v12, 'demoting', alice, { '@bob:x': 0 }, 'alice levels', 20),
    levels(v12, 'promoting', '@bob:x', { '@bob:x': 50, '@carol:x': 50 }, 'bob levels', 10),
  ]
  const { trials } = resolveEvents(v12, events, [
    [...opening, '$bob', '$demoting'],
    [...opening, '$bob', '$promoting'],
  ])
  t.deepEqual(trials, ['power $demoting', 'power $bob', 'power $promoting: 8'])
})

test('where none is cited, the create event is the room’s own, and not one that came before it and was rejected', (t) => {
  const topics = [10, 20].map((ts) => made(v12, `topic-${ts}`, ['m.room.topic', ''], alice, {}, 'alice levels', ts))
  const events = [made(v12, 'other', ['m.room.create', ''], '@mal:x', {}, ''), ...opened(v12), ...topics]
  const states: EventId[][] = topics.map(({ eventId }) => [...opening, eventId])
  t.deepEqual(resolveEvents(v12, events, states, ['$other']).state, [...opening, '$topic-20'].toSorted())
})

test('version 1 tells its four passes', (t) => {
  const v = { ...v1, citesWithHashes: false, creatorInContent: false }
  const events = [
    ...opened(v, { '@bob:x': 50 }),
    join(v, 'bob', undefined, 1),
    levels(v, 'levels-2', alice, { '@bob:x': 50, '@c:x': 1 }, 'alice levels', 2),
    made(v, 'invite', ['m.room.join_rules', ''], alice, { join_rule: 'invite' }, 'alice levels', 3),
    made(v, 'ban', ['m.room.member', '@bob:x'], alice, { membership: 'ban' }, 'alice levels bob', 4),
    made(v, 'topic-1', ['m.room.topic', ''], alice, {}, 'alice levels', 5),
    made(v, 'topic-2', ['m.room.topic', ''], '@bob:x', {}, 'bob levels', 6),
  ]
  const states: EventId[][] = [
    [...opening, '$bob', '$topic-1'],
    ['$create', '$alice', '$levels-2', '$invite', '$ban', '$topic-2'],
  ]
  t.deepEqual(resolveEvents(v, events, states).trials, [
    'power $levels-2',
    'join-rules $invite',
    'members $ban',
    'others $topic-2: 6',
    'others $topic-1',
  ])
})

test('in version 1 no membership in conflict sees what becomes of another', (t) => {
  const v = { ...v1, citesWithHashes: false, creatorInContent: false }
  const events = [
    ...opened(v, { '@bob:x': 50 }),
    join(v, 'bob', undefined, 1),
    join(v, 'carol', undefined, 1),
    made(v, 'renamed', ['m.room.member', '@bob:x'], '@bob:x', { membership: 'join', displayname: 'B' }, 'levels public bob', 2),
    made(v, 'kick', ['m.room.member', '@carol:x'], '@bob:x', { membership: 'leave' }, 'levels bob carol', 3),
  ]
  const states: EventId[][] = [
    [...opening, '$bob', '$carol'],
    [...opening, '$renamed', '$kick'],
  ]
  t.deepEqual(resolveEvents(v, events, states).state, [...opening, '$carol', '$renamed'].toSorted())
})

test('a way that leaves the ordered set orders nothing: levels are set back in version 11, and not in version 12', (t) => {
  const outcome = (version: typeof v11) => {
    const users = { '@carol:x': 50 }
    const events = [
      ...opened(version, users),
      join(version, 'carol'),
      levels(version, 'old', '@carol:x', { ...users, '@d:x': 1 }, 'carol levels', 10),
      levels(version, 'between', alice, { ...users, '@d:x': 2 }, 'alice old', 20),
      levels(version, 'new', alice, { ...users, '@d:x': 3 }, 'alice between', 30),
      made(version, 'note', ['example.note', ''], alice, {}, 'alice between', 40),
    ]
    const { state } = resolveEvents(version, events, [
      ['$create', '$alice', '$public', '$carol', '$note', '$old'],
      ['$create', '$alice', '$public', '$carol', '$note', '$new'],
    ])
    return state.filter((id) => id === '$old' || id === '$new')
  }
  t.deepEqual(outcome(v11), ['$old'])
  t.deepEqual(outcome(v12), ['$new'])
})

test('forty states at once, one of which lacks what the others have', (t) => {
  const members = Array.from({ length: 40 }, (_, at) => join(v11, `m${at}`, undefined, at))
  const topics = members.map(({ eventId, pdu: { sender } }, at) =>
    made(v11, `t${at}`, ['m.room.topic', ''], sender, {}, `levels ${eventId.slice(1)}`, at),
  )
  const opening0 = opened(v11).map((event) =>
    event.eventId === '$levels' ? { ...event, pdu: { ...event.pdu, content: { ...event.pdu.content, state_default: 0 } } } : event,
  )
  const states = members.map((_, at) => [
    ...opening,
    ...members.filter((_, other) => other !== at).map(({ eventId }) => eventId),
    topics[(at + 1) % 40]!.eventId,
  ])
  const { state, tried } = resolveEvents(v11, [...opening0, ...members, ...topics], states)
  t.is(tried.length, 80)
  t.deepEqual(state, [...opening, ...members.map(({ eventId }) => eventId), '$t39'].toSorted())
})

test('a chain of 100,000 power levels events takes no stack', (t) => {
  const events = opened(v12)
  for (let at = 0; at < 100_000; at++)
    events.push(levels(v12, `l${at}`, alice, { '@bob:x': at % 100 }, `alice ${at === 0 ? 'levels' : `l${at - 1}`}`, at))
  const topic = made(v12, 'topic', ['m.room.topic', ''], alice, {}, 'alice l99999', 7)
  const rest: EventId[] = ['$create', '$alice', '$public']
  const { state, tried } = resolveEvents(
    v12,
    [...events, topic],
    [
      [...rest, '$levels'],
      [...rest, '$l99999', '$topic'],
    ],
  )
  t.true(tried.length >= 100_000)
  t.deepEqual(state, [...rest, '$l99999', '$topic'].toSorted())
})

test('nothing is kept of trials unless somebody asks, and nothing looked at where nothing is in conflict', (t) => {
  const events = [...opened(v11), join(v11, 'bob')]
  const graph = { size: 5, offsets: new Uint32Array(6), targets: new Uint32Array(), kinds: new Uint8Array(5) }
  const contents = { eventAt: (index: number) => events[index]!, keyOf: () => 0 }
  const isRejected = () => false
  const conflict = planResolution({ version: v11, graph, states: [new Map([[0, 0]]), new Map()], isRejected })
  t.is(resolveState(conflict, contents).trials.length, 0)
  t.is(resolveState(conflict, contents, { explain: true }).trials.length, 1)
  const agreed = planResolution({ version: v12, graph, states: [new Map([[0, 1]]), new Map([[0, 1]])], isRejected })
  const untouched = { ...contents, eventAt: () => t.fail() as never }
  t.deepEqual(resolveState(agreed, untouched), { outcomes: new Map(), trials: [] })
})

test('a resolution has one name, whatever the order of its states and of their events', (t) => {
  const name = resolutionKey(v11, [['$a', '$b'], ['$c']])
  t.is(resolutionKey(v11, [['$c'], new Set(['$b', '$a'])]), name)
  t.is(resolutionKey(v11, [['$c'], ['$b', '$a'], ['$c']]), name)
  t.regex(name, /^[\w-]{43}$/)
  const others = [
    resolutionKey(v12, [['$a', '$b'], ['$c']]),
    resolutionKey(v11, [['$a'], ['$b', '$c']]),
    resolutionKey(v11, [['$a$b'], ['$c']]),
    resolutionKey(v11, [['$a', '$b', '$c']]),
  ]
  t.is(new Set([name, ...others]).size, 5)
})
