import { MatrixError } from '../protocol/errors.ts'
import type { Database } from '../storage/database.ts'
import type { TokenStore } from '../storage/tokens.ts'
import { hashSecret } from './secret-token.ts'
import type { Sessions } from './sessions.ts'
import type { IssueTokens, SessionGrant } from './start-session.ts'

/**
 * Trades a refresh token for a new pair. The old pair stays good until the new one is first used, so a client that lost the
 * answer asks again and gets another pair, in place of the one it never saw. client-server-api/#refreshing-access-tokens
 * @throws M_UNKNOWN_TOKEN for an unknown token; with `soft_logout` for one that is expired or was replaced
 */
export type Refresh = (refreshToken: string) => Promise<Pick<SessionGrant, 'accessToken' | 'refreshToken' | 'expiresInMs'>>

interface Needs {
  readonly database: Database
  readonly tokens: TokenStore
  readonly sessions: Sessions
  readonly issueTokens: IssueTokens
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

/** Milliseconds that replaced tokens are remembered, so that who still holds one is told to log in again, keeping its keys. */
const supersededMemory = 60 * 60_000

export const createRefresh =
  ({ database, tokens, sessions, issueTokens, now }: Needs): Refresh =>
  async (refreshToken) => {
    const tokenHash = hashSecret(refreshToken)
    const { grant, ended } = await database.write(async (tx) => {
      const ts = now()
      const known = await tokens.findRefresh(tx, tokenHash)
      if (known === undefined) throw new MatrixError('M_UNKNOWN_TOKEN', 'This refresh token is not in use; log in again.')
      if (known.superseded || (known.expiresTs !== undefined && known.expiresTs <= ts)) {
        throw new MatrixError('M_UNKNOWN_TOKEN', 'This refresh token was replaced or has expired; log in again.', {
          fields: { soft_logout: true },
        })
      }
      const { deviceNid, userId, nextHash } = known
      // A next pair that was used would have superseded this token.
      if (nextHash !== undefined) await tokens.supersedePair(tx, deviceNid, nextHash, ts)
      const replaced = await tokens.settlePair(tx, deviceNid, tokenHash, ts)
      await tokens.purgeSuperseded(tx, deviceNid, ts - supersededMemory)
      const issued = await issueTokens(tx, { userId, deviceNid }, { refreshable: true, unconfirmed: true })
      if (issued.refreshToken !== undefined) await tokens.setNext(tx, tokenHash, hashSecret(issued.refreshToken))
      return { grant: issued, ended: replaced }
    })
    sessions.drop(ended)
    return grant
  }
