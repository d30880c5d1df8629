import { forEachEngine } from '../storage/test-database.ts'
import { startTestServer, type TestServer, type TestUser } from './test-server.ts'

const sliding = 'unstable/org.matrix.simplified_msc3575/sync'
const path = (roomId: string, rest: string): string => `v3/rooms/${encodeURIComponent(roomId)}/${rest}`
const room = (roomId: string) => ({
  room_subscriptions: { [roomId]: { timeline_limit: 10, required_state: [] } },
  extensions: { 'chat.hallway.unread': { enabled: true } },
})

// biome-ignore lint/suspicious/noExplicitAny: the types of answers are the conformance suite's to check.
type Answer = any
type Event = { content: { [key: string]: unknown } }

let sent = 0
const say = async (user: TestUser, roomId: string, content: object = {}): Promise<string> =>
  (await user.ok('PUT', path(roomId, `send/m.room.message/${++sent}`), { msgtype: 'm.text', body: 'hello', ...content })).event_id

const ignore = (user: TestUser, ...others: TestUser[]) =>
  user.ok('PUT', `v3/user/${user.userId}/account_data/m.ignored_user_list`, {
    ignored_users: Object.fromEntries(others.map(({ userId }) => [userId, {}])),
  })

/** Alice, who reads, and two who write, in one room. */
const meet = async (server: TestServer) => {
  const [alice, bob, carol] = await Promise.all([server.signUp(), server.signUp(), server.signUp()])
  const { room_id: roomId } = await alice.ok('POST', 'v3/createRoom', { preset: 'public_chat' })
  for (const user of [bob, carol]) await user.ok('POST', `v3/join/${encodeURIComponent(roomId)}`, {})
  return { alice, bob, carol, roomId: roomId as string }
}

/** What both kinds of sync say is unread in a room, each from its own last position; `undefined` where they say nothing. */
const createCounter = (user: TestUser, roomId: string, connId = 'first') => {
  let since: string | undefined
  let pos: string | undefined
  return async () => {
    const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`
    const synced = await user.ok('GET', `v3/sync${query}`)
    since = synced.next_batch
    const slid = await user.ok('POST', `${sliding}${pos === undefined ? '' : `?pos=${encodeURIComponent(pos)}`}`, {
      conn_id: connId,
      ...room(roomId),
    })
    pos = slid.pos
    const told = synced.rooms?.join?.[roomId]?.unread_notifications
    const { notification_count, highlight_count } = slid.rooms[roomId] ?? {}
    const unread = slid.extensions['chat.hallway.unread']?.rooms[roomId]
    return {
      sync: told && [told.notification_count, told.highlight_count],
      sliding: notification_count === undefined ? undefined : [notification_count, highlight_count],
      unread: unread && [unread.messages, unread.mentions, Object.keys(unread.threads ?? {}).length],
    }
  }
}

forEachEngine(
  'what ignored people write is not counted, nor what they wrote before; both come back with them',
  async (t, _database, location) => {
    const server = await startTestServer(location)
    t.teardown(server.stop)
    const { alice, bob, carol, roomId } = await meet(server)
    const counts = createCounter(alice, roomId)
    const named = { 'm.mentions': { user_ids: [alice.userId] } }
    const root = await say(carol, roomId)
    await say(bob, roomId, named)
    await say(bob, roomId, { 'm.relates_to': { rel_type: 'm.thread', event_id: root } })
    t.deepEqual(await counts(), { sync: [3, 1], sliding: [3, 1], unread: [2, 1, 1] })
    await ignore(alice, bob)
    t.deepEqual(await counts(), { sync: [1, 0], sliding: [1, 0], unread: [1, 0, 0] })
    await say(bob, roomId, named)
    await say(carol, roomId)
    t.deepEqual(await counts(), { sync: [2, 0], sliding: [2, 0], unread: [2, 0, 0] })
    for (let number = 0; number < 70; number++) await say(bob, roomId, number % 2 === 0 ? named : {})
    const fresh = createCounter(alice, roomId, 'fresh')
    t.deepEqual(await fresh(), { sync: [2, 0], sliding: [2, 0], unread: [2, 0, 0] }, 'beyond what memory has')
    await ignore(alice, carol)
    t.deepEqual(await counts(), { sync: [73, 37], sliding: [73, 37], unread: [72, 37, 1] })
    await ignore(alice)
    t.deepEqual(await counts(), { sync: [75, 37], sliding: [75, 37], unread: [74, 37, 1] })
  },
)

forEachEngine('in a thread that was read apart from its room, ignored people do not count either', async (t, _database, location) => {
  const server = await startTestServer(location)
  t.teardown(server.stop)
  const { alice, bob, carol, roomId } = await meet(server)
  const root = await say(alice, roomId)
  const inThread = { 'm.relates_to': { rel_type: 'm.thread', event_id: root } }
  const read = await say(bob, roomId, inThread)
  await alice.ok('POST', path(roomId, `receipt/m.read/${encodeURIComponent(read)}`), { thread_id: root })
  for (const user of [bob, carol, bob]) await say(user, roomId, inThread)
  // More than memory has of a room, so that storage counts.
  for (let number = 0; number < 70; number++) await say(bob, roomId)
  await ignore(alice, bob)
  t.deepEqual(await createCounter(alice, roomId)(), { sync: [1, 0], sliding: [1, 0], unread: [0, 0, 1] })
  await ignore(alice, carol)
  t.deepEqual(await createCounter(alice, roomId)(), { sync: [72, 0], sliding: [72, 0], unread: [70, 0, 1] })
})

forEachEngine('nobody is told of invites by people whom they ignore', async (t, _database, location) => {
  const server = await startTestServer(location)
  t.teardown(server.stop)
  const { alice, bob, carol } = await meet(server)
  const list = { lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state: [] } } }
  const { next_batch: since } = await alice.ok('GET', 'v3/sync')
  const { pos } = await alice.ok('POST', sliding, list)
  await ignore(alice, bob)
  const invite = async (user: TestUser): Promise<string> => (await user.ok('POST', 'v3/createRoom', { invite: [alice.userId] })).room_id
  const [unwanted, welcome] = [await invite(bob), await invite(carol)]
  const first = await alice.ok('GET', 'v3/sync')
  t.deepEqual(Object.keys(first.rooms.invite), [welcome])
  const later = await alice.ok('GET', `v3/sync?since=${encodeURIComponent(since)}`)
  t.deepEqual(Object.keys(later.rooms.invite), [welcome])
  const slid = await alice.ok('POST', `${sliding}?pos=${encodeURIComponent(pos)}`, list)
  t.true(welcome in slid.rooms)
  t.false(unwanted in slid.rooms)
  await ignore(alice)
  t.deepEqual(Object.keys((await alice.ok('GET', 'v3/sync')).rooms.invite).toSorted(), [unwanted, welcome].toSorted())
  t.true(unwanted in (await alice.ok('POST', `${sliding}?pos=${encodeURIComponent(slid.pos)}`, list)).rooms)
})

forEachEngine('counts that a push rule changes are told, though nothing else is new', async (t, _database, location) => {
  const server = await startTestServer(location)
  t.teardown(server.stop)
  const { alice, bob, roomId } = await meet(server)
  const counts = createCounter(alice, roomId)
  await say(bob, roomId)
  t.deepEqual(await counts(), { sync: [1, 0], sliding: [1, 0], unread: [1, 0, 0] })
  await alice.ok('PUT', `v3/pushrules/global/room/${encodeURIComponent(roomId)}`, { actions: [] })
  t.deepEqual(await counts(), { sync: [0, 0], sliding: [0, 0], unread: undefined })
})

forEachEngine(
  'state that names its reader, or that a rule of theirs looks for, counts as a message would',
  async (t, _database, location) => {
    const server = await startTestServer(location)
    t.teardown(server.stop)
    const { alice, carol, roomId } = await meet(server)
    const counts = createCounter(carol, roomId)
    const setTopic = (content: object) => alice.ok('PUT', path(roomId, 'state/m.room.topic/'), content)
    await setTopic({ topic: 'Nothing' })
    t.deepEqual((await counts()).sync, [0, 0])
    await setTopic({ topic: 'Something', 'm.mentions': { user_ids: [carol.userId] } })
    t.deepEqual(await counts(), { sync: [1, 1], sliding: [1, 1], unread: [0, 1, 0] })
    await carol.ok('PUT', 'v3/pushrules/global/override/food', {
      conditions: [{ kind: 'event_match', key: 'content.topic', pattern: '*lunch*' }],
      actions: ['notify'],
    })
    await setTopic({ topic: 'Lunch at noon' })
    t.deepEqual(await counts(), { sync: [2, 1], sliding: [2, 1], unread: undefined })
  },
)

forEachEngine(
  'a sync that waits goes by whom its reader ignores when it answers, not when it was asked',
  async (t, _database, location) => {
    const server = await startTestServer(location)
    t.teardown(server.stop)
    const { alice, bob, carol, roomId } = await meet(server)
    const filter = encodeURIComponent(JSON.stringify({ account_data: { types: [] } }))
    const { next_batch: since } = await alice.ok('GET', `v3/sync?filter=${filter}`)
    const { pos } = await alice.ok('POST', sliding, room(roomId))
    const waiting = [
      alice.ok('GET', `v3/sync?timeout=30000&filter=${filter}&since=${encodeURIComponent(since)}`),
      alice.ok('POST', `${sliding}?timeout=30000&pos=${encodeURIComponent(pos)}`, room(roomId)),
    ] as const
    await ignore(alice, bob)
    await say(bob, roomId, { body: 'ignored' })
    await say(carol, roomId, { body: 'heard' })
    const heard = async (
      first: Promise<Answer>,
      eventsOf: (answer: Answer) => Event[] | undefined,
      next: (answer: Answer) => Promise<Answer>,
    ) => {
      const bodies: unknown[] = []
      for (let answer = await first; ; answer = await next(answer)) {
        for (const { content } of eventsOf(answer) ?? []) bodies.push(content['body'])
        if (bodies.includes('heard')) return bodies
      }
    }
    t.deepEqual(
      await heard(
        waiting[0],
        (answer) => answer.rooms?.join?.[roomId]?.timeline.events,
        ({ next_batch }) => alice.ok('GET', `v3/sync?timeout=30000&filter=${filter}&since=${encodeURIComponent(next_batch)}`),
      ),
      ['heard'],
    )
    t.deepEqual(
      await heard(
        waiting[1],
        (answer) => answer.rooms[roomId]?.timeline,
        (answer) => alice.ok('POST', `${sliding}?timeout=30000&pos=${encodeURIComponent(answer.pos)}`, room(roomId)),
      ),
      ['heard'],
    )
  },
)
