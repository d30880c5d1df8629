import type { UserId } from '../../spec/identifiers.ts'
import { noPushRuleChanges, pushRulesetOf, type PushRuleChanges } from '../protocol/push-rules.ts'
import type { RulesInMemory } from '../rooms/mentions.ts'
import { compileReaderRules, defaultLevel, type NotificationLevel, type ReaderRules } from '../rooms/notification-level.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { PushRulePages } from '../storage/push-rules.ts'
import type { Streams } from '../storage/streams.ts'
import { createRuleIndex, type RuleIndex } from './keyword-index.ts'
import { createLru } from '../storage/lru.ts'

/** What users have made of the default push rules: who has is known to all, what it is to those lately asked. */
export interface ReaderRulesInMemory extends RulesInMemory {
  readonly index: RuleIndex
  /** What the user has changed. */
  changesOf(userId: UserId): Promise<PushRuleChanges>
  /** Replaces what the user has changed; resolves when it is durable. One call a user at a time. */
  store(userId: UserId, changes: PushRuleChanges): Promise<void>
  /** The user's level for a room, once `load` has seen to it; that of the default rules for who has changed none. */
  levelIn(userId: UserId, roomId: string, memberCount: number): NotificationLevel
}

interface Needs {
  accountData: Pick<AccountDataStore, 'get' | 'put'>
  identifiers: Pick<Identifiers, 'user'>
  pages: PushRulePages
  streams: Pick<Streams, 'subscribe'>
  reportError: (error: unknown) => void
  /** Compiled rules kept, at most. */
  capacity?: number
  /** Users read at a time at the start. */
  pageSize?: number
}

/** The type under which the changes lie in the account data; syncs tell the whole set under it. */
export const pushRulesType = 'm.push_rules'

/** Reads who has changed rules, and which; resolves when all are known. */
export async function openReaderRules({
  accountData,
  identifiers,
  pages,
  streams,
  reportError,
  capacity = 10_000,
  pageSize = 1000,
}: Needs): Promise<ReaderRulesInMemory> {
  const index = createRuleIndex()
  const changed = createLru<UserId, PushRuleChanges>(capacity)
  const compiled = createLru<UserId, ReaderRules>(capacity)
  const loading = new Map<UserId, Promise<PushRuleChanges>>()
  const storing = new Map<UserId, PushRuleChanges>()

  const note = (userId: UserId, changes: PushRuleChanges | undefined): void => {
    index.set(userId, changes)
    compiled.delete(userId)
    if (changes === undefined) changed.delete(userId)
    else changed.set(userId, changes)
  }
  const read = async (userId: UserId): Promise<PushRuleChanges | undefined> =>
    (await accountData.get(await identifiers.user(userId), 0, pushRulesType)) as PushRuleChanges | undefined

  const loadOnce = (userId: UserId): Promise<PushRuleChanges> => {
    const under = loading.get(userId)
    if (under !== undefined) return under
    const promise = read(userId)
      .then((changes = noPushRuleChanges) => {
        // What was noted or dropped meanwhile is newer.
        if (loading.get(userId) === promise) changed.set(userId, changes)
        return changes
      })
      .finally(() => {
        if (loading.get(userId) === promise) loading.delete(userId)
      })
    loading.set(userId, promise)
    return promise
  }
  const changesOf = async (userId: UserId): Promise<PushRuleChanges> =>
    index.has(userId) ? (changed.get(userId) ?? loadOnce(userId)) : noPushRuleChanges

  const compile = (userId: UserId, changes: PushRuleChanges): ReaderRules => {
    const rules = compileReaderRules(pushRulesetOf(userId, changes))
    // Not what was replaced while it was being read.
    if (changes === (index.has(userId) ? changed.get(userId) : noPushRuleChanges)) compiled.set(userId, rules)
    return rules
  }
  const known = (userId: UserId): ReaderRules | undefined => {
    const rules = compiled.get(userId)
    if (rules !== undefined) return rules
    const changes = index.has(userId) ? changed.get(userId) : noPushRuleChanges
    return changes && compile(userId, changes)
  }

  streams.subscribe((entry) => {
    if (entry.kind !== 'account-data' || entry.type !== pushRulesType || entry.roomId !== undefined) return
    const { userId } = entry
    loading.delete(userId)
    // Known before anyone else is told of it.
    const stored = storing.get(userId)
    if (stored !== undefined) {
      note(userId, stored)
      return
    }
    compiled.delete(userId)
    changed.delete(userId)
    read(userId)
      .then((changes) => {
        if (!changed.has(userId)) note(userId, changes)
      })
      .catch(reportError)
  })
  for (let after = 0, count = pageSize; count === pageSize; ) {
    const page = await pages.page(after, pageSize)
    for (const { userId, changes } of page) {
      index.set(userId, changes)
      if (changed.size < capacity) changed.set(userId, changes)
    }
    count = page.length
    after = page.at(-1)?.userNid ?? after
  }

  return {
    index,
    changesOf,
    store: async (userId, changes) => {
      const userNid = await identifiers.user(userId)
      storing.set(userId, changes)
      try {
        await accountData.put({ userId, userNid, type: pushRulesType }, { ...changes })
      } finally {
        storing.delete(userId)
      }
    },
    known,
    load: async (userIds) =>
      new Map(
        await Promise.all(
          userIds.map(
            async (userId): Promise<[UserId, ReaderRules]> => [userId, known(userId) ?? compile(userId, await changesOf(userId))],
          ),
        ),
      ),
    levelIn: (userId, roomId, memberCount) =>
      index.has(userId) ? (known(userId)?.levelIn(roomId, memberCount) ?? defaultLevel) : defaultLevel,
  }
}
