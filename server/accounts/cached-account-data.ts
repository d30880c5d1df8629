import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { createLogCache, type LogCache } from '../storage/log-cache.ts'
import type { Streams } from '../storage/streams.ts'

interface Needs {
  accountData: Pick<AccountDataStore, 'get'>
  identifiers: Pick<Identifiers, 'user'>
  streams: Pick<Streams, 'subscribe'>
}

/** Users kept in memory per type. */
const capacity = 20_000

/**
 * One type of account data outside rooms that the server itself goes by, such as whom a user ignores: what it makes of each user's
 * entry stays in memory.
 * @param read what is made of the content; `undefined` where there is no entry
 */
export const createReading = <T extends object>(
  { accountData, identifiers, streams }: Needs,
  type: string,
  read: (content: JsonObject | undefined) => T,
): LogCache<UserId, T> =>
  createLogCache<UserId, T>({
    streams,
    capacity,
    load: async (userId) => read(await accountData.get(await identifiers.user(userId), 0, type)),
    changed: (entry) => (entry.kind === 'account-data' && entry.type === type && entry.roomId === undefined ? entry.userId : undefined),
  })

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
