import WebSocket from 'ws'
import { slidingBody, type SlidingAnswer, type SlidingClient } from './sliding-client.ts'

/** A client on the live socket, which asks by one frame what it asked before. */
export interface LiveClient {
  readonly client: SlidingClient
  /** Asks from the client's position; with the end of a window, for that window from now on. */
  ask(last?: number): void
  /** The answer to what was asked last; `undefined` when none comes within these milliseconds. */
  next(patience: number): Promise<SlidingAnswer | undefined>
  close(): void
}

/** Opens a socket and logs in. */
export const openLiveClient = async (baseUrl: string, client: SlidingClient): Promise<LiveClient> => {
  const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/_matrix/client/unstable/chat.hallway/sync/ws`)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let asked = 0
  let answer: SlidingAnswer | undefined
  let arrived: (() => void) | undefined
  socket.on('message', (bytes) => {
    const frame = JSON.parse(String(bytes))
    if (frame.type !== 'response') throw new Error(`The live socket told ${String(bytes)}`)
    if (frame.id !== String(asked)) return
    answer = frame
    arrived?.()
  })
  socket.send(JSON.stringify({ type: 'auth', access_token: client.user.token }))
  return {
    client,
    ask: (last) => {
      asked += 1
      answer = undefined
      const body = last === undefined ? {} : slidingBody(last)
      socket.send(JSON.stringify({ type: 'request', id: String(asked), pos: client.pos, ...body }))
    },
    next: async (patience) => {
      if (answer === undefined) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patience)
          arrived = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        arrived = undefined
      }
      const found = answer
      answer = undefined
      return found
    },
    close: () => socket.close(),
  }
}
