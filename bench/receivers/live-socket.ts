import WebSocket from 'ws'
import { inParallel } from '../in-parallel.ts'
import { SENDERS } from '../load.ts'
import type { Person } from '../message.ts'
import { type OpenReceivers, textsIn } from './receivers.ts'

interface Frame {
  readonly type?: string
  readonly pos?: string
  readonly errcode?: string
  readonly error?: string
  readonly rooms?: Readonly<Record<string, { readonly timeline?: readonly object[] }>>
}

const PATH = '/_matrix/client/unstable/chat.hallway/sync/ws'
const ID = 'bench'

/** A sliding sync body as a client with the room open sends it. */
const firstBody = (roomId: string) => ({
  lists: { all: { ranges: [[0, 19]], timeline_limit: 1, required_state: [] } },
  room_subscriptions: { [roomId]: { timeline_limit: 20, required_state: [] } },
})

/** The server has no such endpoint. */
export class NotServed extends Error {}

/**
 * The WebSocket of `spec/extensions/live-socket.ts`: each response is acknowledged at once with its `pos`.
 * @throws NotServed when the server does not accept the socket.
 */
export const openLiveSockets: OpenReceivers = async ({ address, people, roomId, onMessage }) => {
  let failed: Error | undefined
  let answeredAt = performance.now()
  const sockets: WebSocket[] = []
  const fail = (error: Error): void => {
    failed ??= error
  }

  /** Resolves with the first response, which says where the room stands. */
  const open = ({ token }: Person, receiver: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${address.host}:${address.port}${PATH}`, { perMessageDeflate: false })
      sockets.push(socket)
      const send = (frame: object): void => socket.send(JSON.stringify(frame))
      const stopWith = (error: Error): void => {
        fail(error)
        reject(error)
      }
      socket.on('unexpected-response', (_, response) => {
        response.resume()
        stopWith(new NotServed(`The server answers ${response.statusCode} to a WebSocket`))
      })
      socket.on('error', stopWith)
      socket.on('close', (code, reason) => stopWith(new Error(`The server closed a WebSocket: ${code} ${reason.toString()}`)))
      socket.on('open', () => {
        send({ type: 'auth', access_token: token })
        send({ type: 'request', id: ID, ...firstBody(roomId) })
      })
      socket.on('message', (bytes) => {
        const at = performance.now()
        const frame = JSON.parse(bytes.toString()) as Frame
        if (frame.type === 'error') stopWith(new Error(`The server sent ${frame.errcode}: ${frame.error}`))
        if (frame.type !== 'response') return
        send({ type: 'request', id: ID, pos: frame.pos })
        answeredAt = performance.now()
        for (const text of textsIn(frame.rooms?.[roomId]?.timeline)) onMessage(receiver, text, at)
        resolve()
      })
    })

  const close = (): void => {
    for (const socket of sockets) {
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.terminate()
    }
  }
  try {
    await inParallel(people, SENDERS, open)
  } catch (error) {
    close()
    throw error
  }
  return { failure: () => failed, lastAnswerAt: () => answeredAt, close }
}
