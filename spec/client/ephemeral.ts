import { endpoint } from '../endpoint.ts'
import { eventId, roomId, userId } from '../identifiers.ts'

const nothing = { type: 'object' } as const
const presenceState = { type: 'string', enum: ['online', 'offline', 'unavailable'] } as const

/** Only of oneself, and as a member. */
export const setTyping = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/typing/:userId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/typing/:userId'],
  access: 'user',
  rateLimited: true,
  summary: 'Tells a room that the requester has begun to type, or has stopped.',
  reference: 'client-server-api/#put_matrixclientv3roomsroomidtypinguserid',
  params: { type: 'object', required: ['roomId', 'userId'], properties: { roomId, userId } },
  body: {
    type: 'object',
    required: ['typing'],
    properties: {
      typing: { type: 'boolean' },
      timeout: {
        type: 'integer',
        minimum: 0,
        default: 30_000,
        description: 'Milliseconds until it ends by itself; above 120,000 the server takes 120,000.',
      },
    },
  },
  response: nothing,
  errors: ['M_FORBIDDEN'],
})

/** A receipt never moves backwards: one for an older event succeeds and changes nothing. */
export const sendReceipt = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/receipt/:receiptType/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/receipt/:receiptType/:eventId'],
  access: 'user',
  rateLimited: true,
  summary: 'Marks a room, or one thread of it, as read up to an event.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid',
  params: {
    type: 'object',
    required: ['roomId', 'receiptType', 'eventId'],
    properties: {
      roomId,
      receiptType: {
        type: 'string',
        enum: ['m.read', 'm.read.private', 'm.fully_read'],
        description: '`m.read.private` is told to nobody else; `m.fully_read` is the marker of `/read_markers` (both v1.4).',
      },
      eventId,
    },
  },
  body: {
    type: 'object',
    properties: {
      thread_id: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        description: "The root of the event's thread, or `main` (v1.4). Absent: the whole room. Never with `m.fully_read`.",
      },
    },
  },
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export const setReadMarkers = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/read_markers',
  aliases: ['/_matrix/client/r0/rooms/:roomId/read_markers'],
  access: 'user',
  rateLimited: true,
  summary: 'Moves the read marker of a room, and with it the receipts that are named.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidread_markers',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  body: {
    type: 'object',
    properties: {
      'm.fully_read': { ...eventId, description: 'Where the requester has read to; an event of this room.' },
      'm.read': { ...eventId, description: 'As an `m.read` receipt.' },
      'm.read.private': { ...eventId, description: 'As an `m.read.private` receipt (v1.4).' },
    },
  },
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
})

/** Of those the requester shares a room with; of anyone else 403 M_FORBIDDEN. */
export const getPresence = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/presence/:userId/status',
  aliases: ['/_matrix/client/r0/presence/:userId/status'],
  access: 'user',
  summary: 'Tells whether someone is online.',
  reference: 'client-server-api/#get_matrixclientv3presenceuseridstatus',
  params: { type: 'object', required: ['userId'], properties: { userId } },
  response: {
    type: 'object',
    required: ['presence'],
    properties: {
      presence: presenceState,
      last_active_ago: { type: 'integer', minimum: 0, description: 'Milliseconds since they last did something.' },
      status_msg: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      currently_active: { type: 'boolean' },
    },
  },
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
})

/** Only of oneself. */
export const setPresence = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/presence/:userId/status',
  aliases: ['/_matrix/client/r0/presence/:userId/status'],
  access: 'user',
  rateLimited: true,
  summary: "Sets the requester's presence and status message.",
  reference: 'client-server-api/#put_matrixclientv3presenceuseridstatus',
  params: { type: 'object', required: ['userId'], properties: { userId } },
  body: {
    type: 'object',
    required: ['presence'],
    properties: {
      presence: presenceState,
      status_msg: { type: 'string', maxLength: 2048, description: 'Absent: the message is taken away.' },
    },
  },
  response: nothing,
  errors: ['M_FORBIDDEN'],
})
