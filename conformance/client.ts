import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint, ParamsOf, QueryOf, ResponseOf } from '../spec/endpoint.ts'
import type { Errcode } from '../spec/errors.ts'
import { errorBreach, responseBreach } from './contract.ts'
import { shown, Unmet, Unreachable } from './expect.ts'
import { clipped, type Exchange, masked, type WireLog } from './wire-log.ts'

type Known<T> = undefined extends T ? unknown : T
/** Path parameters and query flat, by their names in the contract; the body beside them. */
export type Input<E extends Endpoint> = Known<ParamsOf<E>> & Partial<Known<QueryOf<E>>> & { body?: object }

/** An answer of the server, whatever it is: errors are values. */
export interface Answer {
  readonly status: number
  /** The parsed JSON, or the text if it is none. */
  readonly body: unknown
  readonly headers: Headers
}

/** A request outside the contract's types, for what a server must refuse. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: { readonly [name: string]: string }
  /** `undefined`: without a token. */
  readonly token?: string | undefined
  readonly operation?: string
}

/** Calls the server as somebody, or as nobody. */
export interface Caller {
  readonly token: string | undefined
  /** Sends the call and gives whatever came. */
  readonly call: <E extends Endpoint>(endpoint: E, input: Input<E>) => Promise<Answer>
  /** The body of the 200. @throws Unmet when the status is another, or the body breaks the contract. */
  readonly ok: <E extends Endpoint>(endpoint: E, input: Input<E>) => Promise<ResponseOf<E>>
  /** The body of the error. @throws Unmet when the call succeeds, or fails with another status or errcode. */
  readonly refused: <E extends Endpoint>(
    endpoint: E,
    input: Input<E>,
    status: number | readonly number[],
    errcode: Errcode | readonly Errcode[],
  ) => Promise<{ errcode: string; [name: string]: unknown }>
  readonly raw: (request: Omit<RawRequest, 'token'>) => Promise<Answer>
}

interface Needs {
  readonly baseUrl: string
  readonly log: WireLog
  readonly signal?: AbortSignal
}

/** A client of the server that writes down all it says and hears. */
export interface Client {
  readonly as: (token: string | undefined) => Caller
  readonly send: (request: RawRequest) => Promise<Answer>
}

/** The URL's path and query for a call; parameters are percent-encoded. */
export const pathOf = (endpoint: Endpoint, input: { readonly [name: string]: unknown }): string => {
  const used = new Set(['body'])
  const path = endpoint.path.replace(/[:*](\w+)/g, (_, name: string) => {
    used.add(name)
    return encodeURIComponent(String(input[name] ?? ''))
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    if (used.has(name) || value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one))
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export const createClient = ({ baseUrl, log, signal }: Needs): Client => {
  const send = async ({ method, path, body, headers, token, operation }: RawRequest): Promise<Answer> => {
    const url = baseUrl + path
    const started = performance.now()
    const heard = (status: number, responseBody: string): Exchange => ({
      method,
      url,
      operation,
      authorized: token !== undefined,
      status,
      requestBody: body === undefined ? undefined : clipped(masked(typeof body === 'string' ? body : `<${body.length} bytes>`)),
      responseBody: clipped(masked(responseBody)),
      milliseconds: Math.round(performance.now() - started),
    })
    const all = {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    }
    try {
      const response = await fetch(url, {
        method,
        headers: all,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      })
      const text = await response.text()
      log.exchanges.push(heard(response.status, text))
      return { status: response.status, body: parsed(text), headers: response.headers }
    } catch (cause) {
      log.exchanges.push(heard(0, String(cause)))
      if (signal?.aborted) throw signal.reason
      throw new Unreachable(`No answer to ${method} ${path}: ${reasonOf(cause)}`, { cause })
    }
  }
  return { send, as: (token) => createCaller(send, token) }
}

const createCaller = (send: Client['send'], token: string | undefined): Caller => {
  const call = async <E extends Endpoint>(endpoint: E, input: Input<E>): Promise<Answer> => {
    const { body } = input as { body?: object }
    const empty = endpoint.body !== undefined && endpoint.method !== 'GET' ? '{}' : undefined
    const text = body === undefined ? empty : JSON.stringify(body)
    const request = {
      method: endpoint.method,
      path: pathOf(endpoint, input as { [name: string]: unknown }),
      token,
      operation: `${endpoint.method} ${endpoint.path}`,
      ...(text === undefined ? {} : { body: text }),
    }
    for (let turn = 1; ; turn++) {
      const answer = await send(request)
      const { retry_after_ms: delay = 1000 } = (answer.body ?? {}) as { retry_after_ms?: number }
      // client-server-api/#rate-limiting: a limit that cannot be switched off is waited for, as a client would.
      if (answer.status !== 429 || turn > 4 || delay > 5000) return answer
      await pause(delay)
    }
  }
  const ok = async <E extends Endpoint>(endpoint: E, input: Input<E>): Promise<ResponseOf<E>> => {
    const { status, body } = await call(endpoint, input)
    const name = `${endpoint.method} ${endpoint.path}`
    if (status !== 200) throw new Unmet(`${name}: expected 200, got ${status} ${shown(body)}.`)
    const wrong = responseBreach(endpoint, body)
    if (wrong !== undefined) throw new Unmet(`${name}: the answer breaks the contract, as ${wrong}: ${shown(body)}.`)
    return body as ResponseOf<E>
  }
  const refused: Caller['refused'] = async (endpoint, input, status, errcode) => {
    const answer = await call(endpoint, input)
    return refusal(answer, status, errcode, `${endpoint.method} ${endpoint.path}`)
  }
  return { token, call, ok, refused, raw: (request) => send({ ...request, token }) }
}

/** The body of an error answer. @throws Unmet unless status and errcode are (one of) those wanted. */
export const refusal = (
  { status, body }: Answer,
  wanted: number | readonly number[],
  errcode: Errcode | readonly Errcode[],
  name: string,
): { errcode: string; [key: string]: unknown } => {
  const statuses = [wanted].flat()
  const errcodes: readonly string[] = [errcode].flat()
  const hoped = `${statuses.join(' or ')} ${errcodes.join(' or ')}`
  if (!statuses.includes(status)) throw new Unmet(`${name}: expected ${hoped}, got ${status} ${shown(body)}.`)
  const wrong = errorBreach(body)
  if (wrong !== undefined) throw new Unmet(`${name}: not a standard error, as ${wrong}: ${shown(body)}.`)
  const error = body as { errcode: string }
  if (!errcodes.includes(error.errcode)) throw new Unmet(`${name}: expected ${hoped}, got ${status} ${error.errcode}.`)
  return error
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const reasonOf = (cause: unknown): string => {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}
