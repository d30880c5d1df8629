import type { EventFields } from '../protocol/event-fields.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isObject, own } from '../protocol/json-values.ts'
import type { Sync } from './sync.ts'

/** The parts of a room's section that hold the room's events; what else is in it is short, and of no use in part. */
const eventParts = ['timeline', 'state', 'state_after'] as const

/**
 * A sync whose timelines and states keep only the fields that the filter's `event_fields` names; whoever does not ask for that pays
 * nothing for it. Stripped state, ephemeral events, account data and presence come whole. client-server-api/#filtering
 */
export function createFieldKeepingSync(sync: Sync): Sync {
  return async (request) => {
    const text = await sync(request)
    const { eventFields } = request.filter
    return eventFields === undefined ? text : withFields(text, eventFields)
  }
}

const withFields = (text: string, fields: EventFields): string => {
  const response = JSON.parse(text) as JsonObject
  const section = (rooms: unknown): unknown =>
    isObject(rooms) ? mapped(rooms, (room) => (isObject(room) ? roomWithFields(room, fields) : room)) : rooms
  const { rooms } = response
  if (!isObject(rooms)) return text
  return JSON.stringify({ ...response, rooms: mapped(rooms, (part, name) => (name === 'join' || name === 'leave' ? section(part) : part)) })
}

const roomWithFields = (room: JsonObject, fields: EventFields): JsonObject =>
  mapped(room, (part, name) => {
    const events = eventParts.includes(name as never) ? own(part, 'events') : undefined
    return Array.isArray(events) ? { ...(part as JsonObject), events: events.map(fields) } : part
  })

const mapped = (object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
