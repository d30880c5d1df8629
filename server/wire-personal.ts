import type { Config } from './config.ts'
import { defaultLevel, notificationCounts } from './rooms/notification-level.ts'
import type { SingleOut } from './rooms/send-event.ts'
import type { PresenceNews } from './sync/sync.ts'
import type { NotificationCounts } from './sync/joined-section.ts'
import { openFilter } from './sync/sync-filter.ts'
import type { Storage } from './wire-storage.ts'

export function wirePersonal(_storage: Storage, _config: Config, _beside: { serverName: string; now: () => number }) {
  const singleOut: SingleOut = { candidates: () => [], mentions: () => [] }
  const presenceNews: PresenceNews = { counter: () => 0, since: () => [] }
  const counts: NotificationCounts = (_userId, _room, tally) => notificationCounts(defaultLevel, tally)
  return { filterOf: () => openFilter, seen: () => {}, singleOut, presenceNews, notificationCounts: counts, eraseUserData: async () => {}, stop: () => {} }
}

export type Personal = ReturnType<typeof wirePersonal>
