import test from 'ava'
import { connect } from 'node:net'
import { usualBounds } from './server.ts'
import { sendRaw, startTestApp } from './test-app.ts'

const { server, port } = await startTestApp()
test.after.always(() => server.stop())

test('an announced body over the limit is refused before it is sent', async (t) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n'))
    socket
      .once('data', (chunk) => {
        resolve(String(chunk))
        socket.destroy()
      })
      .on('error', reject)
  })
  t.regex(answer, /^HTTP\/1.1 413/)
})

test('a chunked body over the limit is refused, and an endless one is cut off', async (t) => {
  const answer = await new Promise<string>((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
      const pour = (): void => {
        if (!socket.destroyed) socket.write(`3e8\r\n${'x'.repeat(1000)}\r\n`, () => setImmediate(pour))
      }
      pour()
    })
    socket
      .on('data', (chunk) => (heard += chunk))
      .on('error', () => undefined)
      .on('close', () => resolve(heard))
  })
  t.regex(answer, /^HTTP\/1.1 413/)
})

test('what is not HTTP gets 400 and no more', async (t) => {
  const answer = await sendRaw(port, 'NONSENSE\r\n\r\n')
  t.regex(answer, /^HTTP\/1.1 400[\s\S]*"errcode":"M_UNKNOWN"/)
})

test('a body that never ends its journey is 408, and the connection is closed', async (t) => {
  const own = await startTestApp({ ...usualBounds, headersTimeout: 40, requestTimeout: 50 })
  t.regex(await sendRaw(own.port, 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"a"'), /^HTTP\/1.1 408/)
  t.regex(await sendRaw(own.port, 'POST /login HTTP/1.1\r\nHo'), /^HTTP\/1.1 408/)
  t.regex(await sendRaw(own.port, ''), /^HTTP\/1.1 408/)
  t.deepEqual(own.reports, [])
  await own.server.stop()
})

test('connections beyond the bound are closed, and the others go on', async (t) => {
  const own = await startTestApp({ ...usualBounds, maxConnections: 2 })
  const sockets = [1, 2].map(() => connect(own.port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  t.is(await sendRaw(own.port, ''), '')
  const served = new Promise<string>((resolve) => sockets[0]?.once('data', (chunk) => resolve(String(chunk))))
  sockets[0]?.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
  t.regex(await served, /200 OK/)
  for (const socket of sockets) socket.destroy()
  await own.server.stop()
})

test('a handler learns that its caller hung up', async (t) => {
  const own = await startTestApp()
  const caller = new AbortController()
  const request = fetch(`http://127.0.0.1:${own.port}/wait`, { signal: caller.signal, headers: { authorization: 'Bearer tok-alice' } })
  await own.waiting
  caller.abort()
  await t.throwsAsync(request)
  t.is(((await own.ended) as Error).name, 'HangUp')
  t.deepEqual(own.reports, [])
  await own.server.stop()
})

test('a stop ends the requests that wait, with a reason to come back', async (t) => {
  const own = await startTestApp()
  const answer = own.call('GET', '/wait', undefined, 'tok-alice')
  await own.waiting
  await own.server.stop()
  t.like(await answer, { status: 503, json: { errcode: 'M_UNKNOWN' } })
})

test('an answer that its caller does not read is given up', async (t) => {
  const own = await startTestApp({ ...usualBounds, silenceTimeout: 500 })
  t.teardown(() => own.server.stop())
  t.is(await sendRaw(own.port, 'GET /wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tok-alice\r\n\r\n'), '')
  t.is(((await own.ended) as Error).name, 'HangUp')
})

test('a thousand idle connections do not keep others from being served', async (t) => {
  const own = await startTestApp()
  const opened = Array.from({ length: 1000 }, () => {
    const socket = connect(own.port, '127.0.0.1')
    return new Promise<typeof socket>((resolve, reject) => socket.once('connect', () => resolve(socket)).once('error', reject))
  })
  const sockets = await Promise.all(opened)
  t.is((await own.call('GET', '/health')).status, 200)
  for (const socket of sockets) socket.destroy()
  await own.server.stop()
})

test('a connection may be taken over at a path that knows how, and nowhere else', async (t) => {
  const own = await startTestApp({ ...usualBounds, stopTimeout: 20 })
  const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`
  for (const path of ['/nowhere', '//', '/echo/']) t.regex(await sendRaw(own.port, ask(path)), /^HTTP\/1.1 404[\s\S]*M_UNRECOGNIZED/)
  const socket = connect(own.port, '127.0.0.1', () => socket.write(ask('/echo?x=1')))
  let heard = ''
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard.endsWith('\r\n\r\n')) socket.write('hello')
      if (heard.endsWith('hello')) resolve()
    })
  })
  t.regex(heard, /^HTTP\/1.1 101/)
  const closed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined))
  await own.server.stop()
  await closed
})
