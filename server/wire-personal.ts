import type { UserId } from '../spec/identifiers.ts'
import { createAccountData } from './accounts/account-data.ts'
import { createFilters } from './accounts/filters.ts'
import { createPresence } from './accounts/presence.ts'
import { createPresenceNews } from './accounts/presence-news.ts'
import { createPushRules } from './accounts/push-rules.ts'
import { openReaderRules } from './accounts/reader-rules.ts'
import type { Config } from './config.ts'
import { MatrixError } from './protocol/errors.ts'
import { serverNameOf } from './protocol/identifiers.ts'
import { isObject } from './protocol/json-values.ts'
import { strictJson } from './protocol/strict-json.ts'
import { classOfDraft } from './rooms/event-class.ts'
import { createSingleOut } from './rooms/mentions.ts'
import { notificationCounts } from './rooms/notification-level.ts'
import { createOpenAsMember } from './rooms/open-as-member.ts'
import { createSendReceipts } from './rooms/receipts.ts'
import type { Transaction } from './storage/database.ts'
import { createFilterStore } from './storage/filters.ts'
import { createPushRulePages } from './storage/push-rules.ts'
import type { NotificationCounts } from './sync/joined-section.ts'
import { compileSyncFilter, openFilter, type SyncFilter } from './sync/sync-filter.ts'
import type { Rooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'

/** What users made of the push rules, and whom an event singles out by them: what sending needs. */
export async function wireRules(
  storage: Storage,
  { serverName, reportError }: { serverName: string; reportError: (error: unknown) => void },
) {
  const { accountData, identifiers, streams, database } = storage
  const rules = await openReaderRules({ accountData, identifiers, streams, reportError, pages: createPushRulePages(database) })
  const isLocal = (userId: string) => serverNameOf(userId) === serverName
  const singleOut = createSingleOut({ isLocal, identifiers, keywordIndex: rules.index, rules, classify: classOfDraft })
  const countsOf: NotificationCounts = (userId, room, tally) =>
    notificationCounts(rules.levelIn(userId, room.roomId, room.counts.join), tally)
  return { rules, singleOut, notificationCounts: countsOf }
}

export type Rules = Awaited<ReturnType<typeof wireRules>>

/** Whether two users are joined to some room. */
type ShareRoom = (a: UserId, b: UserId) => boolean

/** What people keep for themselves, and tell of themselves. */
export function wirePersonal(
  storage: Storage,
  rooms: Rooms,
  { rules }: Rules,
  config: Config,
  { shareRoom, now }: { shareRoom: ShareRoom; now: () => number },
) {
  const { database, accountData, identifiers, events, receipts, memberships } = storage
  const { roomStates, visibility } = rooms
  const pushRules = createPushRules({ rules })
  const presence = createPresence({ now, enabled: config.presence.enabled })
  const filters = createFilters({ database, store: createFilterStore(database), identifiers })
  const openAsMember = createOpenAsMember({ roomStates })
  const compiled = new WeakMap<object, SyncFilter>()

  const filterOf = (userId: UserId, parameter: string | undefined): SyncFilter | Promise<SyncFilter> => {
    if (parameter === undefined) return openFilter
    if (parameter.startsWith('{')) {
      const filter = strictJson(parameter)
      if (!isObject(filter)) throw new MatrixError('M_INVALID_PARAM', 'Give the filter as a JSON object, or the ID of one that was kept.')
      return compileSyncFilter(filter)
    }
    return filters.get(userId, parameter).then((filter) => {
      let ready = compiled.get(filter)
      if (ready === undefined) compiled.set(filter, (ready = compileSyncFilter(filter)))
      return ready
    })
  }
  const joinedTo = async (userId: UserId) =>
    (await memberships.ofUser(await identifiers.user(userId))).filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId)

  return {
    presence,
    filters,
    filterOf,
    openAsMember,
    pushRules,
    accountData: createAccountData({ roomStates, accountData, identifiers, pushRulesOf: pushRules.all }),
    sendReceipts: createSendReceipts({ openAsMember, visibility, events, receipts, accountData, identifiers, now }),
    presenceNews: createPresenceNews({ presence, shareRoom }),
    shareRoom: async (a: UserId, b: UserId) => {
      const rooms = new Set(await joinedTo(a))
      return (await joinedTo(b)).some((roomId) => rooms.has(roomId))
    },
    eraseUserData: async (tx: Transaction, userId: UserId) => {
      await accountData.erase(tx, userId)
      rules.index.set(userId, undefined)
    },
  }
}

export type Personal = ReturnType<typeof wirePersonal>
