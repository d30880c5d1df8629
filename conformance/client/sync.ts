import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { differ, equal, holds, present } from '../expect.ts'

export const syncChecks = [
  check(
    'sync/initial',
    { clause: sync },
    'An initial sync has each joined room, with its state and the newest of its timeline.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await bob.say(roomId, 'hello')
      const { first } = await alice.startSyncing()
      const section = present(first.rooms?.join?.[roomId], 'the room')
      equal(section.timeline?.events.at(-1)?.event_id, eventId, 'The newest event')
      const all = [...(section.state?.events ?? []), ...(section.timeline?.events ?? [])].filter((event) => event.state_key !== undefined)
      const keys = new Set(all.map((event) => `${event.type}|${event.state_key}`))
      for (const key of ['m.room.create|', `m.room.member|${alice.userId}`, `m.room.member|${bob.userId}`, 'm.room.power_levels|']) {
        holds(keys.has(key), `the state ${key}`)
      }
    },
  ),
  check(
    'sync/state-is-that-before-the-timeline',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'The state of a section is that at the start of its timeline: state events of the timeline are not in it.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.setState(roomId, 'm.room.topic', { topic: 'Then' })
      for (let index = 0; index < 3; index++) await alice.say(roomId, `message ${index}`)
      await alice.setState(roomId, 'm.room.topic', { topic: 'Now' })
      const { first } = await alice.startSyncing({ room: { timeline: { limit: 2 } } })
      const { state, timeline } = present(first.rooms?.join?.[roomId], 'the room')
      equal(state?.events?.find(({ type }) => type === 'm.room.topic')?.content['topic'], 'Then', 'The topic before')
      equal(timeline?.events.at(-1)?.content['topic'], 'Now', 'The topic in the timeline')
    },
  ),
  check('sync/only-what-is-new', { clause: sync }, 'A sync from a token gives what has happened since, once.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await bob.say(roomId, 'before')
    const syncing = await alice.startSyncing()
    const sent = [await bob.say(roomId, 'one'), await bob.say(roomId, 'two')]
    await syncing.until('the second message', () => syncing.timeline(roomId).some((event) => event.event_id === sent[1]))
    const seen = syncing.timeline(roomId).map((event) => event.event_id)
    equal(seen.slice(seen.indexOf(sent[0] ?? '$')), sent, 'The new events')
    const { rooms } = await syncing.next()
    equal(rooms?.join?.[roomId]?.timeline?.events ?? [], [], 'The events of the sync after')
  }),
  check('sync/a-token-may-be-used-again', { clause: sync }, 'The same token gives the same events again.', async ({ room, people }) => {
    const [roomId, alice] = await room('alice')
    await people('bob')
    const { since } = await alice.startSyncing()
    const token = since()
    const eventId = await alice.say(roomId, 'hello')
    for (let turn = 0; turn < 2; turn++) {
      const { rooms } = await alice.ok(sync, { since: token, timeout: 0 })
      equal(
        rooms?.join?.[roomId]?.timeline?.events.map((event) => event.event_id),
        [eventId],
        'The events',
      )
    }
  }),
  check('sync/the-token-moves-on', { clause: sync }, 'When something has happened, next_batch is another token.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const syncing = await alice.startSyncing()
    const before = syncing.since()
    await alice.say(roomId, 'hello')
    await syncing.until('the message', ({ rooms }) => rooms?.join?.[roomId])
    differ(syncing.since(), before, 'The tokens')
  }),
  check(
    'sync/waits-for-news',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'A sync with nothing to tell waits, and is answered as soon as something happens.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await alice.startSyncing()
      await syncing.next()
      const started = Date.now()
      const waiting = syncing.until('the message', ({ rooms }) =>
        rooms?.join?.[roomId]?.timeline?.events.find(({ content }) => content['body'] === 'wake up'),
      )
      await bob.say(roomId, 'wake up')
      await waiting
      holds(Date.now() - started < patience, `the news within ${patience} ms`)
    },
  ),
  check(
    'sync/waits-no-longer-than-asked',
    { clause: sync },
    'A sync with nothing to tell ends after its timeout.',
    async ({ people, patience }) => {
      const [alice] = await people('alice')
      const { since } = await alice.startSyncing()
      const started = Date.now()
      const { next_batch: token } = await alice.ok(sync, { since: since(), timeout: 300 })
      holds(Date.now() - started < patience + 300, 'an answer soon after the timeout')
      holds(token.length > 0, 'a token')
    },
  ),
  check(
    'sync/gap',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'When more has happened than the limit lets through, the timeline says so and has the newest.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await alice.startSyncing({ room: { timeline: { limit: 3 } } })
      for (const body of ['1', '2', '3', '4', '5']) await bob.say(roomId, body)
      const { rooms } = await syncing.next()
      const timeline = present(rooms?.join?.[roomId]?.timeline, 'a timeline')
      equal([timeline.limited, timeline.events.map(({ content }) => content['body'])], [true, ['3', '4', '5']], 'limited, and the messages')
      present(timeline.prev_batch, 'a prev_batch')
    },
  ),
  check(
    'sync/no-gap',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'When all that has happened fits, the timeline is not limited.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await alice.startSyncing({ room: { timeline: { limit: 3 } } })
      for (const body of ['1', '2', '3']) await bob.say(roomId, body)
      const { rooms } = await syncing.next()
      const timeline = present(rooms?.join?.[roomId]?.timeline, 'a timeline')
      equal(
        [timeline.limited ?? false, timeline.events.map(({ content }) => content['body'])],
        [false, ['1', '2', '3']],
        'limited, and the messages',
      )
    },
  ),
  check(
    'sync/state-of-a-gap',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'State that changed inside a gap comes in the state of the section.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const syncing = await alice.startSyncing({ room: { timeline: { limit: 2 } } })
      const eventId = await alice.setState(roomId, 'm.room.topic', { topic: 'In the gap' })
      for (const body of ['1', '2', '3']) await alice.say(roomId, body)
      const { rooms } = await syncing.next()
      holds(
        rooms?.join?.[roomId]?.state?.events?.some((event) => event.event_id === eventId),
        'the topic in the state',
      )
    },
  ),
  check(
    'sync/full-state',
    { clause: sync },
    'With full_state all state of the rooms is given, though nothing has changed.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const syncing = await alice.startSyncing()
      const { rooms } = await syncing.next({ full_state: true })
      const types = new Set(rooms?.join?.[roomId]?.state?.events?.map(({ type }) => type))
      for (const type of ['m.room.create', 'm.room.member', 'm.room.power_levels']) holds(types.has(type), `${type} in the state`)
    },
  ),
]
