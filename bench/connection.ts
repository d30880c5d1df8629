import { connect, type Socket } from 'node:net'
import { createReplyReader, type Reply } from './reply-reader.ts'

/** Where a server listens for plain HTTP. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** One kept-alive HTTP/1.1 connection with one request at a time; it opens itself when needed. */
export interface Connection {
  /** Writes `request` (as `formatRequest` gives it) and waits for its reply, whatever its status. */
  send(request: string): Promise<Reply>
  close(): void
}

/** What one request says. `body` is text already. */
export interface RequestParts {
  readonly method: string
  readonly path: string
  readonly token?: string
  readonly body?: string
}

/** Servers close connections that idle for some seconds; one older than this is opened anew, so that no request is lost. */
const STALE_AFTER_MS = 2000

/** What any HTTP client says; no compression is asked for, so that bytes are counted as they are. */
const USUAL_HEADERS = 'Connection: keep-alive\r\nUser-Agent: hallway-bench\r\nAccept: application/json\r\n'

/** The bytes of a request, as text; `body` must be UTF-8 text. */
export const formatRequest = ({ host, port }: Address, { method, path, token, body }: RequestParts): string => {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
  const start = `${method} ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${USUAL_HEADERS}${authorization}`
  if (body === undefined) return `${start}\r\n`
  return `${start}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

interface Waiting {
  resolve(reply: Reply): void
  reject(error: Error): void
}

interface SocketEnds {
  onReply(reply: Reply): void
  onClose(socket: Socket, error: Error): void
}

const openSocket = ({ host, port }: Address, { onReply, onClose }: SocketEnds): Socket => {
  const socket = connect({ host, port, noDelay: true })
  const reader = createReplyReader(onReply)
  let failure: Error | undefined
  socket.on('data', reader.push)
  socket.on('error', ({ message }) => {
    failure = new Error(`${host}:${port} broke the connection: ${message}`)
  })
  socket.on('close', () => {
    reader.end()
    onClose(socket, failure ?? new Error(`${host}:${port} closed the connection before it replied`))
  })
  return socket
}

/** A connection to `address`; nothing is opened before the first request. It rejects when the server hangs up mid-request. */
export const createConnection = (address: Address): Connection => {
  let socket: Socket | undefined
  let waiting: Waiting | undefined
  let usedAt = 0

  const settle = (act: (one: Waiting) => void): void => {
    const one = waiting
    waiting = undefined
    usedAt = performance.now()
    if (one) act(one)
  }
  const onReply = (reply: Reply): void => settle((one) => one.resolve(reply))
  const onClose = (closed: Socket, error: Error): void => {
    if (socket !== closed) return
    socket = undefined
    settle((one) => one.reject(error))
  }
  const drop = (): void => {
    const old = socket
    socket = undefined
    old?.destroy()
  }

  return {
    send(request) {
      if (waiting) throw new Error('A connection carries one request at a time')
      if (socket && performance.now() - usedAt > STALE_AFTER_MS) drop()
      socket ??= openSocket(address, { onReply, onClose })
      const reply = new Promise<Reply>((resolve, reject) => {
        waiting = { resolve, reject }
      })
      socket.write(request)
      return reply
    },
    close() {
      drop()
      settle((one) => one.reject(new Error('The connection was closed')))
    },
  }
}
