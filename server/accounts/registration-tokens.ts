import { randomInt } from 'node:crypto'
import { MatrixError } from '../protocol/errors.ts'
import type { Database } from '../storage/database.ts'
import type { RegistrationToken, RegistrationTokenStore } from '../storage/registration-tokens.ts'
import type { InteractiveAuth } from './interactive-auth.ts'
import { hashSecret, newSecret } from './secret-token.ts'

/** A token with the sign-ups that have shown it and are not finished. */
export interface CountedToken extends RegistrationToken {
  readonly pending: number
}

/** What may be changed of a token; absent: it stays, `null`: no limit. */
export interface TokenLimits {
  readonly usesAllowed?: number | null | undefined
  /** Milliseconds since the Unix epoch. */
  readonly expiryTs?: number | null | undefined
}

/** The invitations of administrators, by the protocol of Synapse's administration; and their own first one. */
export interface RegistrationTokens {
  /** `valid`: those that work now, or those that do not. */
  list(valid: boolean | undefined): Promise<CountedToken[]>
  /** @throws M_NOT_FOUND */
  get(token: string): Promise<CountedToken>
  /** `token` absent: a random one of `length` characters. @throws M_INVALID_PARAM when it exists, or would be expired from the first */
  add(wish: TokenLimits & { readonly token: string | undefined; readonly length: number }): Promise<CountedToken>
  /** @throws M_NOT_FOUND, M_INVALID_PARAM for an expiry in the past */
  limit(token: string, limits: TokenLimits): Promise<CountedToken>
  /** @throws M_NOT_FOUND */
  remove(token: string): Promise<void>
  /** The secret of a new link by which one administrator signs up within a day; earlier ones are void. */
  createAdminLink(): Promise<string>
}

interface Needs {
  readonly database: Database
  readonly tokens: RegistrationTokenStore
  readonly interactiveAuth: Pick<InteractiveAuth, 'countProven'>
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

const day = 24 * 60 * 60_000
const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-'
const randomToken = (length: number): string => Array.from({ length }, () => characters[randomInt(characters.length)]).join('')

const notFound = () => new MatrixError('M_NOT_FOUND', 'There is no such registration token.')
const isToken = (token: string): boolean => /^[A-Za-z0-9._~-]+$/.test(token)

export const createRegistrationTokens = ({ database, tokens, interactiveAuth, now }: Needs): RegistrationTokens => {
  const counted = (token: RegistrationToken): CountedToken => ({
    ...token,
    pending: interactiveAuth.countProven('m.login.registration_token', token.token),
  })
  const isValid = ({ usesAllowed, completed, pending, expiryTs }: CountedToken): boolean =>
    (usesAllowed === undefined || completed + pending < usesAllowed) && (expiryTs === undefined || expiryTs > now())
  const checkExpiry = ({ expiryTs }: TokenLimits): void => {
    if (typeof expiryTs === 'number' && expiryTs <= now()) throw new MatrixError('M_INVALID_PARAM', 'The expiry time lies in the past.')
  }

  return {
    async list(valid) {
      const all = (await tokens.list()).map(counted)
      return valid === undefined ? all : all.filter((token) => isValid(token) === valid)
    },
    async get(token) {
      const found = isToken(token) ? await tokens.find(token) : undefined
      if (found === undefined) throw notFound()
      return counted(found)
    },
    async add({ token, length, ...limits }) {
      checkExpiry(limits)
      const added = {
        token: token ?? randomToken(length),
        usesAllowed: limits.usesAllowed ?? undefined,
        completed: 0,
        expiryTs: limits.expiryTs ?? undefined,
      }
      if (!(await database.write((tx) => tokens.add(tx, { ...added, createdTs: now() })))) {
        throw new MatrixError('M_INVALID_PARAM', 'There is such a token already; choose another, or a greater length.')
      }
      return counted(added)
    },
    async limit(token, limits) {
      checkExpiry(limits)
      if (!isToken(token)) throw notFound()
      return database.write(async (tx) => {
        const found = await tokens.findIn(tx, token)
        if (found === undefined) throw notFound()
        const { usesAllowed = found.usesAllowed, expiryTs = found.expiryTs } = limits
        const changed = { ...found, usesAllowed: usesAllowed ?? undefined, expiryTs: expiryTs ?? undefined }
        await tokens.setLimits(tx, token, changed)
        return counted(changed)
      })
    },
    async remove(token) {
      if (!isToken(token) || !(await database.write((tx) => tokens.remove(tx, token)))) throw notFound()
    },
    async createAdminLink() {
      const secret = newSecret('adminLink')
      await database.write((tx) => tokens.replaceAdminLink(tx, hashSecret(secret), now() + day))
      return secret
    },
  }
}
