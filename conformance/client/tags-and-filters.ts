import { createFilter, deleteTag, getFilter, listTags, putTag } from '../../spec/client/account-data.ts'
import { sync } from '../../spec/client/sync.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, holds, matches, shown } from '../expect.ts'

/** The fields without which nothing is an event. */
const always = ['event_id', 'type', 'sender', 'origin_server_ts', 'state_key']

export const tagAndFilterChecks = [
  check(
    'tags/put',
    { clause: putTag, about: [putTag, listTags] },
    'Tags that are put on a room are listed, each with its order.',
    async ({ room }) => {
      const [roomId, { userId, ok }] = await room('alice')
      await ok(putTag, { userId, roomId, tag: 'm.favourite', body: { order: 0.25 } })
      await ok(putTag, { userId, roomId, tag: 'u.work', body: {} })
      equal((await ok(listTags, { userId, roomId })).tags, { 'm.favourite': { order: 0.25 }, 'u.work': {} }, 'The tags')
    },
  ),
  check('tags/put-again', { clause: putTag, about: [putTag, listTags] }, 'To put a tag again changes its order.', async ({ room }) => {
    const [roomId, { userId, ok }] = await room('alice')
    await ok(putTag, { userId, roomId, tag: 'u.work', body: { order: 0.25 } })
    await ok(putTag, { userId, roomId, tag: 'u.work', body: { order: 0.5 } })
    equal((await ok(listTags, { userId, roomId })).tags, { 'u.work': { order: 0.5 } }, 'The tags')
  }),
  check('tags/none', { clause: listTags }, 'A room without tags has an empty list.', async ({ room }) => {
    const [roomId, { userId, ok }] = await room('alice')
    equal((await ok(listTags, { userId, roomId })).tags, {}, 'The tags')
  }),
  check(
    'tags/delete',
    { clause: deleteTag, about: [deleteTag, listTags] },
    'A tag that is taken off is gone, and the others stay.',
    async ({ room }) => {
      const [roomId, { userId, ok }] = await room('alice')
      for (const tag of ['u.work', 'u.play']) await ok(putTag, { userId, roomId, tag, body: {} })
      await ok(deleteTag, { userId, roomId, tag: 'u.work' })
      equal((await ok(listTags, { userId, roomId })).tags, { 'u.play': {} }, 'The tags')
    },
  ),
  check(
    'tags/in-syncs',
    { clause: 'client-server-api/#mtag', about: [sync] },
    'Tags come by sync, as room account data of type m.tag.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const { userId } = alice
      const syncing = await alice.startSyncing()
      await alice.ok(putTag, { userId, roomId, tag: 'u.work', body: { order: 0.5 } })
      const content = await syncing.until(
        'the tags of the room',
        ({ rooms }) => rooms?.join?.[roomId]?.account_data?.events?.find(({ type }) => type === 'm.tag')?.content,
      )
      equal(content, { tags: { 'u.work': { order: 0.5 } } }, 'The content')
    },
  ),
  check('tags/of-others', { clause: putTag }, 'Nobody puts tags for somebody else.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await bob.refused(putTag, { userId: alice.userId, roomId, tag: 'u.work', body: {} }, 403, 'M_FORBIDDEN')
  }),
  check('tags/of-others-are-not-read', { clause: listTags }, 'Nobody reads the tags of somebody else.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await bob.refused(listTags, { userId: alice.userId, roomId }, 403, 'M_FORBIDDEN')
  }),
  check(
    'filters/kept',
    { clause: createFilter, about: [getFilter] },
    'A filter is given back by the ID under which it was kept.',
    async ({ people }) => {
      const [{ userId, ok }] = await people('alice')
      const filter = { room: { timeline: { limit: 3, types: ['m.room.message'] }, include_leave: true }, event_format: 'client' }
      const { filter_id: filterId } = await ok(createFilter, { userId, body: filter })
      equal(await ok(getFilter, { userId, filterId }), filter, 'The filter')
    },
  ),
  check('filters/unknown', { clause: getFilter }, 'A filter that was not kept is answered with 404 M_NOT_FOUND.', async ({ people }) => {
    const [{ userId, refused }] = await people('alice')
    await refused(getFilter, { userId, filterId: '987654' }, 404, 'M_NOT_FOUND')
  }),
  check('filters/of-others', { clause: createFilter }, 'Nobody keeps filters for somebody else.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    await bob.refused(createFilter, { userId: alice.userId, body: {} }, 403, 'M_FORBIDDEN')
  }),
  check('filters/of-others-are-not-read', { clause: getFilter }, 'Nobody reads the filters of somebody else.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const { filter_id: filterId } = await alice.ok(createFilter, { userId: alice.userId, body: {} })
    await bob.refused(getFilter, { userId: alice.userId, filterId }, [403, 404], ['M_FORBIDDEN', 'M_NOT_FOUND'])
  }),
  ...(
    [
      ['types', { room: { timeline: { types: 'm.room.message' } } }],
      ['limit', { room: { timeline: { limit: 'ten' } } }],
      ['rooms', { room: { rooms: { one: true } } }],
      ['format', { event_format: 'roman' }],
    ] as const
  ).map(([what, body]) =>
    check(
      `filters/wrong-${what}`,
      { clause: createFilter },
      `A filter whose ${what} cannot be is an error of the caller.`,
      async ({ people }) => {
        const [{ userId, call }] = await people('alice')
        const { status, body: error } = await call(createFilter, { userId, body })
        equal(status, 400, `The status (${shown(error)})`)
      },
    ),
  ),
  check(
    'filters/by-id-in-a-sync',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'A sync takes a filter by its ID.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      for (const text of ['one', 'two', 'three']) await alice.say(roomId, text)
      const { filter_id: id } = await alice.ok(createFilter, {
        userId: alice.userId,
        body: { room: { timeline: { limit: 2, types: ['m.room.message'] } } },
      })
      const { first } = await alice.startSyncing(id)
      equal(
        first.rooms?.join?.[roomId]?.timeline?.events.map(({ content }) => content['body']),
        ['two', 'three'],
        'The messages',
      )
    },
  ),
  check(
    'filters/unknown-id-in-a-sync',
    { clause: sync },
    'A sync with the ID of a filter that does not exist is an error of the caller.',
    async ({ people }) => {
      const [{ call }] = await people('alice')
      const { status } = await call(sync, { filter: '987654' })
      holds(status === 400 || status === 404, `400 or 404, not ${status}`)
    },
  ),
  check(
    'filters/broken-json-in-a-sync',
    { clause: sync },
    'A sync whose filter is broken JSON is an error of the caller.',
    async ({ people }) => {
      const [{ call }] = await people('alice')
      equal((await call(sync, { filter: '{"room":' })).status, 400, 'The status')
    },
  ),
  check(
    'filters/senders',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'A filter on senders gives the events of these alone, and of none who is excluded.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      for (const person of [alice, bob, carol]) await person.say(roomId, person.name)
      const seen = async (filter: object) => {
        const { first } = await alice.startSyncing({ room: { timeline: { types: ['m.room.message'], limit: 10, ...filter } } })
        return first.rooms?.join?.[roomId]?.timeline?.events.map(({ content }) => content['body'])
      }
      equal(await seen({ senders: [bob.userId] }), ['bob'], 'The messages with senders')
      equal(await seen({ senders: [bob.userId, carol.userId], not_senders: [bob.userId] }), ['carol'], 'The messages with not_senders')
    },
  ),
  check(
    'filters/rooms',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'A filter on rooms gives these alone.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const one = await alice.createRoom()
      await alice.createRoom()
      const { first } = await alice.startSyncing({ room: { rooms: [one] } })
      equal(Object.keys(first.rooms?.join ?? {}), [one], 'The rooms')
    },
  ),
  check(
    'filters/not-rooms',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'A filter can exclude rooms: nothing of their timelines is given.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [one, two] = [await alice.createRoom(), await alice.createRoom()]
      const { first } = await alice.startSyncing({ room: { not_rooms: [one] } })
      const eventsOf = (roomId: RoomId) => first.rooms?.join?.[roomId]?.timeline?.events.length ?? 0
      equal([eventsOf(one), eventsOf(two) > 0], [0, true], 'Events of the room that is excluded, and whether the other has some')
    },
  ),
  check(
    'filters/types-by-wildcard',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'A `*` in a type stands for any characters; not_types wins over types.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      for (const type of ['org.example.a', 'org.example.b', 'net.example.a']) await alice.send(roomId, type, {})
      const { first } = await alice.startSyncing({ room: { timeline: { types: ['org.example.*'], not_types: ['*.b'] } } })
      equal(
        first.rooms?.join?.[roomId]?.timeline?.events.map(({ type }) => type),
        ['org.example.a'],
        'The types',
      )
    },
  ),
  check(
    'filters/contains-url',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'contains_url chooses the events with a `url` in their content, or those without.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.say(roomId, 'a picture', { url: 'mxc://example.test/x' })
      await alice.say(roomId, 'only words')
      const seen = async (contains_url: boolean) => {
        const { first } = await alice.startSyncing({ room: { timeline: { types: ['m.room.message'], contains_url } } })
        return first.rooms?.join?.[roomId]?.timeline?.events.map(({ content }) => content['body'])
      }
      equal(await seen(true), ['a picture'], 'The messages with a URL')
      equal(await seen(false), ['only words'], 'The messages without')
    },
  ),
  check(
    'filters/event-fields',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'Fields that event_fields names by their paths are given; a dot or backslash of a name is escaped in them.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.send(roomId, 'org.example.odd', { 'a.b': { c: 'deep' }, 'd\\e': 'odd', body: 'plain' })
      const { first } = await alice.startSyncing({
        event_fields: [...always, 'content.a\\.b.c', 'content.d\\\\e', 'content.body'],
        room: { state: { types: [] }, timeline: { types: ['org.example.odd'] } },
      })
      const [event] = first.rooms?.join?.[roomId]?.timeline?.events ?? []
      matches(event, { type: 'org.example.odd', sender: alice.userId }, 'The event')
      matches(event?.content, { 'a.b': { c: 'deep' }, 'd\\e': 'odd', body: 'plain' }, 'The content')
    },
  ),
  check(
    'filters/event-fields-alone',
    { clause: 'client-server-api/#filtering', about: [sync], level: 'should' },
    'Fields that event_fields does not name are left out, of events and of state alike.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.setState(roomId, 'm.room.topic', { topic: 'kept', 'org.example.more': 'left out' })
      await alice.say(roomId, 'kept', { 'org.example.more': 'left out' })
      const { first } = await alice.startSyncing({
        event_fields: [...always, 'content.body', 'content.topic'],
        room: { state: { types: ['m.room.topic'] }, timeline: { types: ['m.room.message'], limit: 1 } },
      })
      const { timeline, state } = first.rooms?.join?.[roomId] ?? {}
      equal(timeline?.events[0]?.content, { body: 'kept' }, 'The content of the message')
      equal(state?.events?.[0]?.content, { topic: 'kept' }, 'The content of the topic')
      equal(timeline?.events[0]?.unsigned, undefined, 'What is unsigned')
    },
  ),
]
