import { endpoint } from '../endpoint.ts'
import { eventId, roomId } from '../identifiers.ts'

/** client-server-api/#transaction-identifiers */
const txnId = {
  type: 'string',
  minLength: 1,
  maxLength: 512,
  description: 'Chosen by the caller; a repeat by the same device on the same path answers as the first did and sends nothing.',
} as const

/**
 * The content is any object; the whole event, signed, is at most 65,536 bytes (M_TOO_LARGE).
 * A redaction may be sent here too, with `redacts` in its content.
 */
export const sendMessage = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/send/:eventType/:txnId'],
  access: 'user',
  rateLimited: true,
  summary: 'Sends a message event into a room, once for each transaction ID.',
  reference: 'client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid',
  params: {
    type: 'object',
    required: ['roomId', 'eventType', 'txnId'],
    properties: { roomId, eventType: { type: 'string', minLength: 1, maxLength: 255 }, txnId },
  },
  canonical: true,
  body: { type: 'object', description: 'The content of the event.' },
  response: { type: 'object', required: ['event_id'], properties: { event_id: eventId } },
  errors: ['M_FORBIDDEN', 'M_TOO_LARGE', 'M_DUPLICATE_ANNOTATION'],
})

/** Own events need the level of `m.room.redaction`, those of others also the level `redact`. It cannot be undone. */
export const redactEvent = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/redact/:eventId/:txnId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/redact/:eventId/:txnId'],
  access: 'user',
  rateLimited: true,
  summary: 'Strips an event of its content, for everyone and for good.',
  reference: 'client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid',
  params: { type: 'object', required: ['roomId', 'eventId', 'txnId'], properties: { roomId, eventId, txnId } },
  body: { type: 'object', properties: { reason: { type: 'string', description: 'Shown to people in place of the content.' } } },
  response: { type: 'object', properties: { event_id: { ...eventId, description: 'The redaction, not its target.' } } },
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_TOO_LARGE'],
})
