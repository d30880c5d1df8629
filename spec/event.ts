import { eventId, roomId, userId } from './identifiers.ts'
import type { FromSchema } from './schema.ts'

/** What a server adds to an event beside the signed part; all of it is optional. client-server-api/#room-event-format */
export const unsigned = {
  type: 'object',
  properties: {
    age: { type: 'integer', description: 'Milliseconds since the event was sent, by the clock of the answering server.' },
    membership: { type: 'string', description: 'What the reader was in the room at this event, its own effect included. v1.11' },
    prev_content: { type: 'object', description: 'The content of the state event that this one replaced.' },
    replaces_state: { ...eventId, description: 'The state event that this one replaced. v1.19' },
    redacted_because: { type: 'object', description: 'The redaction that emptied the event, as a client event.' },
    transaction_id: { type: 'string', description: 'Only for the device that sent the event.' },
    invite_room_state: { type: 'array', items: { type: 'object' }, description: 'Stripped state, on the invite of the reader.' },
    'm.relations': {
      type: 'object',
      description: 'Bundled aggregations, one key a relation type. client-server-api/#aggregations-of-child-events',
      properties: {
        'm.replace': { type: 'object', description: 'The newest valid edit, as a client event.' },
        'm.reference': {
          type: 'object',
          properties: {
            chunk: { type: 'array', items: { type: 'object', required: ['event_id'], properties: { event_id: eventId } } },
          },
        },
        'm.thread': {
          type: 'object',
          required: ['latest_event', 'count', 'current_user_participated'],
          properties: {
            latest_event: { type: 'object', description: 'The newest event of the thread, as a client event.' },
            count: { type: 'integer', minimum: 0 },
            current_user_participated: { type: 'boolean' },
          },
        },
      },
    },
  },
} as const

const common = {
  type: { type: 'string', description: 'At most 255 bytes.' },
  sender: userId,
  content: { type: 'object' },
  state_key: { type: 'string', description: 'Present exactly on state events; may be empty.' },
  origin_server_ts: { type: 'integer', description: 'Milliseconds since the Unix epoch, by the clock of the sending server.' },
  event_id: eventId,
  redacts: { ...eventId, description: 'On redactions, beside `content.redacts`, for clients of older room versions.' },
  unsigned,
} as const

const requiredOfAll = ['type', 'sender', 'content', 'origin_server_ts', 'event_id'] as const

/** A room event as clients read it outside of a sync. client-server-api/#room-event-format */
export const clientEvent = {
  type: 'object',
  required: [...requiredOfAll, 'room_id'],
  properties: { ...common, room_id: roomId },
} as const

/** A client event that must be state. */
export const stateEvent = {
  type: 'object',
  required: [...requiredOfAll, 'room_id', 'state_key'],
  properties: { ...common, room_id: roomId },
} as const

/** A room event inside a sync, where the room is told by the key above it. */
export const syncEvent = {
  type: 'object',
  required: [...requiredOfAll],
  properties: common,
} as const

/** The little of a state event that an outsider sees of a room he is invited to. client-server-api/#stripped-state */
export const strippedState = {
  type: 'object',
  required: ['type', 'state_key', 'sender', 'content'],
  properties: {
    type: { type: 'string' },
    state_key: { type: 'string' },
    sender: userId,
    content: { type: 'object' },
  },
} as const

/** Type and content alone: account data, typing, receipts. client-server-api/#types-of-room-events */
export const basicEvent = {
  type: 'object',
  required: ['type', 'content'],
  properties: { type: { type: 'string' }, content: { type: 'object' } },
} as const

/** A presence update in a sync: it concerns a user and no room. client-server-api/#mpresence */
export const presenceEvent = {
  type: 'object',
  required: ['type', 'content'],
  properties: { type: { const: 'm.presence' }, sender: userId, content: { type: 'object' } },
} as const

/**
 * A persistent data unit of room versions 6 and later, as servers sign and exchange it. `room_id` is absent from the
 * create event of version 12; `redacts` is that of redactions up to version 10. In versions 3 to 5, `depth` may reach 2^63 − 1.
 * The whole is at most 65,536 bytes as canonical JSON. rooms/v12/#event-format-1
 */
export const pdu = {
  type: 'object',
  required: ['type', 'sender', 'content', 'depth', 'origin_server_ts', 'auth_events', 'prev_events', 'hashes', 'signatures'],
  properties: {
    type: { type: 'string', maxLength: 255 },
    sender: userId,
    room_id: roomId,
    state_key: { type: 'string', maxLength: 255 },
    content: { type: 'object' },
    redacts: eventId,
    depth: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    origin_server_ts: { type: 'integer' },
    auth_events: { type: 'array', items: eventId, maxItems: 10 },
    prev_events: { type: 'array', items: eventId, maxItems: 20 },
    hashes: { type: 'object', required: ['sha256'], properties: { sha256: { type: 'string' } } },
    signatures: {
      type: 'object',
      description: 'Server name → key ID → signature in unpadded base64.',
      additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
    },
    unsigned: { type: 'object' },
  },
} as const

const pairs = {
  type: 'array',
  description: 'Pairs of an event ID and `{sha256: …}`, its reference hash.',
  items: { type: 'array', minItems: 2, maxItems: 2 },
} as const

/** A persistent data unit of room versions 1 and 2: it bears its ID, and cites events by ID and hash. rooms/v1/#event-format */
export const pduOfPairs = {
  ...pdu,
  required: [...pdu.required, 'room_id', 'event_id'],
  properties: {
    ...pdu.properties,
    event_id: { ...eventId, description: 'Ends in the name of the server that made the event.' },
    depth: { type: 'integer', minimum: 0, description: 'At most 2^63 − 1.' },
    auth_events: { ...pairs, maxItems: 10 },
    prev_events: { ...pairs, maxItems: 20 },
  },
} as const

/** An ephemeral data unit: what servers tell one another and do not keep. server-server-api/#edus */
export const edu = {
  type: 'object',
  required: ['edu_type', 'content'],
  properties: { edu_type: { type: 'string' }, content: { type: 'object' } },
} as const

export type ClientEvent = FromSchema<typeof clientEvent>
export type StateEvent = FromSchema<typeof stateEvent>
export type SyncEvent = FromSchema<typeof syncEvent>
export type StrippedState = FromSchema<typeof strippedState>
export type BasicEvent = FromSchema<typeof basicEvent>
export type PresenceEvent = FromSchema<typeof presenceEvent>
export type Unsigned = FromSchema<typeof unsigned>
