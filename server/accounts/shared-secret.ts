import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { CreateAccount } from './create-account.ts'
import type { SessionGrant } from './start-session.ts'
import { newUserId } from './username.ts'

export interface SharedSecretSignUp {
  readonly nonce: string
  readonly username: string
  readonly displayName: string | undefined
  readonly password: string
  readonly admin: boolean
  readonly userType: string | undefined
  readonly inhibitLogin: boolean
  /** HMAC-SHA1 in hexadecimal. */
  readonly mac: string
}

/** Accounts for whoever holds the secret of the configuration, by the protocol of Synapse's administration. */
export interface SharedSecretRegistration {
  /** Good for one request within a minute. @throws M_UNKNOWN (400) where no secret is configured */
  newNonce(): string
  /** @throws M_UNKNOWN (400) for a nonce that is used, old or unknown; M_FORBIDDEN for a wrong mac; M_USER_IN_USE, M_INVALID_USERNAME, M_EXCLUSIVE */
  signUp(wish: SharedSecretSignUp): Promise<{ readonly userId: UserId; readonly session: SessionGrant | undefined }>
}

interface Needs {
  readonly serverName: string
  /** `undefined`: nobody registers so. */
  readonly secret: string | undefined
  readonly createAccount: CreateAccount
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

const nonceLifetime = 60_000
const maxNonces = 10_000

const createNonces = (now: () => number) => {
  const expiries = new Map<string, number>()
  return {
    add(): string {
      for (const [nonce, expires] of expiries) {
        if (expires > now() && expiries.size < maxNonces) break
        expiries.delete(nonce)
      }
      const nonce = randomBytes(32).toString('hex')
      expiries.set(nonce, now() + nonceLifetime)
      return nonce
    },
    take(nonce: string): boolean {
      const expires = expiries.get(nonce)
      expiries.delete(nonce)
      return expires !== undefined && expires > now()
    },
  }
}

const macOf = (secret: string, { nonce, username, password, admin, userType }: SharedSecretSignUp): Buffer => {
  const parts = [nonce, username, password, admin ? 'admin' : 'notadmin', ...(userType === undefined ? [] : [userType])]
  return createHmac('sha1', secret).update(parts.join('\0')).digest()
}

export const createSharedSecretRegistration = ({ serverName, secret, createAccount, now }: Needs): SharedSecretRegistration => {
  const nonces = createNonces(now)
  const requireSecret = (): string => {
    if (secret !== undefined && secret !== '') return secret
    throw new MatrixError('M_UNKNOWN', 'Registration by a shared secret is off; set registration_shared_secret.', { status: 400 })
  }
  return {
    newNonce() {
      requireSecret()
      return nonces.add()
    },
    async signUp(wish) {
      const expected = macOf(requireSecret(), wish)
      if (!nonces.take(wish.nonce)) throw new MatrixError('M_UNKNOWN', 'This nonce is not good any more; get another one.', { status: 400 })
      // NUL parts the fields, so a field that held one could pass for two.
      if ([wish.username, wish.password, wish.userType ?? ''].some((field) => field.includes('\0'))) {
        throw new MatrixError('M_INVALID_PARAM', 'Neither username, password nor user type may contain NUL.')
      }
      const mac = Buffer.from(wish.mac, 'hex')
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
        throw new MatrixError('M_FORBIDDEN', 'The mac does not fit; check the shared secret and the order of the fields.')
      }
      return createAccount({
        userId: newUserId(wish.username, serverName),
        password: wish.password,
        displayName: wish.displayName,
        authorise: async () => ({ admin: wish.admin }),
        session: wish.inhibitLogin ? undefined : { deviceId: undefined, displayName: undefined, refreshable: false },
      })
    },
  }
}
