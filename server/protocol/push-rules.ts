import { defaultPushRules } from './default-push-rules.ts'
import { MatrixError } from './errors.ts'
import { type PushAction, type PushRule, type PushRuleKind, type PushRuleset, pushRuleKinds } from './push-rule.ts'

/** What a user has made of the default rules: the only thing to store. */
export interface PushRuleChanges {
  /** The user's own rules, the most important first. */
  readonly own: { readonly [K in PushRuleKind]?: readonly PushRule[] }
  /** By rule ID: what is different about a default rule. */
  readonly defaults: { readonly [ruleId: string]: { readonly enabled?: boolean; readonly actions?: readonly PushAction[] } }
}

/** The changes of somebody who has made none. */
export const noPushRuleChanges: PushRuleChanges = { own: {}, defaults: {} }

/** How many rules of their own a user may have. */
export const maxOwnPushRules = 500

/** A user's rules, in the order in which they are asked: the user's own before the defaults, but `.m.rule.master` before all. */
export const pushRulesetOf = (userId: string, changes: PushRuleChanges): PushRuleset => {
  const standard = defaultPushRules(userId)
  const merged = (kind: PushRuleKind): readonly PushRule[] => {
    const defaults = standard[kind].map((rule) =>
      Object.hasOwn(changes.defaults, rule.rule_id) ? { ...rule, ...changes.defaults[rule.rule_id] } : rule,
    )
    const master = kind === 'override' ? 1 : 0
    return [...defaults.slice(0, master), ...(changes.own[kind] ?? []), ...defaults.slice(master)]
  }
  return {
    override: merged('override'),
    content: merged('content'),
    room: merged('room'),
    sender: merged('sender'),
    underride: merged('underride'),
  }
}

/** The rule of a kind and ID. @throws M_NOT_FOUND when there is none */
export const findPushRule = (userId: string, changes: PushRuleChanges, kind: PushRuleKind, ruleId: string): PushRule => {
  const found = pushRulesetOf(userId, changes)[kind].find(({ rule_id }) => rule_id === ruleId)
  if (found === undefined) throw new MatrixError('M_NOT_FOUND', `There is no ${kind} rule ${ruleId}.`)
  return found
}

/**
 * Adds one of the user's own rules, or changes the one of that ID; a new one comes first unless `before` or `after` places it.
 * A rule keeps being on or off, and unless it is placed anew, its place.
 * @throws M_UNKNOWN (400) when the rule named by `before` or `after` is none of the user's own of that kind
 * @throws M_TOO_LARGE when the user has too many
 */
export const putPushRule = (
  changes: PushRuleChanges,
  kind: PushRuleKind,
  rule: PushRule,
  { before, after }: { readonly before?: string | undefined; readonly after?: string | undefined } = {},
): PushRuleChanges => {
  const rules = changes.own[kind] ?? []
  const place = rules.findIndex(({ rule_id }) => rule_id === rule.rule_id)
  const total = pushRuleKinds.reduce((sum, one) => sum + (changes.own[one]?.length ?? 0), 0)
  if (place < 0 && total >= maxOwnPushRules) {
    throw new MatrixError('M_TOO_LARGE', `Delete some push rules first: ${maxOwnPushRules} is the most.`, { status: 400 })
  }
  const entry = { ...rule, enabled: rules[place]?.enabled ?? true }
  const others = rules.filter(({ rule_id }) => rule_id !== rule.rule_id)
  const neighbour = before ?? after
  const index = neighbour === undefined ? Math.max(place, 0) : others.findIndex(({ rule_id }) => rule_id === neighbour)
  if (index < 0) throw new MatrixError('M_UNKNOWN', `You have no ${kind} rule ${neighbour} to place this one beside.`, { status: 400 })
  return withOwn(changes, kind, others.toSpliced(neighbour !== undefined && before === undefined ? index + 1 : index, 0, entry))
}

/** Without one of the user's own rules. @throws M_NOT_FOUND when there is none of that ID */
export const removePushRule = (changes: PushRuleChanges, kind: PushRuleKind, ruleId: string): PushRuleChanges => {
  const rules = changes.own[kind] ?? []
  const others = rules.filter(({ rule_id }) => rule_id !== ruleId)
  if (others.length === rules.length) throw new MatrixError('M_NOT_FOUND', `You have no ${kind} rule ${ruleId} of your own.`)
  return withOwn(changes, kind, others)
}

/** With a rule, own or default, switched on or off, or given other actions. @throws M_NOT_FOUND when there is none of that ID */
export const changePushRule = (
  userId: string,
  changes: PushRuleChanges,
  kind: PushRuleKind,
  ruleId: string,
  change: { readonly enabled: boolean } | { readonly actions: readonly PushAction[] },
): PushRuleChanges => {
  if (findPushRule(userId, changes, kind, ruleId).default) {
    return { ...changes, defaults: { ...changes.defaults, [ruleId]: { ...changes.defaults[ruleId], ...change } } }
  }
  return withOwn(
    changes,
    kind,
    (changes.own[kind] ?? []).map((rule) => (rule.rule_id === ruleId ? { ...rule, ...change } : rule)),
  )
}

const withOwn = (changes: PushRuleChanges, kind: PushRuleKind, rules: readonly PushRule[]): PushRuleChanges => ({
  ...changes,
  own: { ...changes.own, [kind]: rules },
})
