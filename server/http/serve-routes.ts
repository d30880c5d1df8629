import assert from 'node:assert'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { Endpoint } from '../../spec/endpoint.ts'
import { MatrixError } from '../protocol/errors.ts'
import { answerJson } from './answer.ts'
import type { Authenticate, CarriesToken } from './authenticate.ts'
import type { ClientAddress } from './client-address.ts'
import { createDispatch } from './dispatch.ts'
import type { HangUps } from './hang-ups.ts'
import type { ReadJsonBody } from './json-body.ts'
import { limitClassOf } from './limit-classes.ts'
import { addressKey, type LimitClass, type RateLimiter } from './rate-limit.ts'
import { type Requester, type Route, SerializedJson } from './route.ts'
import { createValidate, type Validate } from './validator.ts'

interface Needs {
  readonly routes: readonly Route[]
  readonly authentication: { readonly authenticate: Authenticate; readonly carriesToken: CarriesToken }
  /** `undefined`: nothing is limited. */
  readonly limiter: RateLimiter | undefined
  readonly readJsonBody: ReadJsonBody
  readonly clientAddress: ClientAddress
  readonly hangUps: HangUps
  /** Told of every request of somebody who is logged in, before it is served. */
  readonly noteSeen: (requester: Requester, address: string, userAgent: string | undefined) => void
}

/** What serving a request tells of it, for the log. */
export interface Trail {
  /** The path of the endpoint as the contract spells it, without anyone's IDs. */
  route?: string
  requester?: Requester | undefined
}

/**
 * Serves one request of the contract: finds the route, tells who calls, limits, reads, validates, calls, answers.
 * @throws MatrixError for all that is wrong with the request
 */
export type ServeRoutes = (request: IncomingMessage, response: ServerResponse, trail: Trail) => Promise<void>

export const createServeRoutes = ({
  routes,
  authentication,
  limiter,
  readJsonBody,
  clientAddress,
  hangUps,
  noteSeen,
}: Needs): ServeRoutes => {
  const dispatch = createDispatch(routes.map(mount))
  const calls = newCalls(hangUps)

  return async (request, response, trail) => {
    const url = request.url ?? '/'
    const mark = url.indexOf('?')
    const { target, params } = dispatch(request.method ?? 'GET', mark === -1 ? url : url.slice(0, mark))
    const { endpoint, handle, limitClass } = target
    trail.route = endpoint.path
    const address = clientAddress(request)
    let requester: Requester | undefined
    if (endpoint.access !== 'anyone' && (endpoint.access !== 'optional' || authentication.carriesToken(request))) {
      const found = authentication.authenticate(request)
      requester = found instanceof Promise ? await found : found
      trail.requester = requester
      noteSeen(requester, address, request.headers['user-agent'])
      if (endpoint.access === 'admin' && !requester.admin)
        throw new MatrixError('M_FORBIDDEN', 'Only administrators of the server may do this.')
    }
    if (limitClass !== undefined) limiter?.hit(limitClass, requester?.userId ?? addressKey(address))
    target.validatePath?.(params)
    let query: unknown
    if (target.validateQuery !== undefined) {
      query = parseQuery(mark === -1 ? '' : url.slice(mark + 1))
      target.validateQuery(query)
    }
    const body = target.validateBody === undefined ? undefined : ((await readJsonBody(request, endpoint.canonical)) ?? emptyBody(target))
    target.validateBody?.(body)
    const result = await handle(calls(response, { params, query, body, requester, address, userAgent: request.headers['user-agent'] }))
    answerJson(response, 200, result instanceof SerializedJson ? result.text : JSON.stringify(result ?? {}))
  }
}

interface Mounted extends Route {
  readonly limitClass: LimitClass | undefined
  readonly validatePath: Validate | undefined
  readonly validateQuery: Validate | undefined
  readonly validateBody: Validate | undefined
  readonly mayBeEmpty: boolean
}

const mount = ({ endpoint, handle }: Route): { method: string; paths: readonly string[]; target: Mounted } => {
  assert(endpoint.access !== 'server', `${endpoint.path}: requests signed by servers are not served here`)
  const { params, query, body } = endpoint
  const target: Mounted = {
    endpoint,
    handle,
    limitClass: limitClassOf(endpoint),
    validatePath: params && createValidate('path', params),
    validateQuery: query && createValidate('query', query),
    validateBody: body && createValidate('body', body),
    mayBeEmpty: mayBeEmpty(endpoint),
  }
  return { method: endpoint.method, paths: [endpoint.path, ...(endpoint.aliases ?? [])], target }
}

/** Clients in the field POST without a body where nothing need be said; a PUT always says something. */
const mayBeEmpty = ({ method, body }: Endpoint): boolean => method !== 'PUT' && (body?.required ?? []).length === 0

const emptyBody = ({ mayBeEmpty }: Mounted): object => {
  if (!mayBeEmpty) throw new MatrixError('M_NOT_JSON', 'Send a JSON object as the body.')
  return {}
}

/** The request as a handler sees it; all share one prototype, which makes the signal when it is first asked for. */
interface Call {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly requester: Requester | undefined
  readonly address: string
  readonly userAgent: string | undefined
}

const newCalls = (hangUps: HangUps): ((response: ServerResponse, call: Call) => object) => {
  const responses = Symbol('response')
  const signals = Symbol('signal')
  const prototype = {
    get signal(): AbortSignal {
      const call = this as unknown as { [responses]: ServerResponse; [signals]?: AbortSignal }
      call[signals] ??= hangUps.signalOf(call[responses])
      return call[signals]
    },
  }
  return (response, call) => Object.assign(Object.create(prototype), call, { [responses]: response })
}
