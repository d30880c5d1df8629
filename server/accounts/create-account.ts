import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { ProfileStore } from '../storage/profiles.ts'
import type { PasswordHash } from './password-hash.ts'
import type { SessionGrant, SessionWish, StartSession } from './start-session.ts'

export interface AccountWish {
  readonly userId: UserId
  readonly password: string
  readonly displayName?: string | undefined
  /** Uses up, in the same transaction, what entitles to the account, and tells whether it is an administrator's. */
  readonly authorise: (tx: Transaction) => Promise<{ readonly admin: boolean }>
  /** `undefined`: nobody logs in yet. */
  readonly session: Omit<SessionWish, 'userId'> | undefined
}

/**
 * Makes an account in one transaction, with its first session if wished; then it joins the organisation.
 * Of many who want one name at once, one gets it. @throws M_USER_IN_USE, and what `authorise` throws; then nothing is written
 */
export type CreateAccount = (wish: AccountWish) => Promise<{ readonly userId: UserId; readonly session: SessionGrant | undefined }>

interface Needs {
  readonly database: Database
  readonly accounts: AccountStore
  readonly profiles: ProfileStore
  readonly passwordHash: PasswordHash
  readonly startSession: StartSession
  /** Lets a new user into the organisation's Space. */
  readonly joinOrganisation: (userId: UserId) => Promise<void>
  /** Told of what went wrong after the account was made, which does not undo it. */
  readonly reportError: (error: unknown) => void
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

/** What the caller of a taken name reads. */
export const userInUse = (): MatrixError => new MatrixError('M_USER_IN_USE', 'This username is taken; choose another.')

type Writes = Pick<Needs, 'database' | 'accounts' | 'profiles' | 'startSession' | 'now'>

const write = ({ database, accounts, profiles, startSession, now }: Writes, wish: AccountWish, hash: string) =>
  database.write(async (tx) => {
    const { userId, displayName, session } = wish
    const { admin } = await wish.authorise(tx)
    if (!(await accounts.create(tx, { userId, passwordHash: hash, admin, createdTs: now() }))) throw userInUse()
    if (displayName !== undefined && displayName !== '') {
      await profiles.set(tx, userId, 'displayname', displayName)
      tx.announce({ kind: 'profile', pos: await tx.position(), userId })
    }
    return session && startSession(tx, { userId, ...session })
  })

export const createCreateAccount =
  ({ passwordHash, joinOrganisation, reportError, ...writes }: Needs): CreateAccount =>
  async (wish) => {
    const { userId } = wish
    if ((await writes.accounts.find(userId)) !== undefined) throw userInUse()
    const session = await write(writes, wish, await passwordHash.hash(wish.password))
    await joinOrganisation(userId).catch(reportError)
    return { userId, session }
  }
