import { MatrixError } from '../protocol/errors.ts'

/** What a new password must have. */
export interface PasswordPolicy {
  /** In characters. */
  readonly minimumLength: number
  readonly requireDigit?: boolean
  readonly requireSymbol?: boolean
  readonly requireLowercase?: boolean
  readonly requireUppercase?: boolean
}

/** @throws M_WEAK_PASSWORD with what is missing. client-server-api/#password-management */
export type CheckPassword = (password: string) => void

/** Passwords that satisfy `policy`. */
export const createCheckPassword =
  (policy: PasswordPolicy): CheckPassword =>
  (password) => {
    const missing = [
      [...password].length < policy.minimumLength && `at least ${policy.minimumLength} characters`,
      policy.requireDigit && !/\p{Nd}/u.test(password) && 'a digit',
      policy.requireSymbol && !/[^\p{L}\p{N}\s]/u.test(password) && 'a symbol',
      policy.requireLowercase && !/\p{Ll}/u.test(password) && 'a lower-case letter',
      policy.requireUppercase && !/\p{Lu}/u.test(password) && 'an upper-case letter',
    ].filter((part) => typeof part === 'string')
    if (missing.length > 0) throw new MatrixError('M_WEAK_PASSWORD', `Choose a password that has ${missing.join(', ')}.`)
  }
