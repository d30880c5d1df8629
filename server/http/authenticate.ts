import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { MatrixError } from '../protocol/errors.ts'
import type { Requester } from './route.ts'

interface Needs {
  /**
   * Who holds the access token with this SHA-256 (base64url), at once where memory knows it; `undefined`: nobody.
   * May throw M_UNKNOWN_TOKEN with `soft_logout` for a token that has expired.
   */
  readonly findSession: (tokenHash: string) => Requester | undefined | Promise<Requester | undefined>
  /** Whether a token in the query, `?access_token=`, is taken too. It ends up in logs, and is deprecated. */
  readonly queryTokens: boolean
}

/**
 * Tells who calls by the access token; a promise only where memory does not know. client-server-api/#client-authentication
 * @throws M_MISSING_TOKEN without a token, M_UNKNOWN_TOKEN for one that nobody holds
 */
export type Authenticate = (request: IncomingMessage) => Requester | Promise<Requester>

/** Whether the request carries a token at all, good or not. */
export type CarriesToken = (request: IncomingMessage) => boolean

export const createAuthenticate = ({ findSession, queryTokens }: Needs): { authenticate: Authenticate; carriesToken: CarriesToken } => {
  const tokenOf = (request: IncomingMessage): string | undefined => {
    const header = request.headers.authorization
    if (header !== undefined) return bearer.exec(header)?.[1]
    if (!queryTokens || request.url === undefined) return undefined
    const start = request.url.indexOf('?')
    return start === -1 ? undefined : (new URLSearchParams(request.url.slice(start)).get('access_token') ?? undefined)
  }
  return {
    carriesToken: (request) => tokenOf(request) !== undefined,
    authenticate(request) {
      const token = tokenOf(request)
      if (token === undefined) throw new MatrixError('M_MISSING_TOKEN', 'Send your access token as "Authorization: Bearer …".')
      const found = findSession(hash('sha256', token, 'base64url'))
      return found instanceof Promise ? found.then(known) : known(found)
    },
  }
}

const bearer = /^bearer +(\S+)$/i

const known = (requester: Requester | undefined): Requester => {
  if (requester === undefined) throw new MatrixError('M_UNKNOWN_TOKEN', 'This access token is not in use; log in again.')
  return requester
}
