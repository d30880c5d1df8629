import { MatrixError } from './errors.ts'
import type { JsonObject } from './event.ts'
import { isRoomId, isUserId } from './identifiers.ts'
import { isObject, own, ownString } from './json-values.ts'
import type { PushAction, PushCondition, PushRule, PushRuleKind } from './push-rule.ts'

/** Bytes that a rule may have as JSON. */
export const maxPushRuleBytes = 4096
/** Bytes that a pattern may have. */
export const maxPushPatternBytes = 255
/** Bytes that the ID of a rule may have. */
export const maxPushRuleIdBytes = 255

// Actions of older versions, which mean nothing any more. client-server-api/#historical-actions
const historicalActions: readonly unknown[] = ['dont_notify', 'coalesce']

const invalid = (message: string): MatrixError => new MatrixError('M_INVALID_PARAM', message)

/**
 * Reads a rule that a user wants to set.
 * @throws M_INVALID_PARAM when the ID, the actions, the conditions or the pattern will not do
 * @throws M_TOO_LARGE when it is larger than `maxPushRuleBytes`
 */
export const readPushRule = (kind: PushRuleKind, ruleId: string, body: JsonObject): PushRule => {
  checkRuleId(kind, ruleId)
  const actions = readPushActions(own(body, 'actions'))
  const rule: PushRule = {
    rule_id: ruleId,
    default: false,
    enabled: true,
    actions,
    ...((kind === 'override' || kind === 'underride') && { conditions: readConditions(own(body, 'conditions')) }),
    ...(kind === 'content' && { pattern: readPattern(own(body, 'pattern')) }),
  }
  if (Buffer.byteLength(JSON.stringify(rule)) > maxPushRuleBytes) {
    throw new MatrixError('M_TOO_LARGE', `Make the rule smaller: ${maxPushRuleBytes} bytes are the most.`)
  }
  return rule
}

/** Reads a list of actions; those of older versions are dropped. @throws M_INVALID_PARAM when there is something else in it */
export const readPushActions = (value: unknown): readonly PushAction[] => {
  if (!Array.isArray(value)) throw invalid('Give the actions as a list.')
  return value
    .filter((action) => !historicalActions.includes(action))
    .map((action: unknown) => {
      if (action === 'notify') return action
      const tweak = ownString(action, 'set_tweak')
      if (tweak === undefined) throw invalid('An action is "notify", or an object with "set_tweak".')
      const setting = own(action, 'value')
      return { set_tweak: tweak, ...(setting !== undefined && { value: setting }) }
    })
}

const checkRuleId = (kind: PushRuleKind, ruleId: string): void => {
  if (ruleId === '' || ruleId.startsWith('.') || /[/\\]/.test(ruleId) || Buffer.byteLength(ruleId) > maxPushRuleIdBytes) {
    throw invalid(`Give the rule an ID that does not begin with a dot, has no slash, and is ${maxPushRuleIdBytes} bytes long at most.`)
  }
  if (kind === 'room' && !isRoomId(ruleId)) throw invalid('The ID of a room rule is the ID of the room.')
  if (kind === 'sender' && !isUserId(ruleId)) throw invalid('The ID of a sender rule is the ID of the user.')
}

const readPattern = (value: unknown): string => {
  if (typeof value !== 'string' || value === '') throw invalid('Give a content rule the pattern to look for.')
  checkPatternLength(value)
  return value
}

const checkPatternLength = (pattern: string): void => {
  if (Buffer.byteLength(pattern) > maxPushPatternBytes) throw invalid(`Make the pattern ${maxPushPatternBytes} bytes long at most.`)
}

const readConditions = (value: unknown): readonly PushCondition[] => {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid('Give the conditions as a list.')
  return value.map((condition: unknown) => {
    if (!isObject(condition) || typeof condition['kind'] !== 'string') throw invalid('Every condition is an object that says its kind.')
    for (const name of ['key', 'pattern', 'is']) {
      if (Object.hasOwn(condition, name) && typeof condition[name] !== 'string') throw invalid(`The ${name} of a condition is a string.`)
    }
    checkPatternLength(ownString(condition, 'pattern') ?? '')
    return condition as unknown as PushCondition
  })
}
