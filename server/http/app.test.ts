import test from 'ava'
import { connect } from 'node:net'
import { endpoint } from '../../spec/endpoint.ts'
import { MatrixError } from '../protocol/errors.ts'
import { createApp } from './app.ts'
import { createAuthenticate } from './authenticate.ts'
import { createClientAddress } from './client-address.ts'
import { createRespondToError } from './error-response.ts'
import { createHangUps } from './hang-ups.ts'
import { createReadJsonBody } from './json-body.ts'
import { createRateLimiter } from './rate-limit.ts'
import { type Requester, route, SerializedJson } from './route.ts'
import { createHttpServer, usualBounds } from './server.ts'
import { createServeRoutes } from './serve-routes.ts'

const anything = { type: 'object' } as const
const common = { summary: 'For tests.', reference: 'client-server-api/', response: anything } as const
const send = endpoint({
  ...common,
  method: 'PUT',
  access: 'user',
  path: '/rooms/:roomId/send/:type/:txnId',
  aliases: ['/old/rooms/:roomId/send/:type/:txnId'],
  body: anything,
  params: {
    type: 'object',
    properties: { roomId: { type: 'string', format: 'room-id' }, type: { type: 'string' }, txnId: { type: 'string' } },
  },
})
const leave = endpoint({ ...common, method: 'POST', access: 'user', path: '/leave', body: anything })
const login = endpoint({
  ...common,
  method: 'POST',
  access: 'anyone',
  path: '/login',
  rateLimited: true,
  body: { type: 'object', required: ['type'], properties: { type: { type: 'string' } } },
})
const list = endpoint({
  ...common,
  method: 'GET',
  access: 'optional',
  path: '/list',
  query: { type: 'object', properties: { limit: { type: 'integer' } } },
})
const manage = endpoint({ ...common, method: 'GET', access: 'admin', path: '/manage' })
const broken = endpoint({ ...common, method: 'GET', access: 'anyone', path: '/broken' })
const text = endpoint({ ...common, method: 'GET', access: 'anyone', path: '/text' })
const wait = endpoint({ ...common, method: 'GET', access: 'user', path: '/wait' })

const alice: Requester = { userId: '@alice:x', deviceId: 'A', deviceNid: 1, admin: false, tokenHash: 'a' }
const admin: Requester = { ...alice, userId: '@admin:x', admin: true }
/** By the SHA-256 of their tokens. */
const hashes = new Map([
  ['3elvWyeyKYR2snLAN9_Sy1Q440lVEMUQNdse9V8plKQ', alice], // of tok-alice
  ['32rbCyP6MyNfSu5qDWLBGLANccB8gb6HBntPWJLmbbw', admin], // of tok-admin
])

const start = async (bounds = usualBounds) => {
  const reports: unknown[] = []
  const waiting = Promise.withResolvers<AbortSignal>()
  const ended = Promise.withResolvers<unknown>()
  const routes = [
    route(send, async ({ params, body, requester }) => ({ params, body, sender: requester.userId })),
    route(leave, async ({ body }) => ({ body })),
    route(login, async ({ body, address }) => ({ body, address })),
    route(list, async ({ query, requester }) => ({ query, caller: requester?.userId ?? null })),
    route(manage, async () => ({ ok: true })),
    route(broken, async () => {
      throw new TypeError('secret detail')
    }),
    route(text, async () => new SerializedJson('{"as":"it stands"}')),
    route(wait, async ({ signal }) => {
      waiting.resolve(signal)
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          ended.resolve(signal.reason)
          reject(signal.reason)
        }),
      )
      return {}
    }),
  ]
  const hangUps = createHangUps()
  const parseJson = (json: string): unknown => {
    try {
      return JSON.parse(json)
    } catch {
      throw new MatrixError('M_NOT_JSON', 'Send JSON.')
    }
  }
  const serveRoutes = createServeRoutes({
    routes,
    hangUps,
    clientAddress: createClientAddress([]),
    readJsonBody: createReadJsonBody({ parseJson, limit: 1000 }),
    authentication: createAuthenticate({
      findSession: (hash) => (hashes.get(hash) === alice ? alice : Promise.resolve(hashes.get(hash))),
      queryTokens: false,
    }),
    limiter: createRateLimiter({ rates: { 'rc_login.address': { per_second: 0.001, burst_count: 20 } }, now: () => 0 }),
  })
  const respondToError = createRespondToError({ reportError: (error, where) => reports.push([String(error), where]) })
  const onRequest = createApp({ serveRoutes, respondToError, serveWebFile: undefined, logAnswer: undefined })
  const server = createHttpServer({ onRequest, upgrades: new Map(), hangUps, bounds, tls: undefined })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const call = async (method: string, path: string, body?: BodyInit | object, token?: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : (body as BodyInit) }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
    const answer = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      json: answer === '' ? undefined : (JSON.parse(answer) as Record<string, unknown>),
    }
  }
  return { server, port, call, reports, waiting: waiting.promise, ended: ended.promise }
}

const { server, port, call, reports } = await start()
test.after.always(() => server.stop())

/** What the server says to raw bytes, until it closes. */
const raw = (to: number, bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(to, '127.0.0.1', () => socket.write(bytes))
    let heard = ''
    socket
      .on('data', (chunk) => (heard += chunk))
      .on('close', () => resolve(heard))
      .on('error', reject)
  })

test('a handler gets what the contract names, and its answer leaves as JSON', async (t) => {
  const { status, json, headers } = await call('PUT', '/rooms/!r%2F:x/send/m.a/1', { hello: '😀' }, 'tok-alice')
  t.is(status, 200)
  t.deepEqual(json, { params: { roomId: '!r/:x', type: 'm.a', txnId: '1' }, body: { hello: '😀' }, sender: '@alice:x' })
  t.is(headers.get('content-type'), 'application/json')
  t.is((await call('PUT', '/old/rooms/!r/send/m.a/1', {}, 'tok-alice')).status, 200)
  t.deepEqual((await call('GET', '/text')).json, { as: 'it stands' })
})

test('every answer lets pages of any origin read it', async (t) => {
  for (const [method, path] of [
    ['GET', '/text'],
    ['GET', '/nowhere'],
    ['DELETE', '/text'],
    ['GET', '/broken'],
    ['GET', '/manage'],
    ['GET', '/health'],
  ] as const) {
    const { headers } = await call(method, path)
    t.is(headers.get('access-control-allow-origin'), '*')
    t.is(headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE, OPTIONS')
    t.is(headers.get('access-control-allow-headers'), 'X-Requested-With, Content-Type, Authorization')
  }
})

test('OPTIONS is answered everywhere, and runs nothing', async (t) => {
  const { status, headers } = await call('OPTIONS', '/leave')
  t.is(status, 204)
  t.is(headers.get('access-control-allow-origin'), '*')
})

test('/health tells that the server is up', async (t) => {
  t.deepEqual((await call('GET', '/health')).json, { status: 'ok' })
})

for (const [title, method, path, body, token, status, errcode] of [
  ['an unknown path', 'GET', '/nowhere', undefined, undefined, 404, 'M_UNRECOGNIZED'],
  ['a wrong method', 'GET', '/leave', undefined, undefined, 405, 'M_UNRECOGNIZED'],
  ['malformed percent-encoding', 'PUT', '/rooms/%zz/send/a/1', {}, 'tok-alice', 400, 'M_INVALID_PARAM'],
  ['no token', 'POST', '/leave', {}, undefined, 401, 'M_MISSING_TOKEN'],
  ['an unknown token', 'POST', '/leave', {}, 'nobody', 401, 'M_UNKNOWN_TOKEN'],
  ['an unknown token where none is needed', 'GET', '/list', undefined, 'nobody', 401, 'M_UNKNOWN_TOKEN'],
  ['a user where an admin is asked', 'GET', '/manage', undefined, 'tok-alice', 403, 'M_FORBIDDEN'],
  ['no body where something must be said', 'PUT', '/rooms/!r/send/a/1', undefined, 'tok-alice', 400, 'M_NOT_JSON'],
  ['no body where a key is required', 'POST', '/login', undefined, undefined, 400, 'M_NOT_JSON'],
  ['half a body', 'POST', '/leave', '{"a":', 'tok-alice', 400, 'M_NOT_JSON'],
  ['an array as body', 'POST', '/leave', '[]', 'tok-alice', 400, 'M_BAD_JSON'],
  ['null as body', 'POST', '/leave', 'null', 'tok-alice', 400, 'M_BAD_JSON'],
  ['text that is not UTF-8', 'POST', '/leave', new Uint8Array([123, 34, 255, 34, 58, 49, 125]), 'tok-alice', 400, 'M_NOT_JSON'],
  ['a missing key', 'POST', '/login', {}, undefined, 400, 'M_MISSING_PARAM'],
  ['a key of another type', 'POST', '/login', { type: 1 }, undefined, 400, 'M_BAD_JSON'],
  ['a parameter that is no room ID', 'PUT', '/rooms/r/send/a/1', {}, 'tok-alice', 400, 'M_INVALID_PARAM'],
  ['a query that is no number', 'GET', '/list?limit=x', undefined, undefined, 400, 'M_INVALID_PARAM'],
  ['a body over the limit', 'POST', '/leave', { a: 'x'.repeat(1000) }, 'tok-alice', 413, 'M_TOO_LARGE'],
] as const) {
  test(`${title} is ${status} ${errcode}`, async (t) => {
    const answer = await call(method, path, body, token)
    t.is(answer.status, status)
    t.is(answer.json?.['errcode'], errcode)
    t.is(typeof answer.json?.['error'], 'string')
  })
}

test('a body may be absent where nothing need be said, and a bad token does not matter where none is asked', async (t) => {
  t.deepEqual((await call('POST', '/leave', undefined, 'tok-alice')).json, { body: {} })
  t.is((await call('POST', '/login', { type: 'x' }, 'nobody')).status, 200)
  t.deepEqual((await call('GET', '/list?limit=7')).json, { query: { limit: 7 }, caller: null })
  t.deepEqual((await call('GET', '/list', undefined, 'tok-alice')).json, { query: {}, caller: '@alice:x' })
})

test('a session that is found late serves as well', async (t) => {
  t.is((await call('GET', '/manage', undefined, 'tok-admin')).status, 200)
})

test('an error of our own is told to the operator once, and to nobody else', async (t) => {
  const { status, json } = await call('GET', '/broken?secret=1')
  t.is(status, 500)
  t.deepEqual(json, { errcode: 'M_UNKNOWN', error: 'Internal server error.' })
  t.true(reports.some((report) => JSON.stringify(report) === JSON.stringify(['TypeError: secret detail', 'GET /broken'])))
})

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
  const answer = await raw(port, 'NONSENSE\r\n\r\n')
  t.regex(answer, /^HTTP\/1.1 400[\s\S]*"errcode":"M_UNKNOWN"/)
})

test('too many logins from one address are told when to come back', async (t) => {
  const own = await start()
  const answers = []
  for (let count = 0; count < 21; count++) answers.push(await own.call('POST', '/login', { type: 'x' }))
  await own.server.stop()
  t.deepEqual(
    answers.map(({ status }) => status),
    [...Array<number>(20).fill(200), 429],
  )
  t.is(answers.at(-1)?.headers.get('retry-after'), '1000')
  t.is(answers.at(-1)?.json?.['retry_after_ms'], 1_000_000)
})

test('a body that never ends its journey is 408, and the connection is closed', async (t) => {
  const own = await start({ ...usualBounds, headersTimeout: 40, requestTimeout: 50 })
  t.regex(await raw(own.port, 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"a"'), /^HTTP\/1.1 408/)
  t.regex(await raw(own.port, 'POST /login HTTP/1.1\r\nHo'), /^HTTP\/1.1 408/)
  t.regex(await raw(own.port, ''), /^HTTP\/1.1 408/)
  t.deepEqual(own.reports, [])
  await own.server.stop()
})

test('connections beyond the bound are closed, and the others go on', async (t) => {
  const own = await start({ ...usualBounds, maxConnections: 2 })
  const sockets = [1, 2].map(() => connect(own.port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  t.is(await raw(own.port, ''), '')
  const served = new Promise<string>((resolve) => sockets[0]?.once('data', (chunk) => resolve(String(chunk))))
  sockets[0]?.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
  t.regex(await served, /200 OK/)
  for (const socket of sockets) socket.destroy()
  await own.server.stop()
})

test('a handler learns that its caller hung up', async (t) => {
  const own = await start()
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
  const own = await start()
  const answer = own.call('GET', '/wait', undefined, 'tok-alice')
  await own.waiting
  await own.server.stop()
  t.like(await answer, { status: 503, json: { errcode: 'M_UNKNOWN' } })
})
