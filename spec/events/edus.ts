import { eventId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/** `m.typing`, for clients: everybody who types in the room now. client-server-api/#mtyping */
export const typingContent = {
  type: 'object',
  required: ['user_ids'],
  properties: { user_ids: { type: 'array', items: userId } },
} as const

const receipt = {
  type: 'object',
  properties: {
    ts: { type: 'integer', description: 'Milliseconds since the Unix epoch.' },
    thread_id: { type: 'string', description: '`main`, or the root of a thread. Absent: the whole room. v1.4' },
  },
} as const
const byReader = { type: 'object', propertyNames: userId, additionalProperties: receipt } as const

/** `m.receipt`, for clients: event → type of receipt → reader → receipt. client-server-api/#mreceipt */
export const receiptContent = {
  type: 'object',
  propertyNames: eventId,
  additionalProperties: {
    type: 'object',
    properties: {
      'm.read': byReader,
      'm.read.private': { ...byReader, description: 'The own ones alone.' },
    },
  },
} as const

export const presenceState = { enum: ['online', 'unavailable', 'offline'] } as const

/** `m.presence`, for clients. client-server-api/#mpresence */
export const presenceContent = {
  type: 'object',
  required: ['presence'],
  properties: {
    presence: presenceState,
    last_active_ago: { type: 'number', minimum: 0, description: 'Milliseconds.' },
    currently_active: { type: 'boolean' },
    status_msg: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    displayname: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    avatar_url: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
} as const

/** `m.typing` between servers: one user, on or off. server-server-api/#typing-notifications */
export const typingEdu = {
  type: 'object',
  required: ['room_id', 'user_id', 'typing'],
  properties: { room_id: { type: 'string', format: 'room-id', maxLength: 255 }, user_id: userId, typing: { type: 'boolean' } },
} as const

/** `m.receipt` between servers: room → type → reader → events and receipt. server-server-api/#receipts */
export const receiptEdu = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: {
      'm.read': {
        type: 'object',
        propertyNames: userId,
        additionalProperties: {
          type: 'object',
          required: ['event_ids', 'data'],
          properties: { event_ids: { type: 'array', items: eventId }, data: receipt },
        },
      },
    },
  },
} as const

/** `m.presence` between servers. server-server-api/#presence */
export const presenceEdu = {
  type: 'object',
  required: ['push'],
  properties: {
    push: {
      type: 'array',
      items: {
        type: 'object',
        required: ['user_id', 'presence'],
        properties: {
          user_id: userId,
          presence: presenceState,
          last_active_ago: { type: 'integer', minimum: 0 },
          currently_active: { type: 'boolean' },
          status_msg: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        },
      },
    },
  },
} as const

export type TypingContent = FromSchema<typeof typingContent>
export type ReceiptContent = FromSchema<typeof receiptContent>
export type PresenceState = FromSchema<typeof presenceState>
export type PresenceContent = FromSchema<typeof presenceContent>
export type TypingEdu = FromSchema<typeof typingEdu>
export type ReceiptEdu = FromSchema<typeof receiptEdu>
export type PresenceEdu = FromSchema<typeof presenceEdu>
