import type { UserId } from '../../spec/identifiers.ts'
import type { InteractiveAuth as AuthDict } from '../../spec/interactive-auth.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Transaction } from '../storage/database.ts'
import type { RegistrationTokenStore } from '../storage/registration-tokens.ts'
import { userInUse, type CreateAccount } from './create-account.ts'
import type { InteractiveAuth, Stage } from './interactive-auth.ts'
import type { CheckPassword } from './password-policy.ts'
import { hashSecret } from './secret-token.ts'
import type { SessionGrant } from './start-session.ts'
import { newUserId, randomUserId } from './username.ts'

/** Who may sign up: anybody, whoever has a registration token, or nobody. An administrator's link works in each. */
export type RegistrationMode = 'open' | 'token' | 'closed'

export interface SignUp {
  readonly auth: AuthDict | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly deviceId: string | undefined
  readonly deviceName: string | undefined
  readonly inhibitLogin: boolean
  readonly refreshable: boolean
}

/** Sign-up by people. client-server-api/#legacy-account-registration */
export interface Register {
  /**
   * Makes the account once interactive authentication is complete.
   * @throws 401 with the flows, M_USER_IN_USE, M_INVALID_USERNAME, M_EXCLUSIVE, M_WEAK_PASSWORD, M_MISSING_PARAM,
   * M_FORBIDDEN where registration is closed
   */
  signUp(wish: SignUp): Promise<{ readonly userId: UserId; readonly session: SessionGrant | undefined }>
  /** Passes when the name could be registered now. @throws M_USER_IN_USE, M_INVALID_USERNAME, M_EXCLUSIVE, M_FORBIDDEN */
  checkUsername(username: string): Promise<void>
  /** @throws M_FORBIDDEN where nobody can register */
  checkOpen(): Promise<void>
}

interface Needs {
  readonly serverName: string
  readonly mode: RegistrationMode
  readonly accounts: AccountStore
  readonly tokens: RegistrationTokenStore
  readonly interactiveAuth: InteractiveAuth
  readonly checkPassword: CheckPassword
  readonly createAccount: CreateAccount
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

const byToken: readonly Stage[] = ['m.login.registration_token']

/** Uses the token up, within the transaction that makes the account. */
const useToken = (tokens: RegistrationTokenStore, token: string, now: number) => async (tx: Transaction) => {
  if (await tokens.takeAdminLink(tx, hashSecret(token), now)) return { admin: true }
  if (await tokens.use(tx, token, now)) return { admin: false }
  throw new MatrixError('M_FORBIDDEN', 'This invitation has just been used up or has expired; ask for another one.')
}

export const createRegister = ({
  serverName,
  mode,
  accounts,
  tokens,
  interactiveAuth,
  checkPassword,
  createAccount,
  now,
}: Needs): Register => {
  const flows = async (): Promise<readonly (readonly Stage[])[]> => {
    if (mode === 'open') return [['m.login.dummy'], byToken]
    if (mode === 'token' || (await tokens.hasAdminLink(now()))) return [byToken]
    throw new MatrixError('M_FORBIDDEN', 'Registration is closed here; ask an administrator for an account.')
  }
  const freeUserId = async (username: string): Promise<UserId> => {
    const userId = newUserId(username, serverName)
    if ((await accounts.find(userId)) !== undefined) throw userInUse()
    return userId
  }
  return {
    async checkOpen() {
      await flows()
    },
    async checkUsername(username) {
      await flows()
      await freeUserId(username)
    },
    async signUp({ auth, username, password, deviceId, deviceName, inhibitLogin, refreshable }) {
      const offered = await flows()
      // Names and passwords are judged before people prove anything.
      const userId = username === undefined ? randomUserId(serverName) : await freeUserId(username)
      if (password !== undefined) checkPassword(password)
      else if (auth?.type !== undefined) throw new MatrixError('M_MISSING_PARAM', 'Send the "password" of the new account.')
      // The proof entitles to one account, whatever its name: clients ask for the flows before the person has chosen one.
      const proofs = await interactiveAuth.prove({ operation: 'register', body: undefined, userId: undefined, flows: offered, auth })
      if (password === undefined) throw new MatrixError('M_MISSING_PARAM', 'Send the "password" of the new account.')
      const token = proofs.get('m.login.registration_token')
      return createAccount({
        userId,
        password,
        authorise: token === undefined ? async () => ({ admin: false }) : useToken(tokens, token, now()),
        session: inhibitLogin ? undefined : { deviceId, displayName: deviceName, refreshable },
      })
    },
  }
}
