import WebSocket from 'ws'
import { inParallel } from '../in-parallel.ts'
import { SENDERS } from '../load.ts'
import type { Person } from '../message.ts'
import { type OpenReceivers, textsIn } from './receivers.ts'

interface Frame {
  readonly type?: string
  readonly id?: string
  readonly pos?: string
  readonly errcode?: string
  readonly error?: string
  readonly rooms?: Readonly<Record<string, { readonly timeline?: readonly object[] }>>
}

const PATH = '/_matrix/client/unstable/chat.hallway/sync/ws'

/** A sliding sync body as a client with the room open sends it. */
const firstBody = (roomId: string) => ({
  lists: { all: { ranges: [[0, 19]], timeline_limit: 1, required_state: [] } },
  room_subscriptions: { [roomId]: { timeline_limit: 20, required_state: [] } },
})

/** The server has no such endpoint. */
export class NotServed extends Error {}

interface SocketNeeds {
  readonly url: string
  readonly token: string
  readonly roomId: string
  onResponse(frame: Frame, at: number): void
  /** Called for whatever ends the socket from the other side. */
  onFailure(error: Error): void
}

/** One socket that logs in, asks, and acknowledges each response at once. */
const openSocket = ({ url, token, roomId, onResponse, onFailure }: SocketNeeds): WebSocket => {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const send = (frame: object): void => socket.send(JSON.stringify(frame))
  let requests = 0
  const request = (body: object): void => send({ type: 'request', id: String(++requests), ...body })
  socket.on('unexpected-response', (_, response) => {
    response.resume()
    onFailure(new NotServed(`The server answers ${response.statusCode} to a WebSocket`))
  })
  socket.on('error', onFailure)
  socket.on('close', (code, reason) => onFailure(new Error(`The server closed a WebSocket: ${code} ${reason.toString()}`)))
  socket.on('open', () => {
    send({ type: 'auth', access_token: token })
    request(firstBody(roomId))
  })
  socket.on('message', (bytes) => {
    const at = performance.now()
    const frame = JSON.parse(bytes.toString()) as Frame
    if (frame.type === 'error') onFailure(new Error(`The server sent ${frame.errcode}: ${frame.error}`))
    if (frame.type !== 'response' || frame.id !== String(requests)) return
    request({ pos: frame.pos })
    onResponse(frame, at)
  })
  return socket
}

const closeSocket = (socket: WebSocket): void => {
  socket.removeAllListeners()
  socket.on('error', () => {}) // an unfinished handshake ends in one
  socket.terminate()
}

/**
 * The WebSocket of `spec/extensions/live-socket.ts`: each response is acknowledged at once with its `pos`.
 * @throws NotServed when the server does not accept the socket.
 */
export const openLiveSockets: OpenReceivers = async ({ address, people, roomId, onMessage }) => {
  const url = `ws://${address.host}:${address.port}${PATH}`
  const sockets: WebSocket[] = []
  let failed: Error | undefined
  let answeredAt = performance.now()

  /** Resolves with the first response, which says where the room stands. */
  const open = ({ token }: Person, receiver: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const onResponse = (frame: Frame, at: number): void => {
        answeredAt = performance.now()
        for (const text of textsIn(frame.rooms?.[roomId]?.timeline)) onMessage(receiver, text, at)
        resolve()
      }
      const onFailure = (error: Error): void => {
        failed ??= error
        reject(error)
      }
      sockets.push(openSocket({ url, token, roomId, onResponse, onFailure }))
    })
  const close = (): void => sockets.forEach(closeSocket)

  try {
    await inParallel(people, SENDERS, open)
  } catch (error) {
    close()
    throw error
  }
  return { failure: () => failed, lastAnswerAt: () => answeredAt, close }
}
