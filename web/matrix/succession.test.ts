import test from 'ava'
import { eventOf, said } from '../testing/test-events.ts'
import { signal } from './changes.ts'
import type { RoomEvent } from './event.ts'
import { mayUpgrade, withState } from './room-state.ts'
import { createRooms, type SyncAnswer } from './rooms.ts'
import { createSuccession, upgradeEvents } from './succession.ts'
import { createTimelineRun } from './timeline-run.ts'

const me = '@me:example.org'
const day = (n: number) => 1_750_000_000_000 + n * 86_400_000
const stateEvent = (type: string, content: object, more: Partial<RoomEvent> = {}): RoomEvent =>
  eventOf({ type, state_key: '', content: content as RoomEvent['content'], ...more })
const create = (predecessor?: string, more: Partial<RoomEvent> = {}) =>
  stateEvent('m.room.create', { room_version: '11', ...(predecessor && { predecessor: { room_id: predecessor } }) }, more)
const tombstone = (replacement: string, more: Partial<RoomEvent> = {}) =>
  stateEvent('m.room.tombstone', { body: 'gone', replacement_room: replacement }, more)

/** Rooms as syncs bring them, and pages of history by room. */
const world = (pages: { readonly [roomId: string]: readonly RoomEvent[] } = {}) => {
  const rooms = createRooms({ me, outbox: signal([]), serverCounts: signal(true), onEvents: () => {} })
  const asked: string[] = []
  const history = {
    older: async (
      {
        roomId,
        timeline,
      }: { roomId: string; timeline: { addOlder: (before: string | undefined, page: RoomEvent[], end: undefined) => void } },
      before: string | undefined,
    ) => {
      asked.push(roomId)
      const page = pages[roomId]
      if (page === undefined) throw new Error('forbidden')
      timeline.addOlder(before, [...page].reverse(), undefined)
    },
  }
  const succession = createSuccession({ rooms, history: history as never })
  const put = (roomId: string, state: readonly RoomEvent[], more: object = {}) => {
    rooms.apply({ pos: '1', rooms: { [roomId]: { membership: 'join', required_state: state, ...more } } } as unknown as SyncAnswer)
    return rooms.get(roomId)!
  }
  const run = (roomId: string) => createTimelineRun({ room: rooms.open(roomId), me, history: history as never, succession })
  return { rooms, succession, put, run, asked }
}

test('a room goes on in the last of those that say so from both sides', (t) => {
  const { succession, put } = world()
  const [a, b, c] = [put('!a', [create(), tombstone('!b')]), put('!b', [create('!a'), tombstone('!c')]), put('!c', [create('!b')])]
  t.is(succession.successor(a), c)
  t.is(succession.successor(b), c)
  t.is(succession.successor(c), undefined)
  t.deepEqual(succession.before(c), [b, a])
})

test('a tombstone leads nowhere unless the room it names took the place of this one and is joined', (t) => {
  const { succession, put } = world()
  const room = put('!a', [create(), tombstone('!trap')])
  t.is(succession.successor(room), undefined)
  const trap = put('!trap', [create('!other')])
  t.is(succession.successor(room), undefined)
  trap.addState([create('!a')])
  t.is(succession.successor(room), trap)
  trap.setMembership('invite')
  t.is(succession.successor(room), undefined)
  t.deepEqual(succession.before(put('!boaster', [create('!a')])), [])
})

test('rooms that name each other in a circle end somewhere', async (t) => {
  const { succession, put, run } = world()
  const a = put('!a', [create('!b'), tombstone('!b')], { timeline: [said('$a', 'one')] })
  const b = put('!b', [create('!a'), tombstone('!a')], { timeline: [said('$b', 'two')] })
  t.is(succession.successor(a), b)
  t.deepEqual(succession.before(a), [b])
  const both = run('!a')
  for (let i = 0; i < 5 && both.hasEarlier(); i += 1) await both.earlier()
  t.false(both.hasEarlier())
})

test('the counts of the room before count for the one after', (t) => {
  const { rooms, succession, put } = world()
  put('!a', [create(), tombstone('!b')])
  const b = put('!b', [create('!a')])
  const unread = { rooms: { '!a': { messages: 2, mentions: 1 }, '!b': { messages: 3, mentions: 0 } } }
  rooms.apply({ pos: '2', extensions: { 'chat.hallway.unread': unread } } as unknown as SyncAnswer)
  t.deepEqual(succession.unread(b), { messages: 5, mentions: 1 })
  t.deepEqual(succession.unread(rooms.get('!a')!), { messages: 2, mentions: 1 })
})

test('one timeline goes on into the room before, with a mark between and each day named once', async (t) => {
  const ts = (n: number) => ({ origin_server_ts: day(0) + n })
  const { put, run } = world()
  put('!a', [create(), tombstone('!b')], {
    timeline: [
      said('$1', 'long ago', '@alice:example.org', { origin_server_ts: day(-1) }),
      said('$2', 'before', '@alice:example.org', ts(1)),
      tombstone('!b', ts(2)),
    ],
  })
  const made = create('!a', ts(3))
  const joined = eventOf({ type: 'm.room.member', state_key: '@bob:example.org', content: { membership: 'join' }, ...ts(4) })
  const renamed = stateEvent('m.room.name', { name: 'Lab' }, ts(90_000))
  put('!b', [create('!a')], { timeline: [made, joined, said('$3', 'after', '@alice:example.org', ts(5)), renamed] })
  const whole = run('!b')
  const shown = () => whole.items.value.map((item) => (item.kind === 'message' ? item.eventId : item.kind))
  t.deepEqual(shown(), ['day', '$3', 'notice'])
  t.true(whole.hasEarlier())
  await whole.earlier()
  t.false(whole.hasEarlier())
  t.deepEqual(shown(), ['day', '$1', 'day', '$2', 'upgrade', '$3', 'notice'])
  t.is(new Set(whole.items.value.map(({ key }) => key)).size, whole.items.value.length)
  t.deepEqual(
    whole.items.value.map((item) => whole.roomOf(item).roomId),
    ['!a', '!a', '!a', '!a', '!b', '!b', '!b'],
  )
  t.deepEqual([whole.has('$1'), whole.has('$9')], [true, false])
})

test('who never was in the room before reads it where they may, and the room begins where they may not', async (t) => {
  const { rooms, succession, put, run, asked } = world({ '!a': [said('$1', 'before'), tombstone('!b')], '!c': [said('$4', 'elsewhere')] })
  put('!b', [create('!a')], { timeline: [said('$2', 'after')] })
  const open = run('!b')
  await open.earlier()
  t.true(open.has('$1'))
  t.is(rooms.get('!a')!.membership.value, 'leave')
  put('!d', [create('!c')], { timeline: [said('$3', 'mine')] })
  const foreign = run('!d')
  await foreign.earlier()
  t.deepEqual([foreign.has('$4'), foreign.hasEarlier()], [false, false], 'a room that does not lead here is none of its past')
  const shut = put('!f', [create('!e')], { timeline: [said('$5', 'mine')] })
  await run('!f').earlier()
  t.false(succession.mayHaveEarlier(shut))
  t.deepEqual(asked, ['!a', '!c', '!e'])
})

test('a room that another follows does not tell of its tombstone; one that none follows does', (t) => {
  const grave = tombstone('!b')
  t.deepEqual([...upgradeEvents([grave], true)], [grave.event_id])
  t.deepEqual([...upgradeEvents([grave], false)], [])
})

test('those may upgrade who may send the tombstone, or own what the server made, and only to something newer', (t) => {
  const levels = stateEvent('m.room.power_levels', {
    users: { [me]: 100, '@mod:example.org': 50 },
    events: { 'm.room.tombstone': 150, 'm.room.power_levels': 100 },
  })
  const plain = withState(new Map(), [create(undefined, { sender: '@alice:example.org' }), levels])
  t.false(mayUpgrade(plain, me, '12'))
  const channel = withState(plain, [
    create(undefined, { sender: '@_system:example.org' }),
    stateEvent('chat.hallway.kind', { kind: 'channel' }),
  ])
  t.true(mayUpgrade(channel, me, '12'))
  t.false(mayUpgrade(channel, '@mod:example.org', '12'))
  t.false(mayUpgrade(channel, me, '11'))
  t.false(mayUpgrade(channel, me, undefined))
  t.false(mayUpgrade(withState(channel, [tombstone('!b')]), me, '12'))
})
