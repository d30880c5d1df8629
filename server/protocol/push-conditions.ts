import type { Event } from './event.ts'
import { compileGlob, compilePhrase, compileWordGlob } from './glob.ts'
import { own, ownString } from './json-values.ts'
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

/** Compiles a condition; one that is unknown or malformed never holds. client-server-api/#conditions-1 */
export const compileCondition = (condition: PushCondition): PushTest => {
  switch (condition.kind) {
    case 'event_match':
      return compileEventMatch(condition)
    case 'event_property_is':
      return compilePropertyIs(condition)
    case 'event_property_contains':
      return compilePropertyContains(condition)
    case 'contains_display_name':
      return (event, { displayName }) => displayName !== undefined && displayName !== '' && compilePhrase(displayName)(bodyOf(event) ?? '')
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

const compileEventMatch = ({ key, pattern }: PushCondition): PushTest => {
  if (key === undefined || pattern === undefined) return never
  const property = compilePath(key)
  const matches = key === 'content.body' ? compileWordGlob(pattern) : compileGlob(pattern, { ignoreCase: true })
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

/** Reads a property by a path such as `content.m\.relates_to.rel_type`. appendices/#dot-separated-property-paths */
export const compilePath = (path: string): ((event: Event) => unknown) => {
  const names = splitPath(path)
  const [first = '', ...rest] = names
  return (event) => rest.reduce((value, name) => own(value, name), topLevel(event, first))
}

const topLevel = ({ eventId, roomId, pdu }: Event, name: string): unknown => {
  if (name === 'event_id') return eventId
  return name === 'room_id' ? roomId : own(pdu, name)
}

const splitPath = (path: string): string[] => {
  const names: string[] = []
  let name = ''
  for (let at = 0; at < path.length; at++) {
    const sign = path[at]
    const next = path[at + 1]
    if (sign === '.') {
      names.push(name)
      name = ''
    } else {
      name += sign === '\\' && (next === '.' || next === '\\') ? path[++at] : sign
    }
  }
  return [...names, name]
}
