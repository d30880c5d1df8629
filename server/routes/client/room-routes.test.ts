import test from 'ava'
import { kickUser, joinRoom, leaveRoom } from '../../../spec/client/membership.ts'
import { getRoomSummary, listPublicRooms, queryPublicRooms } from '../../../spec/client/directory.ts'
import { redactEvent, sendMessage } from '../../../spec/client/room-send.ts'
import { setState } from '../../../spec/client/room-state.ts'
import { createRoom } from '../../../spec/client/rooms.ts'
import { searchUsers } from '../../../spec/client/search.ts'
import type { Endpoint } from '../../../spec/endpoint.ts'
import { createPresetRoom, removeMember } from '../../../spec/extensions/rooms.ts'
import type { Requester, Route } from '../../http/route.ts'
import { presetRoomRoutes } from '../extensions/rooms.ts'
import { directoryRoutes } from './directory.ts'
import { membershipRoutes } from './membership.ts'
import { roomSendRoutes } from './room-send.ts'
import { roomStateRoutes } from './room-state.ts'
import { roomRoutes } from './rooms.ts'
import { searchRoutes } from './search.ts'

const requester: Requester = { userId: '@alice:hs', deviceId: 'D', deviceNid: 3, admin: false, tokenHash: '' }

/** Calls what serves an endpoint. */
const call = (
  routes: readonly Route[],
  endpoint: Endpoint,
  request: { params?: object; query?: object; body?: object; requester?: undefined },
) => routes.find((route) => route.endpoint === endpoint)!.handle({ params: {}, query: {}, body: {}, requester, ...request })

/** A stand-in for anything that has methods: it notes their names and arguments, and answers as told. */
function recorder(answers: { readonly [name: string]: unknown } = {}) {
  const calls: unknown[][] = []
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given])
      return answers[name]
    }
  // biome-ignore lint/suspicious/noExplicitAny: it stands in for objects of every type.
  return { calls, note, object: new Proxy({}, { get: (_target, name) => note(String(name)) }) as any }
}

test('a plain creation and one by a team preset go their own ways, and e-mail invites are refused', async (t) => {
  const { calls, note, object } = recorder({ createRoom: '!a', make: '!b' })
  const routes = roomRoutes({ createRoom: note('createRoom') as never, presetRooms: object, aliases: object, upgrades: object })
  const initial_state = [{ type: 'm.x', content: {} }]
  t.deepEqual(await call(routes, createRoom, { body: { room_alias_name: 'x', initial_state, is_direct: true } }), { room_id: '!a' })
  t.like(calls[0], [
    'createRoom',
    '@alice:hs',
    { aliasName: 'x', isDirect: true, initialState: [{ type: 'm.x', stateKey: '', content: {} }] },
  ])
  t.deepEqual(await call(routes, createRoom, { body: { name: 'x', 'chat.hallway.preset': 'channel.public' } }), { room_id: '!b' })
  t.like(calls[1], ['make', requester, { preset: 'channel.public', name: 'x' }])
  const invite_3pid = [{ id_server: 'x', id_access_token: 'x', medium: 'email', address: 'x' }]
  t.like(await t.throwsAsync(call(routes, createRoom, { body: { invite_3pid } })), { errcode: 'M_INVALID_PARAM', status: 400 })
  t.is(calls.length, 2)
})

test('a room is joined by its alias, and deeds name who does what to whom', async (t) => {
  const { calls, note, object } = recorder({ resolve: { roomId: '!a', servers: [] }, join: '$e' })
  const routes = membershipRoutes({ members: object, forgetRoom: note('forget') as never, aliases: object })
  t.deepEqual(await call(routes, joinRoom, { params: { roomIdOrAlias: '#x:hs' }, body: { reason: 'r' } }), { room_id: '!a' })
  t.deepEqual(calls.splice(0), [
    ['resolve', '#x:hs'],
    ['join', '!a', '@alice:hs', { reason: 'r' }],
  ])
  await call(routes, joinRoom, { params: { roomIdOrAlias: '!b' } })
  t.deepEqual(calls.splice(0), [['join', '!b', '@alice:hs', { reason: undefined }]])
  t.deepEqual(await call(routes, kickUser, { params: { roomId: '!a' }, body: { user_id: '@bob:hs', reason: 'r' } }), {})
  t.deepEqual(await call(routes, leaveRoom, { params: { roomId: '!a' } }), {})
  t.deepEqual(calls, [
    ['kick', { roomId: '!a', sender: '@alice:hs', target: '@bob:hs', reason: 'r' }],
    ['leave', '!a', '@alice:hs', undefined],
  ])
})

test('a transaction is told apart by device, room, type and, for redactions, target', async (t) => {
  const keys: object[] = []
  const sent: unknown[][] = []
  const oncePerTransaction = async (key: object, send: () => Promise<`$${string}`>) => {
    keys.push(key)
    return send()
  }
  const routes = roomSendRoutes({
    oncePerTransaction,
    sendMessage: async (...given) => {
      sent.push(given)
      return '$e'
    },
  })
  const at = { roomId: '!a', txnId: 't' }
  t.deepEqual(await call(routes, sendMessage, { params: { ...at, eventType: 'm.x' }, body: { a: 1 } }), { event_id: '$e' })
  await call(routes, sendMessage, { params: { ...at, eventType: 'm.room.redaction' }, body: { redacts: '$x' } })
  await call(routes, redactEvent, { params: { ...at, eventId: '$x' }, body: { reason: 'r' } })
  const key = { deviceNid: 3, txnId: 't', roomId: '!a' }
  t.deepEqual(keys, [
    { ...key, type: 'm.x' },
    { ...key, type: 'm.room.redaction', redacts: '$x' },
    { ...key, type: 'm.room.redaction', redacts: '$x' },
  ])
  t.deepEqual(sent[2], [
    { roomId: '!a', sender: '@alice:hs', type: 'm.room.redaction', content: { reason: 'r' }, redacts: '$x' },
    { deviceNid: 3, txnId: 't' },
  ])
})

test('state without a key has the empty one', async (t) => {
  const { calls, note } = recorder({ set: '$e' })
  const routes = roomStateRoutes({ setState: note('set') as never })
  t.deepEqual(await call(routes, setState, { params: { roomId: '!a', eventType: 'm.x' }, body: { a: 1 } }), { event_id: '$e' })
  t.deepEqual(calls, [['set', { roomId: '!a', sender: '@alice:hs', type: 'm.x', stateKey: '', content: { a: 1 } }]])
})

test('the directory is for those who are logged in, unless it is open to anyone, and no other server is asked', async (t) => {
  const { object, note, calls } = recorder({ page: { rooms: [], next: 'n', previous: undefined, total: 4 }, summary: { room_id: '!a' } })
  const needs = { serverName: 'hs', aliases: object, directory: object, summariseRoom: note('summary') as never }
  const closed = directoryRoutes({ ...needs, openToAnyone: false })
  t.like(await t.throwsAsync(call(closed, listPublicRooms, { requester: undefined })), { errcode: 'M_MISSING_TOKEN' })
  t.like(await t.throwsAsync(call(closed, getRoomSummary, { requester: undefined, params: { roomIdOrAlias: '!a' } })), {
    errcode: 'M_MISSING_TOKEN',
  })
  const open = directoryRoutes({ ...needs, openToAnyone: true })
  t.deepEqual(await call(open, listPublicRooms, { requester: undefined }), { chunk: [], next_batch: 'n', total_room_count_estimate: 4 })
  t.deepEqual(await call(open, getRoomSummary, { requester: undefined, params: { roomIdOrAlias: '!a' } }), { room_id: '!a' })
  t.like(await t.throwsAsync(call(open, queryPublicRooms, { query: { server: 'other' } })), { errcode: 'M_FORBIDDEN' })
  t.deepEqual(await call(open, queryPublicRooms, { body: { third_party_instance_id: 'irc' } }), { chunk: [], total_room_count_estimate: 0 })
  calls.length = 0
  await call(open, queryPublicRooms, {
    query: { server: 'hs' },
    body: { limit: 2, filter: { generic_search_term: 'x', room_types: [null] } },
  })
  t.deepEqual(calls, [['page', { limit: 2, since: undefined, term: 'x', types: [null] }]])
})

test('people found have the keys that they have', async (t) => {
  const people = [{ userId: '@a:hs' as const, displayName: 'A', avatarUrl: undefined }]
  const routes = searchRoutes({ searchUsers: async (_who, _term, limit) => ({ people, limited: limit === 10 }) })
  t.deepEqual(await call(routes, searchUsers, { body: { search_term: 'a' } }), {
    limited: true,
    results: [{ user_id: '@a:hs', display_name: 'A' }],
  })
})

test('rooms of presets are made by the requester, who removes others by the server', async (t) => {
  const { calls, note, object } = recorder({ make: '!a' })
  const routes = presetRoomRoutes({ presetRooms: object, removeMember: note('remove') as never })
  t.deepEqual(await call(routes, createPresetRoom, { body: { preset: 'group.open' } }), { room_id: '!a' })
  t.deepEqual(await call(routes, removeMember, { params: { roomId: '!a' }, body: { user_id: '@bob:hs' } }), {})
  t.deepEqual(calls, [
    ['make', requester, { preset: 'group.open' }],
    ['remove', { roomId: '!a', actor: '@alice:hs', target: '@bob:hs', reason: undefined }],
  ])
})
