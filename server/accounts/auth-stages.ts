import { MatrixError } from '../protocol/errors.ts'
import type { RegistrationTokenStore } from '../storage/registration-tokens.ts'
import type { JudgeStage, Stage } from './interactive-auth.ts'
import { hashSecret } from './secret-token.ts'
import type { VerifyPassword } from './verify-password.ts'

interface Needs {
  readonly verifyPassword: VerifyPassword
  readonly isTokenGood: IsTokenGood
}

/** Whether somebody could register by this token now: a registration token, or an administrator's link. */
export type IsTokenGood = (token: string) => Promise<boolean>

/**
 * @param needs.ordinaryTokens whether registration tokens work, beside administrators' links
 */
export const createIsTokenGood =
  ({
    tokens,
    now,
    ordinaryTokens,
  }: {
    readonly tokens: RegistrationTokenStore
    /** Milliseconds since the Unix epoch. */
    readonly now: () => number
    readonly ordinaryTokens: boolean
  }): IsTokenGood =>
  async (token) => {
    // What is no token's form is not looked up.
    if (!/^[A-Za-z0-9._~-]{1,64}$/.test(token)) return false
    if (await tokens.isAdminLink(hashSecret(token), now())) return true
    const found = ordinaryTokens ? await tokens.find(token) : undefined
    if (found === undefined) return false
    return (
      (found.usesAllowed === undefined || found.completed < found.usesAllowed) && (found.expiryTs === undefined || found.expiryTs > now())
    )
  }

/** How each stage of interactive authentication is judged. client-server-api/#authentication-types */
export const createAuthStages = ({ verifyPassword, isTokenGood }: Needs): { readonly [S in Stage]: JudgeStage } => ({
  'm.login.dummy': async () => '',
  async 'm.login.password'(auth, { userId: expected }) {
    const { userId } = await verifyPassword(auth)
    if (expected !== undefined && userId !== expected) {
      throw new MatrixError('M_FORBIDDEN', `Give the password of ${expected}, who is logged in here.`)
    }
    return userId
  },
  async 'm.login.registration_token'({ token }) {
    if (token === undefined) throw new MatrixError('M_MISSING_PARAM', 'Send the registration "token".')
    if (!(await isTokenGood(token))) {
      throw new MatrixError('M_UNAUTHORIZED', 'This invitation is unknown, used up or expired; ask for another one.')
    }
    return token
  },
})
