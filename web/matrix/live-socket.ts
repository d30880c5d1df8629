import { liveSocketPath, type ServerFrame } from '../../spec/extensions/live-socket.ts'
import { CallError } from './call-error.ts'
import type { SyncAnswer } from './rooms.ts'
import type { SyncBody } from './sync-request.ts'
import type { Transport } from './transport.ts'

interface Needs {
  readonly baseUrl: string
  readonly accessToken: () => Promise<string | undefined>
  /** The server refused the token. `true`: there is a new one. */
  readonly refusedToken: (token: string) => Promise<boolean>
  readonly WebSocket: typeof WebSocket
  /** Milliseconds. */
  readonly now: () => number
}

interface Waiting {
  readonly id: string
  readonly resolve: (answer: SyncAnswer) => void
  readonly reject: (error: unknown) => void
}

const lost = () => new CallError(0, { errcode: 'UNREACHABLE', error: 'The live connection was lost.' })
const openTimeoutMs = 10_000
const quietMs = 10_000

const frameOf = (text: unknown): ServerFrame | undefined => {
  try {
    const frame: unknown = JSON.parse(String(text))
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as ServerFrame) : undefined
  } catch {
    return undefined
  }
}

/**
 * Sliding sync over one WebSocket: the server answers as things happen. The socket is opened by the first wait and anew by the
 * first wait after a loss. README.md#live-socket of `spec/extensions`
 */
export const createLiveSocket = ({ baseUrl, accessToken, refusedToken, WebSocket, now }: Needs): Transport => {
  let socket: WebSocket | undefined
  let waiting: Waiting | undefined
  let sentBody: SyncBody | undefined
  let lastId = 0
  let usedToken: string | undefined
  let heardAt = 0

  const drop = (error: unknown) => {
    const failed = waiting
    const old = socket
    waiting = undefined
    socket = undefined
    sentBody = undefined
    old?.close()
    failed?.reject(error)
  }

  const receive = (frame: ServerFrame | undefined) => {
    if (frame?.type === 'response' && frame.id === waiting?.id) {
      const { resolve } = waiting
      waiting = undefined
      resolve(frame as unknown as SyncAnswer)
    } else if (frame?.type === 'error') {
      const error = new CallError(frame.errcode === 'M_LIMIT_EXCEEDED' ? 429 : frame.errcode === 'M_UNKNOWN' ? 500 : 400, { ...frame })
      if (frame.errcode === 'M_UNKNOWN_TOKEN' && usedToken !== undefined)
        void refusedToken(usedToken)
          .catch(() => false)
          .then(() => drop(error))
      else if (frame.id === undefined) drop(error)
      else if (frame.id === waiting?.id) {
        const { reject } = waiting
        waiting = undefined
        reject(error)
      }
    }
  }

  const open = async (signal: AbortSignal): Promise<WebSocket> => {
    const token = await accessToken()
    if (token === undefined) throw lost()
    usedToken = token
    const made = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}${liveSocketPath}`)
    await new Promise<void>((resolve, reject) => {
      const give = AbortSignal.any([signal, AbortSignal.timeout(openTimeoutMs)])
      const end = () => {
        made.close()
        reject(signal.aborted ? signal.reason : lost())
      }
      give.addEventListener('abort', end, { once: true })
      made.onopen = () => {
        give.removeEventListener('abort', end)
        resolve()
      }
      made.onclose = end
    })
    made.onclose = () => {
      if (made === socket) drop(lost())
    }
    made.onmessage = ({ data }) => {
      heardAt = now()
      if (made === socket) receive(frameOf(data))
    }
    made.send(JSON.stringify({ type: 'auth', access_token: token }))
    sentBody = undefined
    heardAt = now()
    return made
  }

  const next = async (body: SyncBody, pos: string | undefined, signal: AbortSignal): Promise<SyncAnswer> => {
    signal.throwIfAborted()
    socket ??= await open(signal)
    const to = socket
    const id = `${++lastId}`
    return new Promise<SyncAnswer>((resolve, reject) => {
      waiting = { id, resolve, reject }
      signal.addEventListener(
        'abort',
        () => {
          if (waiting?.id === id) waiting = undefined
          reject(signal.reason)
        },
        { once: true },
      )
      // Rule 4: after the first request, an acknowledgement alone repeats the body.
      const repeated = body === sentBody && pos !== undefined
      to.send(JSON.stringify({ type: 'request', id, ...(pos !== undefined && { pos }), ...(!repeated && body) }))
      sentBody = body
    })
  }

  // Idle sockets die unnoticed while a computer sleeps or changes networks; a busy one has just proven to live.
  const doubt = () => {
    if (socket && now() - heardAt > quietMs) drop(lost())
  }

  return { name: 'socket', next, doubt, close: () => drop(lost()) }
}
