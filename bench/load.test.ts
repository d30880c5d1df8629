import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { createConnection, formatRequest } from './connection.ts'
import { runLoad } from './load.ts'
import { messageRequest, TEXT_BYTES } from './message.ts'

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  return { server, address }
}

test('a load makes as many requests as asked, each of them another, over its connections alone', async (t) => {
  const sockets = new Set<unknown>()
  const seen = new Set<string>()
  const { server, address } = await serve((request, response) => {
    sockets.add(request.socket)
    seen.add(request.url as string)
    request.resume().on('end', () => response.end('{}'))
  })
  const person = { userId: '@a:b', token: 'secret' }
  const next = (index: number, turn: number) => formatRequest(address, messageRequest(person, '!room', `${index}.${turn}`))
  const { requests, latencies } = await runLoad({ address, connections: 4, requests: 103, next })
  t.is(requests, 103)
  t.is(latencies.length, 103)
  t.is(seen.size, 103)
  t.is(sockets.size, 4)
  server.close()
})

test('a refusal under load is an error that shows the reply, not a figure', async (t) => {
  const { server, address } = await serve((_, response) => response.writeHead(429).end('{"errcode":"M_LIMIT_EXCEEDED"}'))
  const next = () => formatRequest(address, { method: 'GET', path: '/' })
  await t.throwsAsync(runLoad({ address, connections: 3, requests: 9, next }), { message: /429.*M_LIMIT_EXCEEDED/ })
  server.close()
})

test('a message is a request of the length that it says, with a text of the same size whatever its mark', async (t) => {
  const bodies: string[] = []
  const { server, address } = await serve((request, response) => {
    t.is(request.headers.authorization, 'Bearer secret')
    request
      .setEncoding('utf8')
      .on('data', (text) => bodies.push(text))
      .on('end', () => response.end('{}'))
  })
  const connection = createConnection(address)
  for (const mark of ['', 'ab.17;'])
    await connection.send(formatRequest(address, messageRequest({ userId: '@a:b', token: 'secret' }, '!r', 't', mark)))
  const texts = bodies.map((body) => (JSON.parse(body) as { body: string }).body)
  t.deepEqual(
    texts.map((text) => text.length),
    [TEXT_BYTES, TEXT_BYTES],
  )
  t.true(texts[1]?.startsWith('ab.17;'))
  connection.close()
  server.close()
})

test('a connection reports a hang-up, and opens itself anew for the next request', async (t) => {
  let count = 0
  const { server, address } = await serve((request, response) => {
    if (count++ === 0) request.socket.destroy()
    else response.end('here')
  })
  const connection = createConnection(address)
  const request = formatRequest(address, { method: 'GET', path: '/' })
  await t.throwsAsync(connection.send(request))
  t.is((await connection.send(request)).body.toString(), 'here')
  connection.close()
  server.close()
})
