import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Check } from '../check.ts'
import type { Endpoint } from '../../spec/endpoint.ts'
import { contractEndpoints } from '../operations.ts'
import type { Circumstances, Mutation, Passing } from './mutations.ts'
import { relayFrames } from './socket-frames.ts'
import { isEvent, type Json, objectsIn } from './walk.ts'

/** A server in front of the one under test that breaks, check by check, the answers which the check is about. */
export interface Proxy {
  /** Where a check finds the server: the path tells the proxy whose request it is. */
  readonly baseUrlOf: (check: Check) => string
  /** From now on, breaks each check's answers in this way; `undefined`: passes all as it is. */
  readonly use: (mutation: Mutation | undefined) => void
  /** Whether anything has been broken for a check since `use`. */
  readonly touched: (check: Check) => boolean
  readonly stop: () => Promise<void>
}

interface Visit {
  readonly check: Check
  readonly mutation: Mutation | undefined
  readonly path: string
  readonly endpoint: Endpoint | undefined
  readonly remembered: { [key: string]: Json }[]
}

const patterns = new Map<Endpoint, readonly RegExp[]>()
const patternsOf = (endpoint: Endpoint): readonly RegExp[] => {
  const known =
    patterns.get(endpoint) ??
    [endpoint.path, ...(endpoint.aliases ?? [])].map(
      (path) => new RegExp(`^${path.replace(/[.$]/g, '\\$&').replace(/\*\w+/g, '.+').replace(/:\w+/g, '[^/]*')}$`),
    )
  patterns.set(endpoint, known)
  return known
}
const isPathOf = (endpoint: Endpoint, path: string): boolean => patternsOf(endpoint).some((pattern) => pattern.test(path))
const isCallOf = (endpoint: Endpoint, method: string, path: string): boolean => endpoint.method === method && isPathOf(endpoint, path)

export const createProxy = async (target: string, checks: readonly Check[]): Promise<Proxy> => {
  const byId = new Map(checks.map((check) => [check.id.replace('/', '~'), check]))
  const memory = new Map<Check, { [key: string]: Json }[]>()
  let current: Mutation | undefined
  let touched = new Set<Check>()
  const visitOf = ({ url = '/', method = 'GET' }: IncomingMessage): Visit | undefined => {
    const [, id = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(url) ?? []
    const check = byId.get(id)
    if (check === undefined) return undefined
    const plain = path.split('?')[0] ?? ''
    const endpoint = contractEndpoints.find((one) => isCallOf(one, method, plain))
    const isAbout =
      check.about.length === 0
        ? !plain.endsWith('/register')
        : check.about.some((one) => (endpoint === undefined ? isPathOf(one, plain) : isCallOf(one, method, plain)))
    const remembered = memory.get(check) ?? []
    memory.set(check, remembered)
    return {
      check,
      path,
      remembered,
      mutation: isAbout ? current : undefined,
      endpoint,
    }
  }
  const touch = (check: Check) => {
    touched.add(check)
  }
  const server = createServer((incoming, outgoing) => {
    const visit = visitOf(incoming)
    if (visit === undefined) {
      outgoing.writeHead(404).end()
      return
    }
    relay(target, visit, incoming, outgoing, touch).catch(() => {
      outgoing.destroy()
    })
  })
  server.on('upgrade', (incoming, socket, head) => {
    const visit = visitOf(incoming)
    if (visit === undefined) socket.destroy()
    else
      relayUpgrade(
        target,
        { ...visit, mutation: visit.check.id.startsWith('live-socket/') ? current : undefined },
        incoming,
        socket,
        head,
        touch,
      )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    baseUrlOf: (check) => `http://127.0.0.1:${port}/${check.id.replace('/', '~')}`,
    use: (mutation) => {
      current = mutation
      touched = new Set()
      memory.clear()
    },
    touched: (check) => touched.has(check),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const relay = async (target: string, visit: Visit, incoming: IncomingMessage, outgoing: ServerResponse, touch: (check: Check) => void) => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const sent = Buffer.concat(chunks)
  const { mutation, check, endpoint } = visit
  const method = incoming.method ?? 'GET'
  const writes = method !== 'GET' && endpoint !== undefined
  const answer =
    writes && mutation?.write === 'lost'
      ? { status: 200, body: pretended(endpoint), headers: {} }
      : await forwarded(target, visit.path, incoming, sent)
  if (writes && mutation?.write === 'doubled') await forwarded(target, repeatedPath(visit.path), incoming, sent)
  if (writes && mutation?.write !== undefined) touch(check)
  remember(visit, method, sent, answer)
  const query = new URLSearchParams(visit.path.split('?')[1] ?? '')
  const circumstances: Circumstances = { method, query, schema: endpoint?.response ?? {}, remembered: visit.remembered }
  const broken = mutation?.breaks?.(answer, circumstances)
  if (broken !== undefined) touch(check)
  const { status, body } = broken ?? answer
  const headers = mutation?.headers === 'lost' ? {} : answer.headers
  if (mutation?.headers === 'lost') touch(check)
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(typeof body === 'string' && broken === undefined ? body : JSON.stringify(body))
}

/** What a server that had lost the write might say. */
const pretended = ({ response }: Endpoint): Json =>
  Object.fromEntries(
    (response.required ?? []).map((key) => [
      key,
      key === 'event_id'
        ? '$lostlostlostlostlostlostlostlostlostlostlos'
        : key === 'room_id'
          ? '!lost:lost.test'
          : key === 'created'
            ? true
            : 'lost',
    ]),
  )

/** The same write under another transaction ID, where it has one. */
const repeatedPath = (path: string): string => (/\/(send|redact)\//.test(path) ? path.replace(/([^/?]+)(\?.*)?$/, '$1-again$2') : path)

const passedOn = ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers', 'allow', 'retry-after']

const forwarded = (
  target: string,
  path: string,
  { method, headers }: IncomingMessage,
  sent: Buffer,
): Promise<Passing & { headers: OutgoingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, ...rest } = headers
    const request = httpRequest(target + path, { method, headers: rest }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        let body: Json = text
        try {
          body = JSON.parse(text) as Json
        } catch {
          /* passed on as text */
        }
        const kept = Object.fromEntries(
          passedOn.flatMap((name) => (response.headers[name] === undefined ? [] : [[name, response.headers[name]]])),
        )
        resolve({ status: response.statusCode ?? 502, body, headers: kept })
      })
    })
    request.on('error', reject)
    request.end(sent)
  })

const remember = ({ remembered, path }: Visit, method: string, sent: Buffer, { body }: Passing) => {
  const [, room, type] = /\/rooms\/([^/]+)\/send\/([^/]+)\//.exec(path) ?? []
  const eventId = (body as { event_id?: string } | null)?.event_id
  if (method === 'PUT' && room !== undefined && type !== undefined && eventId !== undefined) {
    remembered.push({
      type: decodeURIComponent(type),
      room_id: decodeURIComponent(room),
      event_id: eventId,
      sender: '@someone:else.test',
      origin_server_ts: 1,
      content: JSON.parse(sent.toString()) as Json,
    })
  }
  const known = new Set(remembered.map((event) => event['event_id']))
  remembered.push(...objectsIn(body, isEvent).filter((event) => !known.has(event['event_id'] as Json)))
}

const relayUpgrade = (
  target: string,
  { path, mutation, check, endpoint, remembered }: Visit,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  touch: (check: Check) => void,
) => {
  const { hostname, port } = new URL(target)
  const upstream = connect(Number(port || 80), hostname, () => {
    const headers = incoming.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 && !/^sec-websocket-extensions$/i.test(name) ? [`${name}: ${all[index + 1]}`] : [],
    )
    upstream.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    socket.pipe(upstream)
  })
  const circumstances: Circumstances = { method: 'GET', query: new URLSearchParams(), schema: endpoint?.response ?? {}, remembered }
  const change = (text: string): string[] => {
    const body = JSON.parse(text) as { type?: string }
    const failed = body.type === 'error'
    const broken = mutation?.breaks?.({ status: failed ? 400 : 200, body }, circumstances)
    if (broken === undefined) return [text]
    touch(check)
    return [JSON.stringify(broken.body)]
  }
  const changeClose = () => {
    if (mutation?.close === undefined) return false
    touch(check)
    return true
  }
  upstream.once('data', (first: Buffer) => {
    const end = first.indexOf('\r\n\r\n') + 4
    socket.write(first.subarray(0, end))
    relayFrames(upstream, socket, change, changeClose)
    if (first.length > end) upstream.emit('data', first.subarray(end))
  })
  for (const [one, other] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    one.on('close', () => other.destroy())
    one.on('error', () => other.destroy())
  }
}
