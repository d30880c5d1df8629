import { MatrixError } from '../protocol/errors.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Database } from '../storage/database.ts'
import type { SessionGrant, SessionWish, StartSession } from './start-session.ts'
import { localUserId } from './username.ts'
import type { Credentials, LoginLimiter, VerifyPassword } from './verify-password.ts'

/** What may stand as `type` of a login. */
export const loginTypes = ['m.login.password'] as const

/**
 * Starts a session for whoever knows the password. client-server-api/#legacy-login
 * @throws M_UNKNOWN (400) for another type, M_FORBIDDEN, M_USER_DEACTIVATED, M_MISSING_PARAM, M_LIMIT_EXCEEDED
 */
export type Login = (request: { readonly type: string } & Credentials & Omit<SessionWish, 'userId'>) => Promise<SessionGrant>

interface Needs {
  readonly serverName: string
  readonly database: Database
  readonly accounts: AccountStore
  readonly verifyPassword: VerifyPassword
  readonly startSession: StartSession
  readonly limiter: LoginLimiter
}

export const createLogin =
  ({ serverName, database, accounts, verifyPassword, startSession, limiter }: Needs): Login =>
  async (request) => {
    const { type, identifier, user, deviceId, displayName, refreshable } = request
    if (type !== 'm.login.password') {
      throw new MatrixError('M_UNKNOWN', `Log in by one of these types: ${loginTypes.join(', ')}.`, { status: 400 })
    }
    const name = identifier?.user ?? user
    if (name !== undefined) limiter.hit('rc_login.account', localUserId(name, serverName) ?? name)
    const { userId } = await verifyPassword(request)
    return database.write(async (tx) => {
      // The account may have been closed while the password was checked.
      if ((await accounts.findIn(tx, userId))?.deactivated !== false) {
        throw new MatrixError('M_USER_DEACTIVATED', 'This account has been deactivated.')
      }
      return startSession(tx, { userId, deviceId, displayName, refreshable })
    })
  }
