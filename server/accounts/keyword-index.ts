import type { UserId } from '../../spec/identifiers.ts'
import type { PushRuleChanges } from '../protocol/push-rules.ts'
import type { KeywordIndex } from '../rooms/mentions.ts'
import { triggersIn, triggersOf, type Trigger } from './rule-triggers.ts'

/** The users who have changed their push rules, by what their rules look for. */
export interface RuleIndex extends KeywordIndex {
  /** Whether the user has changed any rule. */
  has(userId: UserId): boolean
  /** Replaces what is known of a user's changes; `undefined`: there are none. */
  set(userId: UserId, changes: PushRuleChanges | undefined): void
}

const nobody: readonly UserId[] = []

export function createRuleIndex(): RuleIndex {
  const triggersByUser = new Map<UserId, readonly Trigger[]>()
  const users = new Map<Trigger, Set<UserId>>()
  const sought = { word: 0, sign: 0 }
  const isSought = (kind: 'word' | 'sign') => sought[kind] > 0

  const count = (trigger: Trigger, by: 1 | -1): void => {
    if (trigger.startsWith('word:')) sought.word += by
    else if (trigger.startsWith('sign:')) sought.sign += by
  }
  const add = (trigger: Trigger, userId: UserId): void => {
    const found = users.get(trigger)
    if (found !== undefined) found.add(userId)
    else {
      users.set(trigger, new Set([userId]))
      count(trigger, 1)
    }
  }
  const remove = (trigger: Trigger, userId: UserId): void => {
    const found = users.get(trigger)
    found?.delete(userId)
    if (found?.size === 0) {
      users.delete(trigger)
      count(trigger, -1)
    }
  }

  return {
    has: (userId) => triggersByUser.has(userId),
    set: (userId, changes) => {
      for (const trigger of triggersByUser.get(userId) ?? []) remove(trigger, userId)
      triggersByUser.delete(userId)
      if (changes === undefined) return
      const triggers = triggersOf(changes)
      triggersByUser.set(userId, triggers)
      for (const trigger of triggers) add(trigger, userId)
    },
    usersFor: (draft) => {
      if (users.size === 0) return nobody
      let found: Set<UserId> | undefined
      for (const trigger of triggersIn(draft, isSought)) {
        const some = users.get(trigger)
        if (some !== undefined) found = found === undefined ? some : new Set([...found, ...some])
      }
      return found === undefined ? nobody : [...found]
    },
  }
}
