import { connect } from 'node:net'
import { endpoint } from '../../spec/endpoint.ts'
import { MatrixError } from '../protocol/errors.ts'
import { createRateLimiter } from './rate-limit.ts'
import { type Requester, route, SerializedJson } from './route.ts'
import { type Upgrade, usualBounds } from './server.ts'
import { listenForTest } from './test-listener.ts'

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

/** Another protocol: what comes in goes out. */
const echo: Upgrade = (_request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  socket.pipe(socket)
}

/** A server of the routes above on a port of its own, and what happens on it. */
export const startTestApp = async (bounds = usualBounds) => {
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
  const parseJson = (json: string): unknown => {
    try {
      return JSON.parse(json)
    } catch {
      throw new MatrixError('M_NOT_JSON', 'Send JSON.')
    }
  }
  const { server, port } = await listenForTest({
    routes,
    findSession: (hash) => (hashes.get(hash) === alice ? alice : Promise.resolve(hashes.get(hash))),
    reportError: (error, where) => reports.push([String(error), where]),
    limiter: createRateLimiter({ rates: { 'rc_login.address': { per_second: 0.001, burst_count: 20 } }, now: () => 0 }),
    upgrades: new Map([['/echo', echo]]),
    bounds,
    parseJson,
    limit: 1000,
  })
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

/** What a server says to raw bytes, until it closes. */
export const sendRaw = (to: number, bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(to, '127.0.0.1', () => socket.write(bytes))
    let heard = ''
    socket
      .on('data', (chunk) => (heard += chunk))
      .on('close', () => resolve(heard))
      .on('error', reject)
  })
