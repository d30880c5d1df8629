import { LRUCache } from 'lru-cache'
import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { Streams } from '../storage/streams.ts'

/**
 * One type of account data outside rooms that the server itself goes by, such as whom a user ignores: what it makes of each user's entry
 * stays in memory until the log says that the entry changed.
 */
export interface Reading<T> {
  /** A promise only where memory does not know. */
  of(userId: UserId): T | Promise<T>
}

interface Needs {
  accountData: Pick<AccountDataStore, 'get'>
  identifiers: Pick<Identifiers, 'user'>
  streams: Pick<Streams, 'subscribe'>
}

/** Users kept in memory per type. */
const capacity = 20_000

/** @param read what is made of the content; `undefined` where there is no entry */
export function createReading<T extends object>(
  { accountData, identifiers, streams }: Needs,
  type: string,
  read: (content: JsonObject | undefined) => T,
): Reading<T> {
  const cache = new LRUCache<UserId, T>({ max: capacity })
  let changes = 0
  streams.subscribe((entry) => {
    if (entry.kind !== 'account-data' || entry.type !== type || entry.roomId !== undefined) return
    changes += 1
    cache.delete(entry.userId)
  })
  const load = async (userId: UserId): Promise<T> => {
    const before = changes
    const made = read(await accountData.get(await identifiers.user(userId), 0, type))
    // What was read before a change must not be kept after it.
    if (changes === before) cache.set(userId, made)
    return made
  }
  return { of: (userId) => cache.get(userId) ?? load(userId) }
}

/** Whom a user ignores. client-server-api/#ignoring-users */
export function ignoredUsersIn(content: JsonObject | undefined): ReadonlySet<UserId> {
  const listed = content?.['ignored_users']
  return new Set(typeof listed === 'object' && listed !== null ? (Object.keys(listed) as UserId[]) : [])
}

/** The rooms that a user's client treats as direct conversations. client-server-api/#direct-messaging */
export function directRoomsIn(content: JsonObject | undefined): ReadonlySet<string> {
  return new Set(
    Object.values(content ?? {}).flatMap((rooms) =>
      Array.isArray(rooms) ? rooms.filter((id): id is string => typeof id === 'string') : [],
    ),
  )
}
