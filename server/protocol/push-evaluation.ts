import type { Event } from './event.ts'
import { compileWordGlob } from './glob.ts'
import { bodyOf, compileCondition, type PushContext, type PushTest } from './push-conditions.ts'
import { type PushAction, type PushRule, type PushRuleKind, type PushRuleset, pushRuleKinds } from './push-rule.ts'

/** What a user's rules make of an event. */
export interface PushVerdict {
  readonly kind: PushRuleKind
  /** The first rule that matches. */
  readonly rule: PushRule
  readonly actions: readonly PushAction[]
  readonly notify: boolean
  readonly highlight: boolean
  readonly sound?: string
}

/** A user's rules, ready to ask; `undefined` when no rule matches, and nothing is to be done. The user's own events are the caller's to leave out. */
export type PushEvaluation = (event: Event, context: PushContext) => PushVerdict | undefined

/** UTF-16 units of one event that the patterns of a user may read together. */
export const maxUnitsRead = 4_194_304

/**
 * Compiles a ruleset; rules that are off are left out. client-server-api/#push-rules-1
 *
 * NOTSPEC: beyond 64 patterns the share of each is smaller than the largest event, and it reads no further; or somebody's hundreds of odd
 * rules could make every long message costly for all.
 */
export const compilePushRules = (ruleset: PushRuleset): PushEvaluation => {
  const tests: [PushTest, PushVerdict][] = []
  const reach = Math.floor(maxUnitsRead / Math.max(1, patternsIn(ruleset)))
  for (const kind of pushRuleKinds) {
    for (const rule of ruleset[kind]) {
      if (rule.enabled) tests.push([compileRule(kind, rule, reach), verdictOf(kind, rule)])
    }
  }
  return (event, context) => tests.find(([holds]) => holds(event, context))?.[1]
}

/** Conditions that search texts. */
const patternsIn = (ruleset: PushRuleset): number =>
  ruleset.content.length +
  [...ruleset.override, ...ruleset.underride]
    .flatMap(({ conditions = [] }) => conditions)
    .filter(({ kind, key, pattern = '' }) =>
      kind === 'event_match' ? key === 'content.body' || /[*?]/.test(pattern) : kind === 'contains_display_name',
    ).length

const compileRule = (kind: PushRuleKind, rule: PushRule, reach: number): PushTest => {
  if (kind === 'room') return ({ roomId }) => roomId === rule.rule_id
  if (kind === 'sender') return ({ pdu }) => pdu.sender === rule.rule_id
  if (kind === 'content') {
    const matches = compileWordGlob(rule.pattern ?? '', { reach })
    return (event) => {
      const body = bodyOf(event)
      return body !== undefined && matches(body)
    }
  }
  const conditions = (rule.conditions ?? []).map((condition) => compileCondition(condition, reach))
  return (event, context) => conditions.every((holds) => holds(event, context))
}

const verdictOf = (kind: PushRuleKind, rule: PushRule): PushVerdict => {
  const notify = rule.actions.includes('notify')
  const tweak = (name: string): unknown => {
    const set = rule.actions.find((action) => typeof action === 'object' && action.set_tweak === name)
    return typeof set === 'object' ? (Object.hasOwn(set, 'value') ? set.value : true) : undefined
  }
  const sound = tweak('sound')
  return { kind, rule, actions: rule.actions, notify, highlight: tweak('highlight') === true, ...(typeof sound === 'string' && { sound }) }
}
