import type { ExecutionContext } from 'ava'
import { listenForTest, sessionsByName } from '../../http/test-listener.ts'
import { alice, bob, testReading } from '../../rooms/test-reading.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { roomReadRoutes } from './room-reads.ts'
import { timelineRoutes } from './timeline.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape.
type Json = any
type Server = Awaited<ReturnType<typeof startServer>>

/** The reading routes over HTTP on a database; the token of @name:hs is the name. */
const startServer = async (reading: ReturnType<typeof testReading>) => {
  const faults: unknown[] = []
  const { server, port } = await listenForTest({
    routes: [...timelineRoutes(reading), ...roomReadRoutes(reading)],
    findSession: sessionsByName([alice, bob]),
    reportError: (error) => faults.push(error),
  })
  const get = async (token: string, path: string): Promise<{ status: number; json: Json }> => {
    const url = `http://127.0.0.1:${port}/_matrix/client/${path.startsWith('v1/') ? '' : 'v3/'}${path}`
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    return { status: response.status, json: await response.json() }
  }
  return { get, faults, stop: () => server.stop() }
}

const withServer = (title: string, body: (t: ExecutionContext, server: Server, reading: ReturnType<typeof testReading>) => Promise<void>) =>
  forEachEngine(title, async (t, database) => {
    const reading = testReading(database)
    const server = await startServer(reading)
    try {
      await body(t, server, reading)
      t.deepEqual(server.faults, [])
    } finally {
      await server.stop()
    }
  })

withServer('a member reads messages, context, an event and its relations, state and members', async (t, { get }, reading) => {
  const { aRoom, say, member } = reading
  const roomId = await aRoom({ type: 'm.room.name', content: { name: 'Kitchen "1"' } })
  await member(roomId, bob, 'join')
  const root = await say(roomId, alice, 'root')
  const answer = await say(roomId, bob, 'answer', { 'm.relates_to': { rel_type: 'm.thread', event_id: root.eventId } })
  const room = `rooms/${roomId}`
  const first = await get('bob', `${room}/messages?dir=b&limit=1&filter=${encodeURIComponent('{"lazy_load_members":true}')}`)
  t.deepEqual([first.status, Object.keys(first.json).sort()], [200, ['chunk', 'end', 'start', 'state']])
  t.is(first.json.chunk[0].event_id, answer.eventId)
  t.is(first.json.state[0].state_key, bob)
  const rest = await get('bob', `${room}/messages?dir=b&limit=1000&from=${first.json.end}`)
  t.is(rest.json.chunk[0].event_id, root.eventId)
  t.is(rest.json.chunk[0].unsigned['m.relations']['m.thread'].count, 1)
  t.false('end' in rest.json)
  t.is((await get('bob', `${room}/messages?dir=f&limit=5000`)).json.chunk.length, rest.json.chunk.length + 1)
  const context = (await get('bob', `${room}/context/${root.eventId}?limit=2`)).json
  t.deepEqual(
    [context.event.event_id, context.events_before[0].type, context.events_after[0].event_id],
    [root.eventId, 'm.room.member', answer.eventId],
  )
  t.true(context.state.some(({ type }: Json) => type === 'm.room.name'))
  t.is((await get('bob', `${room}/event/${root.eventId}`)).json.content.body, 'root')
  for (const path of ['', '/m.thread', '/m.thread/m.room.message']) {
    t.is((await get('bob', `v1/${room}/relations/${root.eventId}${path}`)).json.chunk[0].event_id, answer.eventId, path)
  }
  t.is((await get('bob', `v1/${room}/relations/${root.eventId}?recurse=true`)).json.recursion_depth, 3)
  t.deepEqual((await get('bob', `${room}/state/m.room.name`)).json, { name: 'Kitchen "1"' })
  t.like((await get('bob', `${room}/state/m.room.name/?format=event`)).json, { type: 'm.room.name', state_key: '', sender: alice })
  t.is((await get('bob', `${room}/state`)).json.length, 6)
  t.deepEqual((await get('bob', `${room}/members?not_membership=leave`)).json.chunk.length, 2)
  t.deepEqual(Object.keys((await get('bob', `${room}/joined_members`)).json.joined), [alice, bob])
  t.deepEqual((await get('bob', 'joined_rooms')).json, { joined_rooms: [roomId] })
})

withServer('outsiders get one answer, whether or not there is such a room or event', async (t, { get }, { aRoom, say }) => {
  const roomId = await aRoom()
  const { eventId } = await say(roomId, alice, 'secret')
  for (const path of ['messages?dir=b', `context/${eventId}`, 'state', 'state/m.room.create', 'members', 'joined_members']) {
    const answers = [await get('bob', `rooms/${roomId}/${path}`), await get('bob', `rooms/!nowhere:hs/${path}`)]
    t.deepEqual(answers[0], answers[1])
    t.deepEqual([answers[0]!.status, answers[0]!.json.errcode], [403, 'M_FORBIDDEN'], path)
  }
  const hidden = await get('bob', `rooms/${roomId}/event/${eventId}`)
  t.deepEqual([hidden.status, hidden.json.errcode], [404, 'M_NOT_FOUND'])
  for (const [user, path] of [
    ['bob', `rooms/!nowhere:hs/event/${eventId}`],
    ['alice', `rooms/${roomId}/event/$nothing`],
    ['bob', `v1/rooms/${roomId}/relations/${eventId}`],
    ['alice', `v1/rooms/${roomId}/relations/$nothing`],
  ] as const) {
    t.deepEqual(await get(user, path), hidden, path)
  }
})

withServer('odd input is answered with 4xx', async (t, { get }, { aRoom, say }) => {
  const roomId = await aRoom()
  const { eventId } = await say(roomId, alice, 'hi')
  const room = `rooms/${roomId}`
  const filter = (text: string) => `${room}/messages?dir=b&filter=${encodeURIComponent(text)}`
  for (const [path, status] of [
    [`${room}/messages`, 400],
    [`${room}/messages?dir=x`, 400],
    [`${room}/messages?dir=b&from=zzz`, 400],
    [`${room}/messages?dir=b&to=s`, 400],
    [`${room}/messages?dir=b&limit=-1`, 400],
    [`${room}/messages?dir=b&limit=1e400`, 400],
    [filter('{'), 400],
    [filter('[]'), 400],
    [filter('17'), 400],
    [filter('{"types":5}'), 200],
    [filter('{"senders":["\\u0000"]}'), 200],
    [filter('{"related_by_senders":["\\u0000"]}'), 200],
    [filter('{"not_types":["*"]}'), 200],
    [`${room}/members?at=%00`, 400],
    [`${room}/members?membership=x`, 400],
    [`${room}/state/%00`, 404],
    [`${room}/state/m.room.topic/%00`, 404],
    [`${room}/event/nothing`, 400],
    [`v1/${room}/relations/${eventId}/%00`, 200],
    [`v1/${room}/relations/${eventId}/x/%00`, 200],
    [`v1/${room}/relations/${eventId}?limit=0`, 400],
    [`v1/${room}/relations/${eventId}?from=-`, 400],
    ['rooms/x/state', 400],
  ] as const) {
    const answer = await get('alice', path)
    t.is(answer.status, status, `${path}: ${JSON.stringify(answer.json).slice(0, 200)}`)
  }
})
