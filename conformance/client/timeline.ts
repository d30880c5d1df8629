import { getEvent, getEventContext, getMessages } from '../../spec/client/timeline.ts'
import { sync } from '../../spec/client/sync.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, holds, present, sameMembers, shown } from '../expect.ts'
import type { Person } from '../people.ts'

/** Sends so many messages, one after the other. */
const saying = async (person: Person, roomId: RoomId, count: number): Promise<EventId[]> => {
  const ids: EventId[] = []
  for (let index = 0; index < count; index++) ids.push(await person.say(roomId, `message ${index}`))
  return ids
}

/** Pages through a room to its end; gives the IDs of all pages, in the order given. */
const paged = async (person: Person, roomId: RoomId, query: { dir: 'b' | 'f'; from?: string; limit: number }): Promise<EventId[]> => {
  const ids: EventId[] = []
  let from = query.from
  for (let page = 0; page < 50; page++) {
    const { chunk, end } = await person.ok(getMessages, { roomId, ...query, ...(from === undefined ? {} : { from }) })
    holds(chunk.length <= query.limit, `at most ${query.limit} events a page, not ${chunk.length}`)
    ids.push(...chunk.map((event) => event.event_id))
    if (end === undefined) return ids
    from = end
  }
  holds(false, 'an end of the pages')
}

export const timelineChecks = [
  check('timeline/newest-first', { clause: getMessages }, 'Backwards the history begins with the newest event.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const ids = await saying(alice, roomId, 4)
    const { chunk } = await alice.ok(getMessages, { roomId, dir: 'b', limit: 3 })
    equal(
      chunk.map((event) => event.event_id),
      ids.slice(1).reverse(),
      'The events',
    )
  }),
  check('timeline/oldest-first', { clause: getMessages }, 'Forwards the history begins with the create event.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const { chunk } = await alice.ok(getMessages, { roomId, dir: 'f', limit: 2 })
    equal(
      chunk.map((event) => event.type),
      ['m.room.create', 'm.room.member'],
      'The types',
    )
  }),
  check(
    'timeline/pages-back-to-the-start',
    { clause: getMessages },
    'Page by page backwards every event is given once, down to the create event, and there is an end.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const ids = await saying(alice, roomId, 9)
      const all = await paged(alice, roomId, { dir: 'b', limit: 4 })
      equal(new Set(all).size, all.length, 'The number of different events')
      equal(all.slice(0, 9), [...ids].reverse(), 'The messages')
      const create = (await alice.state(roomId)).find(({ type }) => type === 'm.room.create')
      equal(all.at(-1), create?.event_id, 'The last event')
    },
  ),
  check(
    'timeline/pages-forward-as-backward',
    { clause: getMessages },
    'Page by page forwards the events are those of the pages backwards, the other way round.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await saying(alice, roomId, 9)
      const back = await paged(alice, roomId, { dir: 'b', limit: 100 })
      const forth = await paged(alice, roomId, { dir: 'f', limit: 4 })
      equal(forth, back.reverse(), 'The events')
    },
  ),
  check(
    'timeline/from-a-gap-of-a-sync',
    { clause: 'client-server-api/#syncing', about: [sync, getMessages] },
    'From the prev_batch of a sync the history goes on without a hole or a repeat.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const ids = await saying(alice, roomId, 8)
      const { first } = await alice.startSyncing({ room: { timeline: { limit: 3 } } })
      const timeline = present(first.rooms?.join?.[roomId]?.timeline, 'a timeline')
      equal(timeline.limited, true, 'limited')
      const older = await paged(alice, roomId, { dir: 'b', limit: 3, from: present(timeline.prev_batch, 'a prev_batch') })
      equal([...older.reverse(), ...timeline.events.map((event) => event.event_id)].slice(-8), ids, 'The messages')
    },
  ),
  check(
    'timeline/from-a-sync-forward',
    { clause: getMessages, about: [getMessages] },
    'Forwards from the token of a sync there is what has happened since.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await saying(alice, roomId, 2)
      const { since } = await alice.startSyncing()
      const ids = await saying(alice, roomId, 3)
      const { chunk } = await alice.ok(getMessages, { roomId, dir: 'f', from: since(), limit: 10 })
      equal(
        chunk.map((event) => event.event_id),
        ids,
        'The events',
      )
    },
  ),
  check('timeline/up-to-a-token', { clause: getMessages }, 'With `to`, the page does not go beyond that token.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    await saying(alice, roomId, 2)
    const { since } = await alice.startSyncing()
    const ids = await saying(alice, roomId, 3)
    const { chunk } = await alice.ok(getMessages, { roomId, dir: 'b', to: since(), limit: 20 })
    equal(
      chunk.map((event) => event.event_id),
      [...ids].reverse(),
      'The events',
    )
  }),
  check('timeline/filter-by-type', { clause: getMessages }, 'A filter chooses the types of events.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    await saying(alice, roomId, 2)
    const mine = await alice.send(roomId, 'org.example.note', {})
    await saying(alice, roomId, 2)
    const { chunk } = await alice.ok(getMessages, { roomId, dir: 'b', limit: 5, filter: '{"types":["org.example.note"]}' })
    equal(
      chunk.map((event) => event.event_id),
      [mine],
      'The events',
    )
  }),
  check('timeline/filter-by-sender', { clause: getMessages }, 'A filter leaves senders out.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await saying(alice, roomId, 2)
    const ids = await saying(bob, roomId, 2)
    const { chunk } = await alice.ok(getMessages, {
      roomId,
      dir: 'b',
      limit: 50,
      filter: JSON.stringify({ not_senders: [alice.userId], types: ['m.room.message'] }),
    })
    equal(
      chunk.map((event) => event.event_id),
      ids.reverse(),
      'The events',
    )
  }),
  check(
    'timeline/lazy-members',
    { clause: 'client-server-api/#lazy-loading-room-members', about: [getMessages] },
    'With lazy members a page brings the member events of those who speak in it.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      await carol.say(roomId, 'earlier')
      await bob.say(roomId, 'now')
      const { state = [] } = await alice.ok(getMessages, { roomId, dir: 'b', limit: 1, filter: '{"lazy_load_members":true}' })
      const keys = state.map((event) => event.state_key)
      equal([keys.includes(bob.userId), keys.includes(carol.userId)], [true, false], 'Whether the members of speaker and other are there')
    },
  ),
  ...(['sideways', undefined] as const).map((dir) =>
    check(
      `timeline/${dir ?? 'no'}-direction`,
      { clause: getMessages },
      dir === undefined
        ? 'A page without a direction is an error of the caller.'
        : 'A direction that does not exist is an error of the caller.',
      async ({ room }) => {
        const [roomId, alice] = await room('alice')
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages${dir === undefined ? '' : `?dir=${dir}`}`
        const { status } = await alice.raw({ method: 'GET', path })
        equal(status, 400, 'The status')
      },
    ),
  ),
  check(
    'timeline/unknown-token',
    { clause: getMessages },
    'A token that the server has not given is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      equal((await alice.call(getMessages, { roomId, dir: 'b', from: 'nowhere' })).status, 400, 'The status')
    },
  ),
  check('timeline/broken-filter', { clause: getMessages }, 'A filter that is broken JSON is an error of the caller.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    equal((await alice.call(getMessages, { roomId, dir: 'b', filter: '{"types":' })).status, 400, 'The status')
  }),
  check('timeline/event', { clause: getEvent }, 'An event is read by its ID.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const [eventId] = await saying(alice, roomId, 1)
    const event = await alice.ok(getEvent, { roomId, eventId: present(eventId, 'an event ID') })
    equal(
      [event.event_id, event.room_id, event.sender, event.type, event.content],
      [eventId, roomId, alice.userId, 'm.room.message', { msgtype: 'm.text', body: 'message 0' }],
      'The event',
    )
  }),
  check(
    'timeline/unknown-event',
    { clause: getEvent },
    'An event that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(getEvent, { roomId, eventId: `$${'a'.repeat(43)}` }, 404, 'M_NOT_FOUND')
    },
  ),
  check('timeline/event-of-another-room', { clause: getEvent }, 'An event is not found under another room.', async ({ people }) => {
    const [alice] = await people('alice')
    const [one, other] = [await alice.createRoom(), await alice.createRoom()]
    const eventId = await alice.say(one, 'here')
    await alice.refused(getEvent, { roomId: other, eventId }, 404, 'M_NOT_FOUND')
  }),
  check(
    'timeline/context',
    { clause: getEventContext },
    'A context gives the event with those before it, newest first, and those after it, oldest first.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const [a, b, c, d, e] = await saying(alice, roomId, 5)
      const context = await alice.ok(getEventContext, { roomId, eventId: present(c, 'an event ID'), limit: 4 })
      equal(context.event?.event_id, c, 'The event')
      equal(
        context.events_before?.map((event) => event.event_id),
        [b, a],
        'The events before',
      )
      equal(
        context.events_after?.map((event) => event.event_id),
        [d, e],
        'The events after',
      )
    },
  ),
  check('timeline/context-of-nothing-else', { clause: getEventContext }, 'With limit 0 there is the event alone.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const [, eventId] = await saying(alice, roomId, 3)
    const context = await alice.ok(getEventContext, { roomId, eventId: present(eventId, 'an event ID'), limit: 0 })
    equal([context.event?.event_id, context.events_before ?? [], context.events_after ?? []], [eventId, [], []], 'The context')
  }),
  check(
    'timeline/context-leads-on',
    { clause: getEventContext, about: [getEventContext, getMessages] },
    'From both ends of a context the history goes on.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const ids = await saying(alice, roomId, 7)
      const { start, end } = await alice.ok(getEventContext, { roomId, eventId: present(ids[3], 'an event ID'), limit: 2 })
      const { chunk: older } = await alice.ok(getMessages, { roomId, dir: 'b', from: present(start, 'start'), limit: 2 })
      const { chunk: newer } = await alice.ok(getMessages, { roomId, dir: 'f', from: present(end, 'end'), limit: 2 })
      equal(
        older.map((event) => event.event_id),
        [ids[1], ids[0]],
        'The older events',
      )
      equal(
        newer.map((event) => event.event_id),
        [ids[5], ids[6]],
        'The newer events',
      )
    },
  ),
  check(
    'timeline/context-has-the-state',
    { clause: getEventContext },
    "The state of a context is that of its time, not today's.",
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.setState(roomId, 'm.room.topic', { topic: 'Then' })
      const eventId = await alice.say(roomId, 'look')
      await alice.setState(roomId, 'm.room.topic', { topic: 'Now' })
      const { state = [] } = await alice.ok(getEventContext, { roomId, eventId, limit: 0 })
      equal(
        state.find(({ type }) => type === 'm.room.topic')?.content['topic'],
        'Then',
        `The topic in ${shown(state.map(({ type }) => type))}`,
      )
    },
  ),
  check(
    'timeline/context-of-an-unknown-event',
    { clause: getEventContext },
    'The context of an event that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(getEventContext, { roomId, eventId: `$${'a'.repeat(43)}` }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'timeline/many-pages-lose-nothing',
    { clause: getMessages },
    'Pages of one event each give all messages of several people.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const ids = (await Promise.all([saying(alice, roomId, 5), saying(bob, roomId, 5)])).flat()
      const all = await paged(alice, roomId, { dir: 'b', limit: 1 })
      sameMembers(all.slice(0, 10), ids, 'The messages')
    },
  ),
]
