import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { corsHeaders } from './answer.ts'
import type { HangUps } from './hang-ups.ts'

/** What a connection may cost; all times in milliseconds. */
export interface Bounds {
  /** Until the headers of a request are complete; also how long a fresh connection may say nothing. */
  readonly headersTimeout: number
  /** Until a request with its body is complete; a waiting answer is not counted. */
  readonly requestTimeout: number
  /** How long a connection may idle between two requests. */
  readonly keepAliveTimeout: number
  /** How long nothing may pass on a connection at all: longer than any wait of a client, and short enough for readers that died. */
  readonly silenceTimeout: number
  /** Connections at a time; more are closed at once. */
  readonly maxConnections: number
  /** How long a stop waits for requests in progress. */
  readonly stopTimeout: number
}

export const usualBounds: Bounds = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  silenceTimeout: 600_000,
  maxConnections: 10_000,
  stopTimeout: 5_000,
}

/** Takes over a connection that asks for another protocol, such as WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

interface Needs {
  readonly onRequest: RequestListener
  /** By exact path. */
  readonly upgrades: ReadonlyMap<string, Upgrade>
  readonly hangUps: HangUps
  readonly bounds: Bounds
  /** PEM texts; `undefined`: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

/** One listening socket. */
export interface HttpServer {
  /** @throws when the address cannot be had, such as EADDRINUSE */
  listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo>
  /** Takes no more, ends what waits, lets the rest finish, and cuts what has not after `stopTimeout`. */
  stop(): Promise<void>
}

export const createHttpServer = ({ onRequest, upgrades, hangUps, bounds, tls }: Needs): HttpServer => {
  const { headersTimeout, requestTimeout, keepAliveTimeout } = bounds
  const options = { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval: Math.min(5_000, headersTimeout) }
  const server: Server = tls === undefined ? createPlain(options, onRequest) : createTls({ ...options, ...tls }, onRequest)
  server.maxConnections = bounds.maxConnections
  server.timeout = bounds.silenceTimeout
  server.on('clientError', answerClientError)
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    const upgrade = upgrades.get(request.url?.split('?')[0] ?? '')
    if (upgrade === undefined) socket.end(rawAnswer(404, 'M_UNRECOGNIZED', 'There is no such protocol at this path.'))
    else upgrade(request, socket, head)
  })
  return {
    listen: ({ host, port }) => listen(server, host, port),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      hangUps.stop()
      const sweep = setInterval(() => server.closeIdleConnections(), 20)
      const cut = setTimeout(() => {
        server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }, bounds.stopTimeout)
      await closed
      clearInterval(sweep)
      clearTimeout(cut)
    },
  }
}

const listen = (server: Server, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })

const clientErrors: { readonly [code: string]: readonly [status: number, errcode: string, message: string] } = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'M_UNKNOWN', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'M_TOO_LARGE', 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'M_TOO_LARGE', 'The chunk extensions of the request are too large.'],
}

/** Answers what never became a request: too slow, too large, or no HTTP. */
const answerClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  // Node keeps the answer in progress here, and looks at it in its own listener too: an answer that has begun must not be broken into.
  const { _httpMessage: begun } = socket as Duplex & { _httpMessage?: { readonly headersSent: boolean } }
  if (!socket.writable || error.code === 'ECONNRESET' || begun?.headersSent) {
    socket.destroy()
    return
  }
  const [status, errcode, message] = clientErrors[error.code ?? ''] ?? [400, 'M_UNKNOWN', 'This is not a well-formed HTTP request.']
  socket.end(rawAnswer(status, errcode, message), () => socket.destroy())
}

const rawAnswer = (status: number, errcode: string, message: string): string => {
  const body = JSON.stringify({ errcode, error: message })
  const headers = { ...corsHeaders, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
