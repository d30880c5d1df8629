import { putAccountData } from '../../spec/client/account-data.ts'
import { slidingSync } from '../../spec/client/sliding-sync.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, matches, present, sameMembers, shown } from '../expect.ts'
import type { Person } from '../people.ts'
import { all, bodies, slide, slideUntil } from '../slide.ts'

const needs: readonly Feature[] = ['sliding-sync']
const clause = slidingSync

/** A filter that lets these rooms through alone: a server may put everybody into others at any time. */
const among = async (person: Person, rooms: readonly string[]): Promise<object> => {
  await person.ok(putAccountData, { userId: person.userId, type: 'm.direct', body: { [person.userId]: rooms } })
  return { is_dm: true }
}

export const slidingSyncChecks = [
  check(
    'sliding-sync/first-response',
    { clause, needs },
    'The first response has the rooms of the list, with their newest events and their number.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.setState(roomId, 'm.room.name', { name: 'The kitchen' })
      await alice.say(roomId, 'hello')
      const { lists, rooms } = await slide(alice, all())
      equal(lists?.['all']?.count, (await alice.joinedRooms()).length, 'The number of rooms')
      const section = present(rooms?.[roomId], 'the room')
      matches(section, { initial: true, name: 'The kitchen', joined_count: 1 }, 'The room')
      equal(bodies(section.timeline).at(-1), 'hello', 'The newest message')
    },
  ),
  check(
    'sliding-sync/timeline-limit',
    { clause, needs },
    'The timeline has as many events as were asked for, the newest, and says that there are more.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      for (const body of ['1', '2', '3']) await alice.say(roomId, body)
      const section = present((await slide(alice, all({ timeline_limit: 2 }))).rooms?.[roomId], 'the room')
      equal([bodies(section.timeline), section.limited], [['2', '3'], true], 'The messages, and limited')
      present(section.prev_batch, 'a prev_batch')
    },
  ),
  check(
    'sliding-sync/window',
    { clause, needs },
    'A list gives the rooms inside its range alone, those with the latest activity first, and counts all.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const rooms = [await alice.createRoom(), await alice.createRoom(), await alice.createRoom()] as const
      const filters = await among(alice, rooms)
      await alice.say(rooms[0], 'up')
      const response = await slide(alice, all({ ranges: [[0, 0]], filters }))
      equal([Object.keys(response.rooms ?? {}), response.lists?.['all']?.count], [[rooms[0]], 3], 'The rooms, and their number')
    },
  ),
  check(
    'sliding-sync/wider-window',
    { clause, needs },
    'When the range grows, the rooms that come into it are given, and no others.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const rooms = [await alice.createRoom(), await alice.createRoom()] as const
      const filters = await among(alice, rooms)
      const first = await slide(alice, all({ ranges: [[0, 0]], filters }))
      equal(Object.keys(first.rooms ?? {}), [rooms[1]], 'The rooms at first')
      const second = await slide(alice, all({ ranges: [[0, 1]], filters }), first.pos)
      equal(Object.keys(second.rooms ?? {}), [rooms[0]], 'The rooms then')
    },
  ),
  check(
    'sliding-sync/joins-do-not-bump',
    { clause, needs, level: 'should' },
    'A room does not come up in the list because somebody has joined it.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const rooms = [await alice.createRoom({ preset: 'public_chat' }), await alice.createRoom()] as const
      const filters = await among(alice, rooms)
      await alice.say(rooms[1], 'hello')
      await bob.join(rooms[0])
      const response = await slide(alice, all({ ranges: [[0, 0]], filters }))
      equal(Object.keys(response.rooms ?? {}), [rooms[1]], 'The first room')
    },
  ),
  check(
    'sliding-sync/news',
    { clause, needs },
    'A later response has what is new, and not the rooms in which nothing has happened.',
    async ({ people, patience }) => {
      const [alice] = await people('alice')
      const [quiet, busy] = [await alice.createRoom(), await alice.createRoom()]
      const { pos } = await slide(alice, all())
      await alice.say(busy, 'news')
      const rooms = await slideUntil(alice, all(), pos, patience, 'the message', ({ rooms }) => rooms?.[busy] !== undefined && rooms)
      equal(
        [bodies(rooms[busy]?.timeline), rooms[busy]?.num_live, rooms[quiet]],
        [['news'], 1, undefined],
        'Messages, their number, and the quiet room',
      )
      holds(rooms[busy]?.initial !== true, 'no initial')
    },
  ),
  check(
    'sliding-sync/waits',
    { clause, needs },
    'With a timeout a response waits until something has happened.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const { pos } = await slide(alice, all())
      const waiting = slideUntil(alice, all(), pos, patience, 'the message', ({ rooms }) => rooms?.[roomId])
      await bob.say(roomId, 'wake up')
      equal(bodies((await waiting).timeline), ['wake up'], 'The messages')
    },
  ),
  check('sliding-sync/same-pos-again', { clause, needs }, 'What was not acknowledged comes again from the same pos.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const { pos } = await slide(alice, all())
    await alice.say(roomId, 'hello')
    const [one, two] = [await slide(alice, all(), pos, 1000), await slide(alice, all(), pos, 1000)]
    for (const response of [one, two]) equal(bodies(response.rooms?.[roomId]?.timeline), ['hello'], 'The messages')
  }),
  check('sliding-sync/required-state', { clause, needs }, 'The state that was asked for is given, and no other.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    await alice.setState(roomId, 'org.example.shelf', { books: 1 }, 'left')
    await alice.setState(roomId, 'org.example.shelf', { books: 2 }, 'right')
    const response = await slide(
      alice,
      all({
        required_state: [
          ['m.room.create', ''],
          ['org.example.shelf', '*'],
        ],
      }),
    )
    const state = present(response.rooms?.[roomId]?.required_state, 'required_state')
    sameMembers(
      state.map((event) => `${event.type}|${event.state_key}`),
      ['m.room.create|', 'org.example.shelf|left', 'org.example.shelf|right'],
      'The state',
    )
  }),
  check('sliding-sync/all-state', { clause, needs }, 'Two stars ask for all state.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const { rooms } = await slide(alice, all({ required_state: [['*', '*']] }))
    equal(rooms?.[roomId]?.required_state?.length, (await alice.state(roomId)).length, 'The number of entries')
  }),
  check('sliding-sync/my-own-membership', { clause, needs }, '`$ME` stands for the reader.', async ({ room }) => {
    const [roomId, , bob] = await room('alice', 'bob')
    const { rooms } = await slide(bob, all({ required_state: [['m.room.member', '$ME']] }))
    equal(
      rooms?.[roomId]?.required_state?.map((event) => event.state_key),
      [bob.userId],
      'The members',
    )
  }),
  check('sliding-sync/lazy-members', { clause, needs }, '`$LAZY` stands for those who speak in the timeline.', async ({ room }) => {
    const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
    await bob.say(roomId, 'hello')
    const body = all({ timeline_limit: 1, required_state: [['m.room.member', '$LAZY']] })
    const { rooms } = await slide(alice, body)
    const keys = rooms?.[roomId]?.required_state?.map((event) => event.state_key) ?? []
    equal([keys.includes(bob.userId), keys.includes(carol.userId)], [true, false], `Speaker and silent among ${shown(keys)}`)
  }),
  check(
    'sliding-sync/subscription',
    { clause, needs },
    'A room that is subscribed to is given, whether it is in a list or not.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [one] = [await alice.createRoom({ name: 'One' }), await alice.createRoom({ name: 'Two' })]
      const { rooms } = await slide(alice, { room_subscriptions: { [one]: { timeline_limit: 1, required_state: [['m.room.name', '']] } } })
      equal(Object.keys(rooms ?? {}), [one], 'The rooms')
      equal(
        [rooms?.[one]?.timeline?.length, rooms?.[one]?.required_state?.[0]?.content?.['name']],
        [1, 'One'],
        'Number of events, and the name',
      )
    },
  ),
  check(
    'sliding-sync/subscription-of-an-outsider',
    { clause, needs },
    'A subscription to a room that one is not in gives nothing.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      const own = await bob.createRoom()
      const { rooms } = await slide(bob, {
        room_subscriptions: Object.fromEntries([roomId, own].map((id) => [id, { timeline_limit: 9, required_state: [] }])),
      })
      equal(Object.keys(rooms ?? {}), [own], 'The rooms')
    },
  ),
  check(
    'sliding-sync/invite',
    { clause, needs },
    'An invite is in the list, with stripped state in place of a timeline.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ name: 'The kitchen', invite: [bob.userId] })
      const section = present((await slide(bob, all())).rooms?.[roomId], 'the room')
      holds(
        section.invite_state?.some((event) => event.type === 'm.room.member' && event.state_key === bob.userId),
        'the invite in the stripped state',
      )
      equal([section.timeline ?? [], section.name], [[], 'The kitchen'], 'Timeline and name')
    },
  ),
  check('sliding-sync/filters', { clause, needs }, 'A list takes only the rooms that pass its filters.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const others = await alice.joinedRooms()
    const plain = await alice.createRoom()
    const space = await alice.createRoom({ creation_content: { type: 'm.space' } })
    const invite = await bob.createRoom({ invite: [alice.userId] })
    const direct = await alice.createRoom({ is_direct: true, invite: [bob.userId] })
    await alice.ok(putAccountData, { userId: alice.userId, type: 'm.direct', body: { [bob.userId]: [direct] } })
    const through = async (filters: object) => {
      const { rooms } = await slide(alice, all({ filters }))
      return Object.keys(rooms ?? {}).filter((id) => !others.some((other) => other === id))
    }
    equal(await through({ is_invite: true }), [invite], 'The invites')
    equal(await through({ is_dm: true }), [direct], 'The direct conversations')
    equal(await through({ room_types: ['m.space'] }), [space], 'The Spaces')
    sameMembers(await through({ is_invite: false, is_dm: false, not_room_types: ['m.space'] }), [plain], 'The rest')
  }),
  check(
    'sliding-sync/direct-conversations-are-marked',
    { clause, needs },
    'A room that stands in m.direct is marked as a direct conversation; one without a name has heroes.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ is_direct: true, invite: [bob.userId] })
      await alice.ok(putAccountData, { userId: alice.userId, type: 'm.direct', body: { [bob.userId]: [roomId] } })
      const section = present((await slide(alice, all())).rooms?.[roomId], 'the room')
      equal([section.is_dm, section.heroes?.map((hero) => hero.user_id)], [true, [bob.userId]], 'is_dm and heroes')
      equal([section.joined_count, section.invited_count], [1, 1], 'The counts')
    },
  ),
]
