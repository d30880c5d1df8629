import { slidingSyncRequest, slidingSyncResponse } from '../client/sliding-sync.ts'
import type { FromSchema } from '../schema.ts'

/**
 * Sliding sync over a WebSocket. The bodies are those of the endpoint `slidingSync`; only the envelope is ours.
 *
 * 1. The client opens `liveSocketPath`, sends an `auth` frame within `authTimeoutMs`, and may send its first request at once.
 * 2. Each request asks for one response. The server answers as soon as there is something to tell (at once without `pos`,
 *    or when the request asks for what was not sent yet) and waits for as long as there is nothing; there is no `timeout`.
 * 3. The client processes the response and sends the next request with its `pos`: that acknowledges it. Until then the
 *    server sends nothing further, and remembers enough to answer from the `pos` before.
 * 4. The first request on a socket stands as it is. After it, a request with no key but `type`, `id` and `pos` repeats the
 *    body of the one before; any other key makes it a whole new body.
 * 5. A request sent while another waits takes its place, and only the newest is answered. A client ignores a response
 *    whose `id` is not that of its newest request: what was in it comes again.
 * 6. A lost socket loses nothing: open another, authenticate, send the whole body with the last `pos` that was processed.
 *    The same `pos` serves over HTTP. An error `M_UNKNOWN_POS` means: begin anew, without `pos`.
 * 7. A connection (user, device and `conn_id`) lives on one socket or HTTP request at a time; a newer one ends the older.
 */
export const liveSocketPath = '/_matrix/client/unstable/chat.hallway/sync/ws'

/** The server sends a WebSocket ping this often, and drops a socket that has not answered one before the next. Milliseconds. */
export const pingIntervalMs = 25_000

/** Milliseconds between opening the socket and its `auth` frame. */
export const authTimeoutMs = 10_000

/** The largest frame that a client may send, in bytes. */
export const maxClientFrameBytes = 262_144

/** Why the server closed the socket. An error frame has gone before wherever there is an errcode. */
export const closeCodes = {
  /** The server stops or restarts: come back after a short pause of random length. */
  goingAway: 1001,
  /** Frames are text, never binary. */
  unsupportedFrame: 1003,
  /** The frame is larger than `maxClientFrameBytes`. */
  frameTooLarge: 1009,
  /** Something broke in the server: come back after a pause that grows. */
  internalError: 1011,
  /** The frame is no JSON object, or none that a client may send at this point (M_NOT_JSON, M_BAD_JSON). */
  badFrame: 4400,
  /** The token is missing, unknown or has ended (M_MISSING_TOKEN, M_UNKNOWN_TOKEN): refresh it or log in first. */
  unauthenticated: 4401,
  /** No `auth` frame came in time. */
  authTimeout: 4408,
  /** Another socket or request took this connection over: do not come back by yourself. */
  replaced: 4409,
  /** Too many sockets or frames (M_LIMIT_EXCEEDED): come back after `retry_after_ms`. */
  limitExceeded: 4429,
} as const

const frameId = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  description: 'Chosen by the client, another for each request of a socket; the answer carries it.',
} as const

/** The first frame of every socket. */
export const authFrame = {
  type: 'object',
  required: ['type', 'access_token'],
  properties: { type: { const: 'auth' }, access_token: { type: 'string', minLength: 1, maxLength: 4096 } },
} as const

/** A request, or the mere acknowledgement of a response. */
export const requestFrame = {
  type: 'object',
  required: ['type', 'id'],
  properties: {
    ...slidingSyncRequest.properties,
    type: { const: 'request' },
    id: frameId,
    pos: { type: 'string', maxLength: 1024, description: 'Of the last response that was processed. Absent: a new connection.' },
  },
} as const

/** The answer to a request. */
export const responseFrame = {
  type: 'object',
  required: ['type', 'id', 'pos'],
  properties: { ...slidingSyncResponse.properties, type: { const: 'response' }, id: { type: 'string' } },
} as const

/** With `id`, that request has failed and the socket goes on; without, the socket closes after it. */
export const errorFrame = {
  type: 'object',
  required: ['type', 'errcode', 'error'],
  properties: {
    type: { const: 'error' },
    id: { type: 'string' },
    errcode: { type: 'string' },
    error: { type: 'string', description: 'One sentence for people.' },
    retry_after_ms: { type: 'integer', minimum: 0 },
    soft_logout: { type: 'boolean' },
  },
} as const

export const clientFrame = { anyOf: [authFrame, requestFrame] } as const
export const serverFrame = { anyOf: [responseFrame, errorFrame] } as const

export type AuthFrame = FromSchema<typeof authFrame>
export type RequestFrame = FromSchema<typeof requestFrame>
export type ResponseFrame = FromSchema<typeof responseFrame>
export type ErrorFrame = FromSchema<typeof errorFrame>
export type ClientFrame = FromSchema<typeof clientFrame>
export type ServerFrame = FromSchema<typeof serverFrame>
