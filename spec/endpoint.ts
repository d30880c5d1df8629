import type { Errcode } from './errors.ts'
import type { FromSchema, Schema } from './schema.ts'

/** One HTTP endpoint: what the server routes and validates, and what the conformance suite calls and checks. */
export interface Endpoint {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** The canonical path, `:name` for parameters. A trailing `*name` takes the rest of the path. */
  readonly path: `/${string}`
  /** Older spellings of the path that are served alike. */
  readonly aliases?: readonly `/${string}`[]
  /**
   * Who may call: `anyone` (a token is ignored), `optional` (a token, if given, must be good), a logged-in `user`,
   * a server `admin`, or a signing `server`.
   */
  readonly access: 'anyone' | 'optional' | 'user' | 'admin' | 'server'
  /** One sentence: what it does. */
  readonly summary: string
  /** Anchor below https://spec.matrix.org/v1.19/, or below this repository's `spec/README.md` for our own. */
  readonly reference: string
  /** The Matrix version that added it, where that is later than v1.0. */
  readonly addedIn?: `v1.${number}`
  readonly rateLimited?: boolean
  /** May answer 401 with the flows of user-interactive authentication. */
  readonly interactive?: boolean
  readonly params?: Schema
  readonly query?: Schema
  /** `undefined`: the body is not read. */
  readonly body?: Schema
  /** The body becomes part of an event: the room's version says which numbers it may hold, and how they are written. appendices/#canonical-json */
  readonly canonical?: boolean
  /** The body of the 200. */
  readonly response: Schema
  /** The errcodes that a caller should be ready for, beyond those of every endpoint. */
  readonly errors?: readonly Errcode[]
}

/** Declares an endpoint; its literal types are kept, so that handlers and callers are typed by it. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition

type Part<E, Name extends string> = E extends { [K in Name]: infer S } ? FromSchema<S> : undefined
export type ParamsOf<E> = Part<E, 'params'>
export type QueryOf<E> = Part<E, 'query'>
export type BodyOf<E> = Part<E, 'body'>
export type ResponseOf<E> = Part<E, 'response'>
