import { eventId, roomId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const count = { type: 'integer', minimum: 0 } as const

/** What `chat.hallway.unread` asks for, among the extensions of a sliding sync. */
export const unreadRequest = {
  type: 'object',
  properties: { enabled: { type: 'boolean', default: false } },
} as const

const counts = {
  messages: { ...count, description: 'Messages of others not yet read. Edits, reactions, redactions and state never count.' },
  mentions: { ...count, description: "Those among them that single the reader out, by the reader's push rules and level for the room." },
} as const

/** Counts of one room. The room's own are those of its main timeline; a thread's stand under the event that it began with. */
export const unreadRoom = {
  type: 'object',
  required: ['messages', 'mentions'],
  properties: {
    ...counts,
    threads: {
      type: 'object',
      description: 'Every thread with something unread; absent: none has.',
      propertyNames: eventId,
      additionalProperties: { type: 'object', required: ['messages', 'mentions'], properties: counts },
    },
  },
} as const

/**
 * What `chat.hallway.unread` answers: the joined rooms whose counts have changed since `pos`, on a new connection those
 * with something unread. An entry replaces what the client held for the room, threads included. It does not depend on
 * the lists and subscriptions of the request, so that a badge is right for a room that is not on the screen.
 */
export const unreadResponse = {
  type: 'object',
  required: ['rooms'],
  properties: { rooms: { type: 'object', propertyNames: roomId, additionalProperties: unreadRoom } },
} as const

export type UnreadRoom = FromSchema<typeof unreadRoom>
export type UnreadRequest = FromSchema<typeof unreadRequest>
export type UnreadResponse = FromSchema<typeof unreadResponse>
