import type { EventId } from '../../spec/identifiers.ts'
import type { JsonObject } from './event.ts'

/** What an event relates to, and how. client-server-api/#forwarding-relationships-between-events */
export interface Relation {
  readonly type: string
  readonly eventId: EventId
  /** The reaction's key, for `m.annotation`. */
  readonly key: string | undefined
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The relation in an event's content; `undefined` where there is none that is well formed. A plain reply is none: it has no `rel_type`. */
export function relationOf(content: JsonObject): Relation | undefined {
  const relation = content['m.relates_to']
  if (!isObject(relation)) return undefined
  const { rel_type: type, event_id: eventId, key } = relation
  if (typeof type !== 'string' || typeof eventId !== 'string' || !eventId.startsWith('$') || Buffer.byteLength(eventId) > 255) return undefined
  return { type, eventId: eventId as EventId, key: typeof key === 'string' ? key : undefined }
}

/** The root of the thread that an event belongs to. client-server-api/#threading */
export function threadRootOf(content: JsonObject): EventId | undefined {
  const relation = relationOf(content)
  return relation?.type === 'm.thread' ? relation.eventId : undefined
}
