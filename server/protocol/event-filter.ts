import { MatrixError } from './errors.ts'
import type { JsonObject } from './event.ts'
import { compileGlob } from './glob.ts'
import { isStringArray, own } from './json-values.ts'

/** What filters look at: an event, account data, presence. */
export interface Filtered {
  readonly type: string
  readonly sender?: string | undefined
  readonly roomId?: string | undefined
  readonly content?: JsonObject | undefined
}

/** A filter, ready to use. client-server-api/#filtering */
export interface EventFilter {
  /** How many events to give: that of the filter within the bounds, or the default. */
  readonly limit: number
  readonly lazyLoadMembers: boolean
  readonly includeRedundantMembers: boolean
  readonly unreadThreadNotifications: boolean
  /** Only events to which one of these users has related another. */
  readonly relatedBySenders?: readonly string[]
  /** Only events to which another relates in one of these ways. */
  readonly relatedByRelTypes?: readonly string[]
  /** Nothing is filtered out. */
  readonly passesAll: boolean
  /** Whether the room's events pass, as far as the room decides. */
  readonly allowsRoom: (roomId: string) => boolean
  readonly allowsType: (type: string) => boolean
  /** Whether the event passes; a condition on what the event does not have (a sender, a room) is left out. */
  readonly allows: (event: Filtered) => boolean
}

type Test = (text: string) => boolean

/** Types with a star that a list of a filter may hold: each is tried on each event. Those without are looked up, and may be any number. */
export const maxTypePatterns = 100

/**
 * Compiles an `EventFilter` or `RoomEventFilter`; what is not of the right type counts as absent.
 * @param bounds `limit` where the filter has none, and the most it may ask for
 * @throws M_TOO_LARGE (400) when a list holds more than `maxTypePatterns` types with a star
 */
export const compileEventFilter = (
  filter: JsonObject,
  bounds: { readonly defaultLimit: number; readonly maxLimit: number },
): EventFilter => {
  const allowsType = both(listed(filter, 'types', true), listed(filter, 'not_types', true))
  const allowsSender = both(listed(filter, 'senders'), listed(filter, 'not_senders'))
  const allowsRoom = both(listed(filter, 'rooms'), listed(filter, 'not_rooms'))
  const containsUrl = own(filter, 'contains_url')
  const limit = own(filter, 'limit')
  const relatedBySenders = stringsOf(filter, 'related_by_senders')
  const relatedByRelTypes = stringsOf(filter, 'related_by_rel_types')
  const allows = ({ type, sender, roomId, content }: Filtered): boolean =>
    (allowsType?.(type) ?? true) &&
    (sender === undefined || (allowsSender?.(sender) ?? true)) &&
    (roomId === undefined || (allowsRoom?.(roomId) ?? true)) &&
    (typeof containsUrl !== 'boolean' || content === undefined || Object.hasOwn(content, 'url') === containsUrl)
  return {
    limit: Number.isSafeInteger(limit) && (limit as number) > 0 ? Math.min(limit as number, bounds.maxLimit) : bounds.defaultLimit,
    lazyLoadMembers: own(filter, 'lazy_load_members') === true,
    includeRedundantMembers: own(filter, 'include_redundant_members') === true,
    unreadThreadNotifications: own(filter, 'unread_thread_notifications') === true,
    ...(relatedBySenders !== undefined && { relatedBySenders }),
    ...(relatedByRelTypes !== undefined && { relatedByRelTypes }),
    passesAll:
      [allowsType, allowsSender, allowsRoom, relatedBySenders, relatedByRelTypes].every((part) => part === undefined) &&
      typeof containsUrl !== 'boolean',
    allowsRoom: allowsRoom ?? everything,
    allowsType: allowsType ?? everything,
    allows,
  }
}

const everything: Test = () => true

const stringsOf = (filter: JsonObject, key: string): readonly string[] | undefined => {
  const value = own(filter, key)
  return isStringArray(value) ? value : undefined
}

/** Whether a text is in a list of the filter; for types, `*` stands for any characters. */
const listed = (filter: JsonObject, key: string, globs = false): Test | undefined => {
  const texts = stringsOf(filter, key)
  if (texts === undefined) return undefined
  const exact = new Set(globs ? texts.filter((text) => !text.includes('*')) : texts)
  const starred = globs ? texts.filter((text) => text.includes('*')) : []
  if (starred.length > maxTypePatterns) {
    throw new MatrixError('M_TOO_LARGE', `Filter by ${maxTypePatterns} types with a star at most in one list.`, { status: 400 })
  }
  const patterns = starred.map(compileTypeGlob)
  return (text) => exact.has(text) || patterns.some((matches) => matches(text))
}

/** Only `*` is special here: a question mark stands for itself. */
const compileTypeGlob = (pattern: string): Test => {
  const [first = '', ...rest] = pattern.split(/\*+/)
  if (rest.length === 1 && rest[0] === '') return (text) => text.startsWith(first)
  if (!pattern.includes('?')) return compileGlob(pattern)
  const escaped = compileGlob(pattern.replaceAll('?', '\0'))
  return (text) => escaped(text.replaceAll('?', '\0'))
}

const both = (included: Test | undefined, excluded: Test | undefined): Test | undefined =>
  included === undefined && excluded === undefined ? undefined : (text) => (included?.(text) ?? true) && !(excluded?.(text) ?? false)
