import { endpoint } from '../endpoint.ts'
import { clientEvent } from '../event.ts'
import { eventId, roomId } from '../identifiers.ts'

/** The paths without a state key, with and without the slash at their end, mean the empty state key. */
const entryParams = {
  type: 'object',
  required: ['roomId', 'eventType'],
  properties: {
    roomId,
    eventType: { type: 'string', minLength: 1, maxLength: 255 },
    stateKey: { type: 'string', maxLength: 255, default: '' },
  },
} as const

const entryAliases = [
  '/_matrix/client/v3/rooms/:roomId/state/:eventType',
  '/_matrix/client/v3/rooms/:roomId/state/:eventType/',
  '/_matrix/client/r0/rooms/:roomId/state/:eventType/:stateKey',
  '/_matrix/client/r0/rooms/:roomId/state/:eventType',
  '/_matrix/client/r0/rooms/:roomId/state/:eventType/',
] as const

export const getState = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/state',
  aliases: ['/_matrix/client/r0/rooms/:roomId/state'],
  access: 'user',
  summary: 'Reads the whole state of a room; for someone who left, as it was then.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomidstate',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  response: { type: 'array', items: clientEvent },
  errors: ['M_FORBIDDEN'],
})

/** Answers the content alone, or the whole client event where `format` asks for it. */
export const getStateEvent = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  aliases: entryAliases,
  access: 'user',
  summary: "Reads one entry of a room's state; for someone who left, as it was then.",
  reference: 'client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey',
  params: entryParams,
  query: {
    type: 'object',
    properties: {
      format: { type: 'string', enum: ['content', 'event'], default: 'content', description: 'The content, or the whole event (v1.16).' },
    },
  },
  response: { type: 'object', description: 'The content, or the client event.' },
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
})

/**
 * There is no transaction ID: what is already so is not sent again, and the answer names the event that made it so.
 * Membership set by it follows the same rules as the endpoints for membership.
 */
export const setState = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  aliases: entryAliases,
  access: 'user',
  rateLimited: true,
  summary: "Sets one entry of a room's state.",
  reference: 'client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey',
  params: entryParams,
  canonical: true,
  body: { type: 'object', description: 'The content of the event.' },
  response: { type: 'object', required: ['event_id'], properties: { event_id: eventId } },
  errors: [
    'M_FORBIDDEN',
    'M_TOO_LARGE',
    'M_BAD_ALIAS',
    'M_INVALID_PARAM',
    'M_INVITE_BLOCKED',
    'chat.hallway.DM_LOCKED',
    'chat.hallway.POLICY',
  ],
})
