import type { EventId } from '../../spec/identifiers.ts'
import type { JsonObject } from './event.ts'
import { own, ownString } from './json-values.ts'

/** How an event relates to another. client-server-api/#forming-relationships-between-events */
export interface Relation {
  /** Such as `m.thread`, `m.replace`, `m.annotation`. */
  readonly relType: string
  /** The event it relates to. */
  readonly eventId: EventId
  /** What an annotation says, such as an emoji. */
  readonly key?: string
}

/** The relation that a content declares in `m.relates_to`; `undefined` where it is none or malformed. A mere reply has none. */
export const relationOf = (content: JsonObject): Relation | undefined => {
  const relates = own(content, 'm.relates_to')
  const relType = ownString(relates, 'rel_type')
  const eventId = ownString(relates, 'event_id')
  if (relType === undefined || !eventId?.startsWith('$')) return undefined
  const key = ownString(relates, 'key')
  return { relType, eventId: eventId as EventId, ...(key !== undefined && { key }) }
}
