import type { RoomId } from '../../../spec/identifiers.ts'
import { alice, bob, carol } from '../../rooms/test-reading.ts'
import { type PersonalWorld, withPersonalServer } from './test-personal-server.ts'

/** A room with both in it. */
const roomOfTwo = async ({ aRoom, member }: PersonalWorld): Promise<RoomId> => {
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  return roomId
}
const inThread = (eventId: string) => ({ 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } })
const marks = async ({ roomStates, receiptStore, identifiers }: PersonalWorld, roomId: RoomId) =>
  (await receiptStore.ofUser((await roomStates.open(roomId))!.nid, await identifiers.user(bob))).map(({ type, thread, eventId }) => [
    type,
    thread,
    eventId,
  ])

withPersonalServer('receipts move forward, by kind and thread, and never back', async (t, { call }, world) => {
  const roomId = await roomOfTwo(world)
  const { say, streams } = world
  const [one, two, root] = [await say(roomId, alice, '1'), await say(roomId, alice, '2'), await say(roomId, alice, 'root')]
  const reply = await say(roomId, alice, 'in the thread', inThread(root.eventId))
  const edit = await say(roomId, alice, '* in the thread', { 'm.relates_to': { rel_type: 'm.replace', event_id: reply.eventId } })
  const told: string[] = []
  streams.subscribe((entry) => {
    if (entry.kind === 'receipt') told.push(entry.receipt.eventId)
  })
  const read = (type: string, eventId: string, body: object = {}) =>
    call('bob', 'POST', `/rooms/${roomId}/receipt/${type}/${eventId}`, body)
  for (const eventId of [two.eventId, one.eventId, two.eventId]) t.deepEqual(await read('m.read', eventId), { status: 200, json: {} })
  t.deepEqual(told, [two.eventId])
  await read('m.read.private', one.eventId)
  await read('m.read', root.eventId, { thread_id: 'main' })
  await read('m.read', reply.eventId, { thread_id: root.eventId })
  await read('m.read', edit.eventId, { thread_id: root.eventId })
  await read('m.read', root.eventId, { thread_id: root.eventId })
  const expected = [
    ['m.read', '', two.eventId],
    ['m.read.private', '', one.eventId],
    ['m.read', 'main', root.eventId],
    ['m.read', root.eventId, edit.eventId],
  ]
  t.deepEqual(await marks(world, roomId), expected)
  await Promise.all([edit, reply, root, one].map(({ eventId }) => read('m.read', eventId)))
  t.deepEqual(
    (await marks(world, roomId)).find(([type, thread]) => type === 'm.read' && thread === ''),
    ['m.read', '', edit.eventId],
  )
})

withPersonalServer('a receipt needs a member, an event of the room that they can see, and its thread', async (t, { refusal }, world) => {
  const { aRoom, say, member } = world
  const roomId = await aRoom({ type: 'm.room.history_visibility', content: { history_visibility: 'joined' } })
  const hidden = await say(roomId, alice, 'before bob came')
  await member(roomId, bob, 'join')
  const [root, elsewhere] = [await say(roomId, alice, 'root'), await say(await aRoom(), alice, 'elsewhere')]
  const reply = await say(roomId, alice, 'reply', inThread(root.eventId))
  const read = (user: string, eventId: string, body: object = {}, type = 'm.read') =>
    refusal(user, 'POST', `/rooms/${roomId}/receipt/${type}/${eventId}`, body)
  t.deepEqual(await read('carol', root.eventId), [403, 'M_FORBIDDEN'])
  t.deepEqual(await refusal('carol', 'POST', `/rooms/!nowhere:hs/receipt/m.read/${root.eventId}`, {}), [403, 'M_FORBIDDEN'])
  for (const eventId of ['$nothing', elsewhere.eventId, hidden.eventId]) t.deepEqual(await read('bob', eventId), [404, 'M_NOT_FOUND'])
  t.deepEqual(await read('bob', root.eventId, {}, 'm.seen'), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await read('bob', root.eventId, { thread_id: '' }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await read('bob', root.eventId, { thread_id: 7 }), [400, 'M_BAD_JSON'])
  t.deepEqual(await read('bob', root.eventId, { thread_id: 'main' }, 'm.fully_read'), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await read('bob', reply.eventId, { thread_id: 'main' }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await read('bob', root.eventId, { thread_id: reply.eventId }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await marks(world, roomId), [])
})

withPersonalServer(
  'read markers set several at once, all or none, and keep the read marker as account data',
  async (t, { call, refusal }, world) => {
    const roomId = await roomOfTwo(world)
    const [one, two] = [await world.say(roomId, alice, '1'), await world.say(roomId, alice, '2')]
    const set = (body: object) => call('bob', 'POST', `/rooms/${roomId}/read_markers`, body)
    const fullyRead = async () => (await call('bob', 'GET', `/user/${bob}/rooms/${roomId}/account_data/m.fully_read`)).json
    t.deepEqual(await set({}), { status: 200, json: {} })
    await set({ 'm.fully_read': two.eventId, 'm.read': one.eventId, 'm.read.private': two.eventId })
    t.deepEqual(await fullyRead(), { event_id: two.eventId })
    const expected = [
      ['m.read', '', one.eventId],
      ['m.read.private', '', two.eventId],
    ]
    t.deepEqual((await marks(world, roomId)).sort(), expected)
    await set({ 'm.fully_read': one.eventId })
    t.deepEqual(await fullyRead(), { event_id: two.eventId })
    t.deepEqual(await refusal('bob', 'POST', `/rooms/${roomId}/read_markers`, { 'm.fully_read': '$nothing', 'm.read': two.eventId }), [
      404,
      'M_NOT_FOUND',
    ])
    t.deepEqual((await marks(world, roomId)).sort(), expected)
    const last = await world.say(roomId, alice, '3')
    await call('bob', 'POST', `/rooms/${roomId}/receipt/m.fully_read/${last.eventId}`, {})
    t.deepEqual(await fullyRead(), { event_id: last.eventId })
  },
)

withPersonalServer('members type, for as long as they say, and nobody types for another', async (t, { call, refusal }, world) => {
  const roomId = await roomOfTwo(world)
  const path = `/rooms/${roomId}/typing`
  await call('bob', 'PUT', `${path}/${bob}`, { typing: true, timeout: 60_000 })
  t.deepEqual(world.typing.usersIn(roomId), [bob])
  await call('bob', 'PUT', `${path}/${bob}`, { typing: false })
  t.deepEqual(world.typing.usersIn(roomId), [])
  t.deepEqual(await refusal('alice', 'PUT', `${path}/${bob}`, { typing: true }), [403, 'M_FORBIDDEN'])
  t.deepEqual(await refusal('carol', 'PUT', `${path}/${carol}`, { typing: true }), [403, 'M_FORBIDDEN'])
  t.deepEqual(await refusal('bob', 'PUT', `${path}/${bob}`, { typing: 'yes' }), [400, 'M_BAD_JSON'])
  t.deepEqual(world.typing.usersIn(roomId), [])
})

withPersonalServer('presence is told to those who share a room, and set by oneself', async (t, { call, refusal }) => {
  const status = (of: string) => `/presence/${of}/status`
  t.deepEqual((await call('alice', 'GET', status(bob))).json, { presence: 'offline' })
  t.deepEqual((await call('bob', 'PUT', status(bob), { presence: 'unavailable', status_msg: 'lunch' })).json, {})
  t.deepEqual((await call('alice', 'GET', status(bob))).json, { presence: 'unavailable', status_msg: 'lunch' })
  await call('bob', 'PUT', status(bob), { presence: 'online' })
  const { json } = await call('bob', 'GET', status(bob))
  t.deepEqual([json.presence, json.currently_active, json.status_msg, json.last_active_ago >= 0], ['online', true, undefined, true])
  t.deepEqual(await refusal('alice', 'PUT', status(bob), { presence: 'offline' }), [403, 'M_FORBIDDEN'])
  t.deepEqual(await refusal('carol', 'GET', status(bob)), [403, 'M_FORBIDDEN'])
  t.is((await call('carol', 'GET', status(carol))).status, 200)
  t.deepEqual(await refusal('bob', 'PUT', status(bob), { presence: 'asleep' }), [400, 'M_INVALID_PARAM'])
})
