import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { authTimeoutMs, closeCodes, maxClientFrameBytes, pingIntervalMs, type RequestFrame } from '../../spec/extensions/live-socket.ts'
import type { SlidingSyncRequest } from '../../spec/client/sliding-sync.ts'
import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { isObject } from '../protocol/json-values.ts'
import type { Viewer } from './joined-section.ts'
import type { SlidingSync } from './sliding-sync.ts'

/** Who a socket belongs to, once its token is known to be good. */
export interface SocketSession {
  readonly userId: UserId
  readonly deviceNid: number
  /** The reader as of now; at once where memory knows. */
  readonly viewer: () => Viewer | Promise<Viewer>
  readonly isLive: () => boolean | Promise<boolean>
}

interface Needs {
  slidingSync: SlidingSync
  /** @throws M_UNKNOWN_TOKEN for a token that nobody holds */
  authenticate: (accessToken: string) => Promise<SocketSession>
  /** Strict JSON. @throws M_NOT_JSON */
  parseJson: (text: string) => unknown
  /** By the frame's type: pass when it is one of the contract. @throws MatrixError that names the fault */
  checkFrames: { readonly [type in 'auth' | 'request']: (frame: unknown) => void }
  reportError: (error: unknown) => void
  /** Told that a user is there, when a socket opens and at every sign of life after. */
  seen: (userId: UserId) => void
}

/** Serves the live socket: takes over upgraded connections. spec/extensions/live-socket.ts */
export interface LiveSocket {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  stop(): void
}

/** Why a request is not answered any more: nobody sees it. */
const superseded = new Error('A newer request took its place, or the socket closed.')

interface Open {
  readonly socket: WebSocket
  session: SocketSession | undefined
  body: SlidingSyncRequest | undefined
  /** Ends the request that waits, when a newer one takes its place; used for the next one where it was not needed. */
  ending: AbortController
  /** Whether a request waits. */
  busy: boolean
  alive: boolean
}

const send = (socket: WebSocket, text: string): void => {
  if (socket.readyState === socket.OPEN) socket.send(text)
}

function errorText(error: MatrixError, id?: string): string {
  return JSON.stringify({ type: 'error', ...(id !== undefined && { id }), errcode: error.errcode, error: error.message, ...error.fields })
}

export function createLiveSocket({ slidingSync, authenticate, parseJson, checkFrames, reportError, seen }: Needs): LiveSocket {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxClientFrameBytes, perMessageDeflate: false, clientTracking: false })
  const sockets = new Set<Open>()
  /** The socket that each connection (device and `conn_id`) lives on. */
  const owners = new Map<string, Open>()

  const close = (open: Open, code: number, error?: MatrixError): void => {
    if (error !== undefined) send(open.socket, errorText(error))
    open.socket.close(code)
  }
  const asMatrixError = (error: unknown): MatrixError => {
    if (error instanceof MatrixError) return error
    reportError(error)
    return new MatrixError('M_UNKNOWN', 'Internal server error.')
  }

  const own = (open: Open, { deviceNid }: SocketSession, connId: string): void => {
    const name = `${deviceNid} ${connId}`
    const before = owners.get(name)
    if (before === open) return
    if (before !== undefined) close(before, closeCodes.replaced)
    owners.set(name, open)
    open.socket.once('close', () => {
      if (owners.get(name) === open) owners.delete(name)
    })
  }

  const answer = async (
    open: Open,
    session: SocketSession,
    body: SlidingSyncRequest,
    id: string,
    pos: string | undefined,
  ): Promise<void> => {
    if (open.busy) {
      open.ending.abort(superseded)
      open.ending = new AbortController()
    }
    const { signal } = open.ending
    open.busy = true
    try {
      const text = await slidingSync({
        viewer: session.viewer,
        pos,
        body,
        timeout: Infinity,
        signal,
        isLive: session.isLive,
      })
      if (signal.aborted) return
      open.busy = false
      send(open.socket, `{"type":"response","id":${JSON.stringify(id)},${text}`)
    } catch (caught) {
      if (signal.aborted) return
      open.busy = false
      const error = asMatrixError(caught)
      if (error.errcode === 'M_UNKNOWN_TOKEN') close(open, closeCodes.unauthenticated, error)
      else if (caught instanceof MatrixError) send(open.socket, errorText(error, id))
      else close(open, closeCodes.internalError, error)
    }
  }

  const request = (open: Open, session: SocketSession, frame: RequestFrame): void => {
    const { type: _type, id, pos, ...rest } = frame
    const repeats = Object.keys(rest).length === 0 && open.body !== undefined
    const body = repeats ? open.body! : rest
    if (!repeats) own(open, session, body.conn_id ?? '')
    open.body = body
    void answer(open, session, body, id, pos)
  }

  const signIn = async (open: Open, token: string): Promise<void> => {
    open.session = await authenticate(token)
    seen(open.session.userId)
  }

  const readFrame = (raw: RawData): { [key: string]: unknown } => {
    const frame = parseJson(String(raw))
    if (!isObject(frame) || (frame['type'] !== 'auth' && frame['type'] !== 'request'))
      throw new MatrixError('M_BAD_JSON', 'Send frames of type "auth" or "request".')
    return frame
  }

  const receiveRequest = (open: Open, frame: { [key: string]: unknown }): void => {
    const { session } = open
    if (session === undefined) {
      close(open, closeCodes.unauthenticated, new MatrixError('M_MISSING_TOKEN', 'Send the auth frame first.'))
      return
    }
    try {
      checkFrames.request(frame)
    } catch (error) {
      // A request that has an ID fails by it, and the socket goes on.
      const { id } = frame
      if (typeof id === 'string' && id.length <= 64) send(open.socket, errorText(asMatrixError(error), id))
      else close(open, closeCodes.badFrame, asMatrixError(error))
      return
    }
    request(open, session, frame as unknown as RequestFrame)
  }

  const receiveAuth = async (open: Open, frame: { [key: string]: unknown }): Promise<void> => {
    if (open.session !== undefined)
      return close(open, closeCodes.badFrame, new MatrixError('M_BAD_JSON', 'This socket is authenticated already.'))
    try {
      checkFrames.auth(frame)
    } catch (error) {
      return close(open, closeCodes.badFrame, asMatrixError(error))
    }
    try {
      await signIn(open, String(frame['access_token']))
    } catch (error) {
      close(open, closeCodes.unauthenticated, asMatrixError(error))
    }
  }

  const receive = async (open: Open, raw: RawData, isBinary: boolean): Promise<void> => {
    if (isBinary) return close(open, closeCodes.unsupportedFrame)
    let frame: { [key: string]: unknown }
    try {
      frame = readFrame(raw)
    } catch (error) {
      return close(open, closeCodes.badFrame, asMatrixError(error))
    }
    return frame['type'] === 'request' ? receiveRequest(open, frame) : receiveAuth(open, frame)
  }

  const accept = (socket: WebSocket): void => {
    const open: Open = { socket, session: undefined, body: undefined, ending: new AbortController(), busy: false, alive: true }
    sockets.add(open)
    const late = setTimeout(() => {
      if (open.session === undefined) close(open, closeCodes.authTimeout)
    }, authTimeoutMs)
    // Frames are handled one after the other, so that a request may follow its auth frame at once.
    let last: Promise<void> = Promise.resolve()
    socket.on('message', (raw, isBinary) => {
      last = last.then(() => receive(open, raw, isBinary)).catch(reportError)
    })
    socket.on('pong', () => {
      open.alive = true
      if (open.session !== undefined) seen(open.session.userId)
    })
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(late)
      open.ending.abort(superseded)
      sockets.delete(open)
    })
  }

  const ping = setInterval(() => {
    for (const open of sockets) {
      if (!open.alive) {
        open.socket.terminate()
        continue
      }
      open.alive = false
      open.socket.ping()
    }
  }, pingIntervalMs)
  ping.unref()

  return {
    upgrade: (incoming, socket, head) => server.handleUpgrade(incoming, socket, head, accept),
    stop: () => {
      clearInterval(ping)
      for (const open of sockets) close(open, closeCodes.goingAway)
    },
  }
}
