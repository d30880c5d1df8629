import type { UserId } from '../../spec/identifiers.ts'
import { noPushRuleChanges, pushRulesetOf, type PushRuleChanges } from '../protocol/push-rules.ts'
import type { AccountDataEntry } from '../storage/account-data.ts'
import { pushRulesType } from './reader-rules.ts'

const isPushRules = ({ roomNid, type }: AccountDataEntry): boolean => roomNid === 0 && type === pushRulesType

/**
 * Entries of account data as the user's clients see them: of the push rules the whole set, where storage has what the user changed.
 * client-server-api/#mpush_rules
 * @param initial everything is told, so that the push rules of who has changed none are too
 */
export function shownAccountData(userId: UserId, entries: readonly AccountDataEntry[], initial: boolean): readonly AccountDataEntry[] {
  const shown = (changes: PushRuleChanges) => ({ global: pushRulesetOf(userId, changes) })
  const told = entries.map((entry) =>
    isPushRules(entry) ? { ...entry, content: shown(entry.content as unknown as PushRuleChanges) } : entry,
  )
  if (!initial || told.some(isPushRules)) return told
  return [{ roomNid: 0, roomId: undefined, type: pushRulesType, content: shown(noPushRuleChanges), pos: 0 }, ...told]
}
