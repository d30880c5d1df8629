import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Database } from '../storage/database.ts'
import type { LogEntry } from '../storage/streams.ts'
import type { StoredSession, TokenStore } from '../storage/tokens.ts'
import { createLru } from '../storage/lru.ts'

/** Who holds an access token. */
export interface Session {
  readonly userId: UserId
  readonly deviceId: string
  readonly deviceNid: number
  readonly admin: boolean
  readonly tokenHash: string
  /** Milliseconds since the Unix epoch; `undefined`: until it is ended. */
  readonly expiresTs: number | undefined
}

/** Finds sessions by the hash of their access token, from memory where it can. */
export interface Sessions {
  /**
   * The session of a token's hash: at once if memory has it, else by one query; `undefined` where there is none.
   * @throws M_UNKNOWN_TOKEN with `soft_logout` (or rejects) when the token has expired or a refresh has replaced it
   */
  find(tokenHash: string): Session | undefined | Promise<Session | undefined>
  /** To be told of every committed entry of the log: drops the sessions that ended. */
  forget(entries: readonly LogEntry[]): void
  /** Drops single tokens that a refresh has replaced. */
  drop(tokenHashes: readonly string[]): void
}

interface Needs {
  readonly database: Database
  readonly tokens: TokenStore
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** How many sessions are kept in memory at most. */
  readonly capacity?: number
}

const expired = () =>
  new MatrixError('M_UNKNOWN_TOKEN', 'This access token has expired; refresh it, or log in again.', {
    fields: { soft_logout: true },
  })

/** Sessions by token hash, and hashes by user. */
const createCache = (capacity: number) => {
  const hashesOf = new Map<UserId, Set<string>>()
  const sessions = createLru<string, Session>(capacity, {
    dispose({ userId, tokenHash }) {
      const hashes = hashesOf.get(userId)
      if (hashes?.delete(tokenHash) && hashes.size === 0) hashesOf.delete(userId)
    },
  })
  return {
    get: (tokenHash: string) => sessions.get(tokenHash),
    add(session: Session) {
      sessions.set(session.tokenHash, session)
      const hashes = hashesOf.get(session.userId)
      if (hashes === undefined) hashesOf.set(session.userId, new Set([session.tokenHash]))
      else hashes.add(session.tokenHash)
    },
    delete: (tokenHash: string) => sessions.delete(tokenHash),
    deleteOf(userId: UserId, deviceId: string | undefined) {
      for (const tokenHash of [...(hashesOf.get(userId) ?? [])]) {
        if (deviceId === undefined || sessions.peek(tokenHash)?.deviceId === deviceId) sessions.delete(tokenHash)
      }
    },
  }
}

export const createSessions = ({ database, tokens, now, capacity = 50_000 }: Needs): Sessions => {
  const cache = createCache(capacity)
  const loading = new Map<string, Promise<Session | undefined>>()
  /** Counts what ended, so that what was read before an end is not kept after it. */
  let endings = 0

  const current = (session: Session): Session => {
    if (session.expiresTs !== undefined && session.expiresTs <= now()) throw expired()
    return session
  }
  // The first use of a token that a refresh made ends what was before it. client-server-api/#refreshing-access-tokens
  const confirm = async ({ tokenHash, deviceNid, refreshHash }: StoredSession): Promise<void> => {
    const ended = await database.write(async (tx) =>
      (await tokens.confirm(tx, tokenHash)) && refreshHash !== undefined ? tokens.settlePair(tx, deviceNid, refreshHash, now()) : [],
    )
    drop(ended)
  }
  const load = async (tokenHash: string, attempt = 1): Promise<Session | undefined> => {
    const before = endings
    const stored = await tokens.find(tokenHash)
    if (stored === undefined) return undefined
    if (stored.superseded) throw expired()
    const { userId, deviceId, deviceNid, admin, expiresTs } = stored
    const session = current({ userId, deviceId, deviceNid, admin, tokenHash, expiresTs })
    if (stored.unconfirmed) await confirm(stored)
    if (endings === before) cache.add(session)
    // It may have ended while it was read. Where sessions end all the time, it is good for this once and read again next time.
    else if (attempt < 4) return load(tokenHash, attempt + 1)
    return session
  }
  const loadOnce = (tokenHash: string): Promise<Session | undefined> => {
    const known = loading.get(tokenHash)
    if (known !== undefined) return known
    const promise = load(tokenHash).finally(() => loading.delete(tokenHash))
    loading.set(tokenHash, promise)
    return promise
  }
  const drop = (tokenHashes: readonly string[]): void => {
    if (tokenHashes.length > 0) endings++
    for (const tokenHash of tokenHashes) cache.delete(tokenHash)
  }

  return {
    find(tokenHash) {
      const session = cache.get(tokenHash)
      return session === undefined ? loadOnce(tokenHash) : current(session)
    },
    forget(entries) {
      for (const entry of entries) {
        if (entry.kind !== 'session-ended') continue
        endings++
        cache.deleteOf(entry.userId, entry.deviceId)
      }
    },
    drop,
  }
}
