import type { BodyOf, Endpoint, QueryOf, ResponseOf } from '../../spec/endpoint.ts'
import { CallError } from './call-error.ts'

type WithBody<E> = BodyOf<E> extends undefined ? { readonly body?: undefined } : { readonly body?: BodyOf<E> }
type WithQuery<E> = QueryOf<E> extends undefined ? { readonly query?: undefined } : { readonly query?: QueryOf<E> }

/** What a call takes: the endpoint's path parameters, query and body, and how to give up. */
export type CallInput<E> = WithBody<E> &
  WithQuery<E> & {
    readonly params?: { readonly [name: string]: string }
    readonly signal?: AbortSignal
    /** Sends no access token, whoever is logged in. */
    readonly anonymous?: boolean
  }

/**
 * Calls one endpoint of the contract.
 * @throws CallError when the server answers with an error or not at all
 */
export type Call = <const E extends Endpoint>(endpoint: E, input?: CallInput<E>) => Promise<ResponseOf<E>>

interface Needs {
  readonly fetch: typeof fetch
  /** Where the server answers, without a slash at the end. */
  readonly baseUrl: string
  readonly accessToken: () => Promise<string | undefined>
  /** The server does not know the token any more. `true`: there is a new one, try again. */
  readonly onUnknownToken: (token: string, softLogout: boolean) => Promise<boolean>
}

/** The endpoint's path with its parameters filled in and escaped. */
export const pathOf = (path: string, params: { readonly [name: string]: string } = {}): string =>
  path.replace(/[:*]([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

const queryOf = (query: object | undefined): string => {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

const answerOf = async (response: Response): Promise<{ [key: string]: unknown }> => {
  const body: unknown = await response.json().catch(() => undefined)
  return typeof body === 'object' && body !== null ? (body as { [key: string]: unknown }) : {}
}

/** Creates the caller. */
export const createCall = ({ fetch, baseUrl, accessToken, onUnknownToken }: Needs): Call => {
  const once = async (endpoint: Endpoint, input: CallInput<Endpoint>, token: string | undefined): Promise<unknown> => {
    const url = `${baseUrl}${pathOf(endpoint.path, input.params)}${queryOf(input.query as object | undefined)}`
    const hasBody = endpoint.method !== 'GET'
    const response = await fetch(url, {
      method: endpoint.method,
      headers: { ...(hasBody && { 'Content-Type': 'application/json' }), ...(token && { Authorization: `Bearer ${token}` }) },
      cache: 'no-store',
      credentials: 'omit',
      ...(hasBody && { body: JSON.stringify(input.body ?? {}) }),
      ...(input.signal && { signal: input.signal }),
    }).catch((error: unknown) => {
      if (input.signal?.aborted) throw error
      throw new CallError(0, { errcode: 'UNREACHABLE', error: String(error) })
    })
    const answer = await answerOf(response)
    if (!response.ok) throw new CallError(response.status, answer)
    return answer
  }

  const call = async (endpoint: Endpoint, input: CallInput<Endpoint> = {}): Promise<unknown> => {
    const token = input.anonymous ? undefined : await accessToken()
    try {
      return await once(endpoint, input, token)
    } catch (error) {
      if (!(error instanceof CallError) || error.errcode !== 'M_UNKNOWN_TOKEN' || token === undefined) throw error
      if (!(await onUnknownToken(token, error.body['soft_logout'] === true))) throw error
      return once(endpoint, input, await accessToken())
    }
  }
  return call as Call
}
