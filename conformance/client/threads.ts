import { putAccountData } from '../../spec/client/account-data.ts'
import { listThreads } from '../../spec/client/timeline.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, matches, present } from '../expect.ts'
import type { Person } from '../people.ts'

const reply = (person: Person, roomId: RoomId, root: EventId, body: string) =>
  person.say(roomId, body, { 'm.relates_to': { rel_type: 'm.thread', event_id: root } })
const rootsOf = async (person: Person, roomId: RoomId, query: { include?: 'all' | 'participated' } = {}) =>
  (await person.ok(listThreads, { roomId, ...query })).chunk.map((event) => event.event_id)
const ignore = (person: Person, other: Person) =>
  person.ok(putAccountData, { userId: person.userId, type: 'm.ignored_user_list', body: { ignored_users: { [other.userId]: {} } } })

export const threadChecks = [
  check(
    'threads/newest-reply-first',
    { clause: listThreads },
    'The threads of a room are listed by their roots, the one with the newest reply first; what has no reply is none.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [one, two] = [await alice.say(roomId, 'one'), await alice.say(roomId, 'two')]
      await alice.say(roomId, 'no thread')
      for (const root of [one, two]) await reply(bob, roomId, root, 'a reply')
      equal(await rootsOf(alice, roomId), [two, one], 'The roots')
      await reply(alice, roomId, one, 'another reply')
      equal(await rootsOf(bob, roomId), [one, two], 'The roots after a reply to the older thread')
    },
  ),
  check(
    'threads/are-bundled',
    { clause: listThreads },
    'Each root of the list carries its newest reply, their number, and whether the reader took part.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      const root = await alice.say(roomId, 'root')
      await reply(bob, roomId, root, 'one')
      const last = await reply(bob, roomId, root, 'two')
      for (const [reader, tookPart] of [
        [bob, true],
        [carol, false],
      ] as const) {
        const [event] = (await reader.ok(listThreads, { roomId })).chunk
        matches(event, { event_id: root, room_id: roomId, sender: alice.userId, content: { body: 'root' } }, 'The root')
        const thread = present(event?.unsigned?.['m.relations']?.['m.thread'], 'a bundled m.thread')
        equal([thread.count, thread.current_user_participated], [2, tookPart], `Number of replies, and whether ${reader.name} took part`)
        equal(thread.latest_event['event_id'], last, 'The newest reply')
      }
    },
  ),
  check(
    'threads/participated',
    { clause: listThreads },
    'With include=participated, only threads are listed that the reader began or replied in.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [begun, joined, foreign] = [await bob.say(roomId, 'mine'), await alice.say(roomId, 'ours'), await alice.say(roomId, 'hers')]
      await reply(alice, roomId, begun, 'a reply')
      await reply(bob, roomId, joined, 'a reply')
      await reply(alice, roomId, foreign, 'a reply')
      equal(await rootsOf(bob, roomId, { include: 'participated' }), [joined, begun], 'The roots that bob took part in')
      equal(await rootsOf(bob, roomId, { include: 'all' }), [foreign, joined, begun], 'All roots')
    },
  ),
  check('threads/pages', { clause: listThreads }, 'Page by page every thread is listed once.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const roots: EventId[] = []
    for (const body of ['1', '2', '3', '4', '5']) roots.push(await alice.say(roomId, body))
    for (const body of ['first', 'second']) for (const root of roots) await reply(alice, roomId, root, body)
    const seen: EventId[] = []
    for (let from: string | undefined, page = 0; page < 9; page++) {
      const { chunk, next_batch: next } = await alice.ok(listThreads, { roomId, limit: 2, ...(from === undefined ? {} : { from }) })
      seen.push(...chunk.map((event) => event.event_id))
      if (next === undefined) break
      from = next
    }
    equal(seen, roots.reverse(), 'The roots')
  }),
  check(
    'threads/unknown-token',
    { clause: listThreads },
    'A token that the server did not give is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(listThreads, { roomId, from: 'no such token' }, 400, ['M_INVALID_PARAM', 'M_UNKNOWN'])
    },
  ),
  check(
    'threads/limit-of-nothing',
    { clause: listThreads },
    'A limit that is not above zero is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(listThreads, { roomId, limit: 0 }, 400, ['M_INVALID_PARAM', 'M_BAD_JSON', 'M_UNKNOWN'])
    },
  ),
  check(
    'threads/are-for-members',
    { clause: listThreads },
    'Who may not read the room is refused with 403 M_FORBIDDEN, be there a room or not.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [mallory] = await people('mallory')
      await reply(alice, roomId, await alice.say(roomId, 'root'), 'a reply')
      await mallory.refused(listThreads, { roomId }, 403, 'M_FORBIDDEN')
      await mallory.refused(listThreads, { roomId: `!${'a'.repeat(43)}` }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'threads/of-history-that-may-not-be-read',
    { clause: 'client-server-api/#room-history-visibility', about: [listThreads], since: 'v1.4' },
    'Threads are listed as far as the reader may read: by roots and replies that they can see.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({
        preset: 'public_chat',
        initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } }],
      })
      const hidden = await alice.say(roomId, 'before bob')
      await reply(alice, roomId, hidden, 'before bob too')
      await bob.join(roomId)
      await reply(alice, roomId, hidden, 'with bob')
      const [one, two] = [await alice.say(roomId, 'one'), await alice.say(roomId, 'two')]
      const last = await reply(alice, roomId, one, 'with bob')
      await reply(alice, roomId, two, 'with bob')
      await bob.leave(roomId)
      await reply(alice, roomId, one, 'after bob')
      const { chunk } = await bob.ok(listThreads, { roomId })
      equal(
        chunk.map((event) => [event.event_id, event.unsigned?.['m.relations']?.['m.thread']?.latest_event['event_id'] === last]),
        [
          [two, false],
          [one, true],
        ],
        'The roots, and whether the newest reply is the last with bob',
      )
    },
  ),
  check(
    'threads/root-of-an-ignored-user',
    { clause: listThreads },
    'A root of an ignored user is listed as if it were redacted.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const root = await bob.say(roomId, 'nonsense')
      const last = await reply(alice, roomId, root, 'a reply')
      await ignore(alice, bob)
      const [event] = (await alice.ok(listThreads, { roomId })).chunk
      equal([event?.event_id, event?.sender, event?.content], [root, bob.userId, {}], 'The root')
      equal(event?.unsigned?.['m.relations']?.['m.thread']?.latest_event['event_id'], last, 'The newest reply')
    },
  ),
  check(
    'threads/replies-of-an-ignored-user',
    { clause: 'client-server-api/#server-side-aggregation-of-mthread-relationships', about: [listThreads], since: 'v1.4' },
    'Replies of ignored users neither count nor change the order.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [one, two] = [await alice.say(roomId, 'one'), await alice.say(roomId, 'two')]
      const last = await reply(alice, roomId, one, 'a reply')
      await reply(alice, roomId, two, 'a reply')
      await reply(bob, roomId, one, 'nonsense')
      await ignore(alice, bob)
      const { chunk } = await alice.ok(listThreads, { roomId })
      equal(
        chunk.map((event) => event.event_id),
        [two, one],
        'The roots',
      )
      const thread = present(chunk[1]?.unsigned?.['m.relations']?.['m.thread'], 'a bundled m.thread')
      equal([thread.count, thread.latest_event['event_id']], [1, last], 'Number of replies, and the newest')
    },
  ),
]
