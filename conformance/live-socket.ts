import { errorFrame, liveSocketPath, responseFrame, type ErrorFrame, type ResponseFrame } from '../spec/extensions/live-socket.ts'
import { breach } from './contract.ts'
import { holds, shown, Unmet } from './expect.ts'
import { clipped, masked, type WireLog } from './wire-log.ts'

export type ServerFrame = ResponseFrame | ErrorFrame

/** A socket to the server, as a client has it. */
export interface LiveSocket {
  readonly send: (frame: object) => void
  /** Sends whatever, also what is no frame. */
  readonly sendRaw: (text: string | Uint8Array<ArrayBuffer>) => void
  /** The next frame of the server. @throws Unmet when none comes in time, the socket closes, or the frame breaks the contract. */
  readonly next: (what: string) => Promise<ServerFrame>
  /** The next frame, which must be a response. */
  readonly response: (what: string) => Promise<ResponseFrame>
  /** The next frame, which must be an error. */
  readonly error: (what: string) => Promise<ErrorFrame>
  /** Acknowledges `pos` and asks for more, until `seen` gives a value. */
  readonly until: <T>(
    what: string,
    from: string,
    seen: (response: ResponseFrame) => T | undefined | false,
  ) => Promise<{ value: T; pos: string }>
  /** How the server closed the socket. @throws Unmet when it does not in time. */
  readonly closed: (what: string) => Promise<number>
  readonly close: () => void
}

interface Needs {
  /** `http…`, without a slash at the end. */
  readonly baseUrl: string
  readonly log: WireLog
  readonly patience: number
}

/** Opens the live socket, and authenticates if there is a token. @throws Unmet when it does not open. */
export const openLiveSocket = async ({ baseUrl, log, patience }: Needs, token?: string): Promise<LiveSocket> => {
  const url = baseUrl.replace(/^http/, 'ws') + liveSocketPath
  const socket = new WebSocket(url)
  const waiting: ((frame: unknown) => void)[] = []
  const frames: unknown[] = []
  let code: number | undefined
  const note = (sent: string, status: number, received: string) =>
    log.exchanges.push({
      method: 'WS',
      url,
      operation: 'WS live-socket',
      authorized: false,
      requestBody: clipped(masked(sent)),
      status,
      responseBody: clipped(masked(received)),
      milliseconds: 0,
    })
  const closing = new Promise<number>((resolve) => {
    socket.addEventListener('close', (event) => {
      code = event.code
      resolve(event.code)
    })
  })
  socket.addEventListener('message', ({ data }) => {
    note('', 200, String(data))
    const frame: unknown = parsed(String(data))
    const taker = waiting.shift()
    if (taker === undefined) frames.push(frame)
    else taker(frame)
  })
  await within(
    patience,
    'the live socket opens',
    new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Unmet('Expected: the live socket opens; the handshake was refused.')))
    }),
  )
  const sendRaw: LiveSocket['sendRaw'] = (text) => {
    note(typeof text === 'string' ? text : `<${text.length} bytes>`, 101, '')
    socket.send(text)
  }
  const send: LiveSocket['send'] = (frame) => sendRaw(JSON.stringify(frame))
  const next: LiveSocket['next'] = async (what) => {
    const frame =
      frames.length > 0
        ? frames.shift()
        : await within(
            patience,
            what,
            Promise.race([
              new Promise((resolve) => {
                waiting.push(resolve)
              }),
              closing.then((code) => {
                throw new Unmet(`Expected on the live socket: ${what}; it was closed with ${code}.`)
              }),
            ]),
          )
    const wrong = breach((frame as { type?: string } | null)?.type === 'error' ? errorFrame : responseFrame, frame)
    holds(wrong === undefined, `a frame of the contract, but ${wrong}: ${shown(frame)}`)
    return frame as ServerFrame
  }
  const response: LiveSocket['response'] = async (what) => {
    const frame = await next(what)
    holds(frame.type === 'response', `${what}, not ${shown(frame)}`)
    return frame as ResponseFrame
  }
  let count = 0
  if (token !== undefined) send({ type: 'auth', access_token: token })
  return {
    send,
    sendRaw,
    next,
    response,
    error: async (what) => {
      const frame = await next(what)
      holds(frame.type === 'error', `${what}, not ${shown(frame)}`)
      return frame as ErrorFrame
    },
    until: async (what, from, seen) => {
      for (let pos = from; ; ) {
        const id = `until-${++count}`
        send({ type: 'request', id, pos })
        const frame = await response(what)
        if (frame.id !== id) continue
        pos = frame.pos
        const value = seen(frame)
        if (value !== undefined && value !== false) return { value, pos }
      }
    },
    closed: (what) => within(patience, what, code === undefined ? closing : Promise.resolve(code)),
    close: () => socket.close(),
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const within = async <T>(patience: number, what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unmet(`Expected on the live socket within ${patience} ms: ${what}.`)), patience)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
