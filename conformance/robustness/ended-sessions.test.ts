import test from 'ava'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { closeCodes, liveSocketPath } from '../../spec/extensions/live-socket.ts'
import { type Caller, createCaller, signUp } from './caller.ts'
import { createInstallation, type Installation } from './installation.ts'

const logIn = async (
  { baseUrl }: Installation,
  { userId }: Caller,
  more: object = {},
): Promise<{ caller: Caller; refreshToken: string }> => {
  const wish = { type: 'm.login.password', identifier: { type: 'm.id.user', user: userId }, password: 'long enough 1', ...more }
  const session = await createCaller(baseUrl).ok('POST', 'v3/login', wish)
  return { caller: createCaller(baseUrl, userId, session.access_token), refreshToken: session.refresh_token }
}

/** Syncs of both kinds that have nothing to tell, and wait. */
const waitBothWays = async (caller: Caller): Promise<Promise<unknown>[]> => {
  const sliding = 'unstable/org.matrix.simplified_msc3575/sync'
  const { next_batch: since } = await caller.ok('GET', 'v3/sync')
  const { pos } = await caller.ok('POST', sliding, { lists: {} })
  const waiting = [
    caller.call('GET', `v3/sync?timeout=60000&since=${encodeURIComponent(since)}`),
    caller.call('POST', `${sliding}?timeout=60000&pos=${encodeURIComponent(pos)}`, { lists: {} }),
  ].map((answer) => answer.then(({ status, body }) => [status, body.errcode, body.soft_logout]))
  await pause(300)
  return waiting
}

const scene = async (): Promise<{ place: Installation; alice: Caller; roomId: string }> => {
  const place = await createInstallation()
  await place.start()
  const alice = await signUp(place.baseUrl)
  return { place, alice, roomId: (await alice.ok('POST', 'v3/createRoom', {})).room_id }
}

test('syncs that wait end with their session', async (t) => {
  const { place, alice } = await scene()
  t.teardown(place.remove)
  for (const end of ['v3/logout', 'v3/logout/all']) {
    const { caller } = await logIn(place, alice)
    const waiting = await waitBothWays(caller)
    await caller.ok('POST', end, {})
    t.deepEqual(await Promise.all(waiting), [
      [401, 'M_UNKNOWN_TOKEN', undefined],
      [401, 'M_UNKNOWN_TOKEN', undefined],
    ])
  }
})

test('syncs that wait with a token that was refreshed end at the next news, and the server goes on', async (t) => {
  const { place, alice, roomId } = await scene()
  t.teardown(place.remove)
  const { caller, refreshToken } = await logIn(place, alice, { refresh_token: true })
  const waiting = await waitBothWays(caller)
  const { access_token } = await createCaller(place.baseUrl).ok('POST', 'v3/refresh', { refresh_token: refreshToken })
  await createCaller(place.baseUrl, alice.userId, access_token).ok('GET', 'v3/account/whoami')
  await alice.ok('PUT', `v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'news' })
  t.deepEqual(await Promise.all(waiting), [
    [401, 'M_UNKNOWN_TOKEN', true],
    [401, 'M_UNKNOWN_TOKEN', true],
  ])
  t.is((await alice.call('GET', 'v3/account/whoami')).status, 200)
})

test('a live socket that waits ends with its session', async (t) => {
  const { place, alice } = await scene()
  t.teardown(place.remove)
  const { caller } = await logIn(place, alice)
  const socket = new WebSocket(`${place.baseUrl.replace('http', 'ws')}${liveSocketPath}`)
  const ended = new Promise<number>((resolve) => {
    socket.on('close', resolve)
  })
  await new Promise((resolve) => {
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'auth', access_token: caller.token }))
      socket.send(JSON.stringify({ type: 'request', id: '1', lists: {} }))
    })
    socket.once('message', (data) => {
      socket.send(JSON.stringify({ type: 'request', id: '2', pos: JSON.parse(String(data)).pos }))
      resolve(undefined)
    })
  })
  await pause(300)
  await caller.ok('POST', 'v3/logout', {})
  t.is(await ended, closeCodes.unauthenticated)
})
