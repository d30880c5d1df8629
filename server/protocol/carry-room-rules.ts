import type { PushCondition, PushRule } from './push-rule.ts'
import { pushRuleKinds } from './push-rule.ts'
import { maxOwnPushRules, type PushRuleChanges } from './push-rules.ts'

const names = (roomId: string, { kind, key, pattern, value }: PushCondition): boolean =>
  key === 'room_id' && ((kind === 'event_match' && pattern === roomId) || (kind === 'event_property_is' && value === roomId))

const isAbout = (roomId: string, { rule_id, conditions = [] }: PushRule): boolean =>
  rule_id === roomId || conditions.some((condition) => names(roomId, condition))

const rewritten = (rule: PushRule, from: string, to: string): PushRule => ({
  ...rule,
  rule_id: rule.rule_id.includes(from) ? rule.rule_id.replaceAll(from, to) : `${rule.rule_id}.${to}`,
  ...(rule.conditions !== undefined && {
    conditions: rule.conditions.map((condition) =>
      names(from, condition) ? { ...condition, ...(condition.kind === 'event_match' ? { pattern: to } : { value: to }) } : condition,
    ),
  }),
})

/**
 * A user's rules with those about one room doubled for another, each behind the one it comes from. Where one is there already,
 * or there are too many rules, none is added; the very object where nothing is.
 */
export function carryRoomRules(changes: PushRuleChanges, from: string, to: string): PushRuleChanges {
  let left = maxOwnPushRules - pushRuleKinds.reduce((sum, kind) => sum + (changes.own[kind]?.length ?? 0), 0)
  let added = false
  const own: { -readonly [K in keyof PushRuleChanges['own']]: PushRuleChanges['own'][K] } = { ...changes.own }
  for (const kind of pushRuleKinds) {
    const rules = changes.own[kind] ?? []
    const known = new Set(rules.map(({ rule_id }) => rule_id))
    own[kind] = rules.flatMap((rule) => {
      const copy = isAbout(from, rule) ? rewritten(rule, from, to) : undefined
      if (copy === undefined || known.has(copy.rule_id) || left <= 0) return [rule]
      left -= 1
      added = true
      known.add(copy.rule_id)
      return [rule, copy]
    })
  }
  return added ? { ...changes, own } : changes
}
