import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { DeviceStore } from '../storage/devices.ts'
import type { EndSessions } from './end-sessions.ts'
import type { PasswordHash } from './password-hash.ts'
import type { CheckPassword } from './password-policy.ts'
import { hashSecret, newSecret } from './secret-token.ts'

/** Sets passwords anew: by who is logged in, or by the bearer of a one-time secret. */
export interface SetPassword {
  /** @throws M_WEAK_PASSWORD */
  check(password: string): void
  /**
   * For somebody who has proven who they are. Ends all sessions but that of `keepDevice`, unless `endOthers` is false.
   * client-server-api/#post_matrixclientv3accountpassword
   */
  change(userId: UserId, password: string, options: { readonly endOthers: boolean; readonly keepDevice: number | undefined }): Promise<void>
  /** A one-time secret, good for a day, by which its bearer sets a new password. @throws M_NOT_FOUND without such an account */
  createReset(userId: UserId): Promise<string>
  /** Sets the password of the secret's account and ends all its sessions. @throws M_FORBIDDEN when it is used, void or unknown */
  reset(secret: string, password: string): Promise<void>
}

interface Needs {
  readonly database: Database
  readonly accounts: AccountStore
  readonly devices: DeviceStore
  readonly endSessions: EndSessions
  readonly passwordHash: PasswordHash
  readonly checkPassword: CheckPassword
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

const day = 24 * 60 * 60_000

export const createSetPassword = ({ database, accounts, devices, endSessions, passwordHash, checkPassword, now }: Needs): SetPassword => {
  const endSessionsBut = async (tx: Transaction, userId: UserId, keepDevice: number | undefined) => {
    const gone = (await devices.listIn(tx, userId)).filter(({ deviceNid }) => deviceNid !== keepDevice)
    await endSessions(tx, userId, gone, { keepDevices: false })
  }
  return {
    check: checkPassword,
    async change(userId, password, { endOthers, keepDevice }) {
      checkPassword(password)
      const hash = await passwordHash.hash(password)
      await database.write(async (tx) => {
        await accounts.setPasswordHash(tx, userId, hash)
        if (endOthers) await endSessionsBut(tx, userId, keepDevice)
      })
    },
    async createReset(userId) {
      const account = await accounts.find(userId)
      if (account === undefined || account.deactivated) {
        throw new MatrixError('M_NOT_FOUND', `There is no active account ${userId}; check the spelling.`)
      }
      const secret = newSecret('passwordReset')
      await database.write((tx) => accounts.addPasswordReset(tx, userId, hashSecret(secret), now() + day))
      return secret
    },
    async reset(secret, password) {
      checkPassword(password)
      const tokenHash = hashSecret(secret)
      const unknown = () => new MatrixError('M_FORBIDDEN', 'This link was used or is no longer good; ask an administrator for another one.')
      // Looked at first, so that guesses do not cost a password's hash.
      if ((await accounts.findPasswordReset(tokenHash, now())) === undefined) throw unknown()
      const hash = await passwordHash.hash(password)
      await database.write(async (tx) => {
        const userId = await accounts.takePasswordReset(tx, tokenHash, now())
        if (userId === undefined) throw unknown()
        await accounts.setPasswordHash(tx, userId, hash)
        await endSessionsBut(tx, userId, undefined)
      })
    },
  }
}
