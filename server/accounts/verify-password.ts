import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Account, AccountStore } from '../storage/accounts.ts'
import type { Database } from '../storage/database.ts'
import type { PasswordHash } from './password-hash.ts'
import { localUserId } from './username.ts'

/** What this floor needs of the rate limiter. */
export interface LoginLimiter {
  /** Counts one. @throws M_LIMIT_EXCEEDED when the rate is used up */
  hit(limitClass: 'rc_login.account' | 'rc_login.failed_attempts', key: string): void
  /** Counts nothing. @throws M_LIMIT_EXCEEDED as `hit` would */
  check(limitClass: 'rc_login.account' | 'rc_login.failed_attempts', key: string): void
}

/** How somebody says who they are. client-server-api/#identifier-types */
export interface Credentials {
  readonly identifier?: { readonly type: string; readonly user?: string } | undefined
  /** The older place of the user ID or localpart. */
  readonly user?: string | undefined
  /** A third-party address at the older place; nobody has one here. */
  readonly address?: string | undefined
  readonly password?: string | undefined
}

/**
 * The account of whoever knows its password. A user who does not exist costs the time of a wrong password.
 * @throws M_FORBIDDEN when the password is wrong or nobody is so called, M_USER_DEACTIVATED, M_LIMIT_EXCEEDED after many
 * failures for the account, M_MISSING_PARAM without a user or password, M_UNKNOWN (400) for an unknown kind of identifier
 */
export type VerifyPassword = (credentials: Credentials) => Promise<Account>

interface Needs {
  readonly serverName: string
  readonly database: Database
  readonly accounts: AccountStore
  readonly passwordHash: PasswordHash
  readonly limiter: LoginLimiter
}

const wrong = () => new MatrixError('M_FORBIDDEN', 'The user name or the password is wrong; check both and try again.')

/** What stands where the user's name should. */
const nameOf = ({ identifier, user, address }: Credentials): string => {
  if (identifier === undefined) {
    if (user !== undefined) return user
    if (address !== undefined) throw wrong()
    throw new MatrixError('M_MISSING_PARAM', 'Say who you are by "identifier".')
  }
  // Nobody has an address or a number bound to the account.
  if (identifier.type === 'm.id.thirdparty' || identifier.type === 'm.id.phone') throw wrong()
  if (identifier.type !== 'm.id.user') {
    throw new MatrixError('M_UNKNOWN', 'Use an identifier of type "m.id.user".', { status: 400 })
  }
  if (identifier.user === undefined) throw new MatrixError('M_MISSING_PARAM', 'The identifier lacks "user".')
  return identifier.user
}

/** Runs what concerns one key in order, so that parallel guesses cannot outrun the count of failures. */
const createLanes = () => {
  const lanes = new Map<string, Promise<unknown>>()
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (lanes.get(key) ?? Promise.resolve()).then(work, work)
    lanes.set(key, mine)
    const leave = () => {
      if (lanes.get(key) === mine) lanes.delete(key)
    }
    mine.then(leave, leave)
    return mine
  }
}

export const createVerifyPassword = ({ serverName, database, accounts, passwordHash, limiter }: Needs): VerifyPassword => {
  const inLane = createLanes()

  const judge = async (key: string, userId: UserId | undefined, password: string): Promise<Account> => {
    limiter.check('rc_login.failed_attempts', key)
    const account = userId === undefined ? undefined : await accounts.find(userId)
    const right = await passwordHash.verify(account?.passwordHash, password)
    if (account?.deactivated) throw new MatrixError('M_USER_DEACTIVATED', 'This account has been deactivated.')
    if (!right || account === undefined) {
      limiter.hit('rc_login.failed_attempts', key)
      throw wrong()
    }
    return account
  }
  const renewHash = async ({ userId, passwordHash: from }: Account, password: string): Promise<void> => {
    if (from === undefined || !passwordHash.isOutdated(from)) return
    const to = await passwordHash.hash(password)
    await database.write((tx) => accounts.replacePasswordHash(tx, userId, from, to))
  }

  return async (credentials) => {
    const name = nameOf(credentials)
    const { password } = credentials
    if (password === undefined) throw new MatrixError('M_MISSING_PARAM', 'Send the "password".')
    const userId = localUserId(name, serverName)
    const key = userId ?? name
    const account = await inLane(key, () => judge(key, userId, password))
    await renewHash(account, password)
    return account
  }
}
