import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '../../spec/endpoint.ts'
import type { UserId } from '../../spec/identifiers.ts'

/** Who calls, told by the access token. */
export interface Requester {
  readonly userId: UserId
  readonly deviceId: string
  /** Unique over all users' devices, and short; for memory and storage. */
  readonly deviceNid: number
  readonly admin: boolean
  /** The SHA-256 of the access token, so that a waiting request can end when it is revoked. */
  readonly tokenHash: string
}

/** JSON that is already text: sent as it stands. */
export class SerializedJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A validated request: plain values, no Koa. */
export interface Request<E extends Endpoint> {
  readonly params: ParamsOf<E>
  readonly query: QueryOf<E>
  readonly body: BodyOf<E>
  readonly requester: E['access'] extends 'user' | 'admin' ? Requester : E['access'] extends 'optional' ? Requester | undefined : undefined
  /** The address the request came from, after trusted proxies. */
  readonly address: string
  readonly userAgent: string | undefined
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal
}

export type Handler<E extends Endpoint> = (request: Request<E>) => Promise<ResponseOf<E> | SerializedJson>
export interface Route {
  readonly endpoint: Endpoint
  // biome-ignore lint/suspicious/noExplicitAny: a list of routes holds handlers of all types; `route` has checked each.
  readonly handle: (request: any) => Promise<unknown>
}

/** Binds a handler to its endpoint; the handler's types are the endpoint's. */
export const route = <E extends Endpoint>(endpoint: E, handle: Handler<E>): Route => ({ endpoint, handle })
