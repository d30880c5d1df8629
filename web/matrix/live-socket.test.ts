import test from 'ava'
import { createLiveSocket } from './live-socket.ts'
import { syncBody } from './sync-request.ts'

type Frame = { readonly [key: string]: unknown }

/** A socket that a test answers for. */
const fakeSockets = () => {
  const opened: { url: string; sent: Frame[]; answer: (frame: Frame) => void; drop: () => void }[] = []
  const open = function (this: { [key: string]: unknown }, url: string) {
    const sent: Frame[] = []
    const socket: {
      onopen?: () => void
      onclose?: () => void
      onmessage?: (event: { data: string }) => void
      send(text: string): void
      close(): void
    } = {
      send: (text) => void sent.push(JSON.parse(text) as Frame),
      close: () => socket.onclose?.(),
    }
    opened.push({ url, sent, answer: (frame) => socket.onmessage?.({ data: JSON.stringify(frame) }), drop: () => socket.onclose?.() })
    setImmediate(() => socket.onopen?.())
    return socket
  }
  return { opened, WebSocket: open as unknown as typeof WebSocket }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const world = (refused: string[] = [], now = () => 0) => {
  const sockets = fakeSockets()
  const transport = createLiveSocket({
    baseUrl: 'https://server',
    accessToken: async () => 'secret',
    WebSocket: sockets.WebSocket,
    now,
    refusedToken: async (token) => {
      refused.push(token)
      return true
    },
  })
  return { transport, opened: sockets.opened }
}
const never = new AbortController().signal
const body = syncBody('tab', 20, undefined)

test('the token goes in the first frame, and an acknowledgement carries the position alone', async (t) => {
  const { transport, opened } = world()
  const first = transport.next(body, undefined, never)
  await turn()
  await turn()
  t.true(opened[0]?.url.startsWith('wss://server/'))
  t.deepEqual(opened[0]?.sent[0], { type: 'auth', access_token: 'secret' })
  t.like(opened[0]?.sent[1], { type: 'request', id: '1', conn_id: 'tab' })
  opened[0]?.answer({ type: 'response', id: '1', pos: 'p1' })
  t.is((await first).pos, 'p1')
  void transport.next(body, 'p1', never).catch(() => {})
  await turn()
  t.deepEqual(opened[0]?.sent[2], { type: 'request', id: '2', pos: 'p1' })
})

test('another body is sent whole, and an answer to the request before is ignored', async (t) => {
  const { transport, opened } = world()
  const interrupt = new AbortController()
  const first = transport.next(body, 'p1', interrupt.signal)
  await turn()
  await turn()
  interrupt.abort()
  await t.throwsAsync(first)
  const second = transport.next(syncBody('tab', 20, '!a'), 'p1', never)
  await turn()
  opened[0]?.answer({ type: 'response', id: '1', pos: 'stale' })
  opened[0]?.answer({ type: 'response', id: '2', pos: 'p2' })
  t.is((await second).pos, 'p2')
  t.like(opened[0]?.sent[2], { id: '2', pos: 'p1', room_subscriptions: { '!a': { timeline_limit: 40 } } })
})

test('a lost socket fails the wait, and the next wait opens another with the whole body', async (t) => {
  const { transport, opened } = world()
  const first = transport.next(body, 'p1', never)
  await turn()
  await turn()
  opened[0]?.drop()
  await t.throwsAsync(first)
  void transport.next(body, 'p1', never).catch(() => {})
  await turn()
  await turn()
  t.like(opened[1]?.sent[1], { type: 'request', pos: 'p1', conn_id: 'tab' })
})

test('an error of the request fails it and keeps the socket; a refused token is renewed', async (t) => {
  const refused: string[] = []
  const { transport, opened } = world(refused)
  const first = transport.next(body, 'old', never)
  await turn()
  await turn()
  opened[0]?.answer({ type: 'error', id: '1', errcode: 'M_UNKNOWN_POS', error: 'Begin anew.' })
  t.is((await t.throwsAsync<Error & { errcode: string }>(first)).errcode, 'M_UNKNOWN_POS')
  const second = transport.next(body, undefined, never)
  await turn()
  t.is(opened.length, 1)
  opened[0]?.answer({ type: 'error', errcode: 'M_UNKNOWN_TOKEN', error: 'Log in.' })
  await t.throwsAsync(second)
  t.deepEqual(refused, ['secret'])
})

test('a socket that has been silent is doubted, one that has just spoken is not', async (t) => {
  let now = 0
  const { transport, opened } = world([], () => now)
  const first = transport.next(body, undefined, never)
  await turn()
  await turn()
  now = 5_000
  transport.doubt()
  opened[0]?.answer({ type: 'response', id: '1', pos: 'p1' })
  t.is((await first).pos, 'p1')
  const second = transport.next(body, 'p1', never)
  await turn()
  now = 60_000
  transport.doubt()
  await t.throwsAsync(second)
})
