import type { Event } from './event.ts'
import { compileGlob, compilePhrase, compileWordGlob } from './glob.ts'
import { pathKeys } from './event-fields.ts'
import { isObject, own, ownString } from './json-values.ts'
import type { PushCondition } from './push-rule.ts'

/** What conditions ask beyond the event. */
export interface PushContext {
  /** The user's display name in the room. */
  readonly displayName?: string | undefined
  /** How many have joined the room. */
  readonly memberCount: number
  /** Whether the sender's power level reaches that for notifications of a name, such as `room`. */
  readonly mayNotify: (name: string) => boolean
}

/** A condition, ready to ask. */
export type PushTest = (event: Event, context: PushContext) => boolean

const never: PushTest = () => false

/**
 * Compiles a condition; one that is unknown or malformed never holds. client-server-api/#conditions-1
 * @param reach how far into a text it looks, in UTF-16 units
 */
export const compileCondition = (condition: PushCondition, reach?: number): PushTest => {
  const limit = reach === undefined ? {} : { reach }
  switch (condition.kind) {
    case 'event_match':
      return compileEventMatch(condition, limit)
    case 'event_property_is':
      return compilePropertyIs(condition)
    case 'event_property_contains':
      return compilePropertyContains(condition)
    case 'contains_display_name':
      return (event, { displayName }) =>
        displayName !== undefined && displayName !== '' && compilePhrase(displayName, limit)(bodyOf(event) ?? '')
    case 'room_member_count':
      return compileMemberCount(condition)
    case 'sender_notification_permission': {
      const { key } = condition
      return key === undefined ? never : (_event, { mayNotify }) => mayNotify(key)
    }
    default:
      return never
  }
}

/** The text of a message, where it has one. */
export const bodyOf = ({ pdu }: Event): string | undefined => ownString(pdu.content, 'body')

const compileEventMatch = ({ key, pattern }: PushCondition, limit: { readonly reach?: number }): PushTest => {
  if (key === undefined || pattern === undefined) return never
  const property = compilePath(key)
  const matches = key === 'content.body' ? compileWordGlob(pattern, limit) : compileGlob(pattern, { ...limit, ignoreCase: true })
  return (event) => {
    const found = property(event)
    return typeof found === 'string' && matches(found)
  }
}

const isPlain = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)

const compilePropertyIs = ({ key, value }: PushCondition): PushTest => {
  if (key === undefined || !isPlain(value)) return never
  const property = compilePath(key)
  return (event) => property(event) === value
}

const compilePropertyContains = ({ key, value }: PushCondition): PushTest => {
  if (key === undefined || !isPlain(value)) return never
  const property = compilePath(key)
  return (event) => {
    const found = property(event)
    return Array.isArray(found) && found.includes(value)
  }
}

const comparisons: { readonly [sign: string]: (count: number, bound: number) => boolean } = {
  '==': (count, bound) => count === bound,
  '<': (count, bound) => count < bound,
  '>': (count, bound) => count > bound,
  '<=': (count, bound) => count <= bound,
  '>=': (count, bound) => count >= bound,
}

const compileMemberCount = ({ is }: PushCondition): PushTest => {
  const match = /^(==|<=|>=|<|>)?([0-9]{1,15})$/.exec(is ?? '')
  const compare = comparisons[match?.[1] ?? '==']
  if (match === null || compare === undefined) return never
  const bound = Number(match[2])
  return (_event, { memberCount }) => compare(memberCount, bound)
}

/**
 * Reads a property by a path such as `content.m\.relates_to.rel_type`; there is no way into a list.
 * appendices/#dot-separated-property-paths
 */
export const compilePath = (path: string): ((event: Event) => unknown) => {
  const [first = '', ...rest] = pathKeys(path)
  return (event) => {
    let value = topLevel(event, first)
    for (const key of rest) {
      if (!isObject(value)) return undefined
      value = own(value, key)
    }
    return value
  }
}

const topLevel = ({ eventId, roomId, pdu }: Event, name: string): unknown => {
  if (name === 'event_id') return eventId
  return name === 'room_id' ? roomId : own(pdu, name)
}
