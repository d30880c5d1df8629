import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { WebSocketServer } from 'ws'
import { NotServed, openLiveSockets } from './live-socket.ts'
import { openLongPolls } from './long-poll.ts'
import { textsIn } from './receivers.ts'

const ROOM = '!room:localhost'
const message = (body: string) => ({ type: 'm.room.message', content: { msgtype: 'm.text', body } })
const people = [{ userId: '@a:localhost', token: 'a' }]

const listen = async (listener: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } }
}

test('only the texts of messages are taken from a timeline', (t) => {
  const member = { type: 'm.room.member', content: { membership: 'join', body: 'no' } }
  t.deepEqual(textsIn([message('one'), member, { type: 'm.room.message', content: {} }, message('two')]), ['one', 'two'])
  t.deepEqual(textsIn(undefined), [])
})

test('a long poll goes on from the token of each answer', async (t) => {
  const asked: (string | null)[] = []
  const { server, address } = await listen((request, response) => {
    const since = new URL(request.url as string, 'http://localhost').searchParams.get('since')
    asked.push(since)
    if (asked.length > 3) return // this one waits
    const events = since === null ? [] : [message(`after ${since}`)]
    response.end(JSON.stringify({ next_batch: `t${asked.length}`, rooms: { join: { [ROOM]: { timeline: { events } } } } }))
  })
  const texts: string[] = []
  let onSecond = (): void => {}
  const second = new Promise<void>((resolve) => {
    onSecond = resolve
  })
  const onMessage = (_: number, text: string) => {
    texts.push(text)
    if (texts.length === 2) onSecond()
  }
  const receivers = await openLongPolls({ address, people, roomId: ROOM, onMessage })
  await second
  t.deepEqual(texts, ['after t1', 'after t2'])
  t.deepEqual(asked.slice(0, 3), [null, 't1', 't2'])
  receivers.close()
  server.closeAllConnections()
  server.close()
  t.is(receivers.failure(), undefined)
})

test('a socket logs in, subscribes to the room and acknowledges each response once', async (t) => {
  const { server, address } = await listen((_, response) => response.writeHead(404).end())
  const frames: Record<string, unknown>[] = []
  const ids = new Set<unknown>()
  const acknowledged = new Promise<void>((resolve) => {
    new WebSocketServer({ server }).on('connection', (socket) => {
      const respond = (id: unknown, pos: string, timeline: object[]) =>
        socket.send(JSON.stringify({ type: 'response', id, pos, lists: {}, rooms: { [ROOM]: { timeline } } }))
      socket.on('message', (bytes) => {
        const { id, ...frame } = JSON.parse(bytes.toString())
        frames.push(frame)
        ids.add(id)
        if (frames.length === 2) respond(id, '1', [])
        if (frames.length === 3) {
          respond('an older request', '9', [message('stale')])
          respond(id, '2', [message('pushed')])
        }
        if (frames.length === 4) resolve()
      })
    })
  })
  const texts: string[] = []
  const receivers = await openLiveSockets({ address, people, roomId: ROOM, onMessage: (_, text) => texts.push(text) })
  await acknowledged
  const [auth, first, ...acks] = frames
  t.deepEqual(auth, { type: 'auth', access_token: 'a' })
  t.like(first, { type: 'request', room_subscriptions: { [ROOM]: { timeline_limit: 20, required_state: [] } } })
  t.is(first?.pos, undefined)
  t.deepEqual(acks, [
    { type: 'request', pos: '1' },
    { type: 'request', pos: '2' },
  ])
  t.is(ids.size, 4, 'none for the login, and another for each request')
  t.deepEqual(texts, ['pushed'])
  receivers.close()
  server.close()
  t.is(receivers.failure(), undefined)
})

test('a server without the socket is told apart from one that fails', async (t) => {
  const { server, address } = await listen((_, response) => response.writeHead(404).end())
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'))
  const open = openLiveSockets({ address, people, roomId: ROOM, onMessage: () => {} })
  await t.throwsAsync(open, { instanceOf: NotServed })
  server.close()
})
