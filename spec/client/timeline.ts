import { endpoint } from '../endpoint.ts'
import { clientEvent } from '../event.ts'
import { eventId, roomId } from '../identifiers.ts'

const roomParams = { type: 'object', required: ['roomId'], properties: { roomId } } as const
const eventParams = { type: 'object', required: ['roomId', 'eventId'], properties: { roomId, eventId } } as const
const direction = { type: 'string', enum: ['b', 'f'], description: '`b`: newest first, back in time; `f`: oldest first.' } as const
const limit = {
  type: 'integer',
  minimum: 0,
  default: 10,
  description: 'At most so many events; above 1,000 the server gives 1,000.',
} as const
const filter = { type: 'string', description: 'A room event filter as JSON text. client-server-api/#filtering' } as const
const events = { type: 'array', items: clientEvent } as const

/** Pages end when `end` is absent; an empty `chunk` with an `end` means that there is more. */
export const getMessages = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/messages',
  aliases: ['/_matrix/client/r0/rooms/:roomId/messages'],
  access: 'user',
  summary: "Reads a page of a room's history, in either direction.",
  reference: 'client-server-api/#get_matrixclientv3roomsroomidmessages',
  params: roomParams,
  query: {
    type: 'object',
    required: ['dir'],
    properties: {
      from: { type: 'string', description: 'A token of a sync or of an earlier page. Absent: the newest (`b`) or oldest (`f`) end.' },
      to: { type: 'string', description: 'A token at which to stop.' },
      dir: direction,
      limit,
      filter,
    },
  },
  response: {
    type: 'object',
    required: ['start', 'chunk'],
    properties: {
      start: { type: 'string', description: 'Where the page begins.' },
      end: { type: 'string', description: 'The `from` of the next page; absent when there is none.' },
      chunk: events,
      state: { ...events, description: 'Members that the page needs, when the filter loads members lazily.' },
    },
  },
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
})

/** The event itself is given whatever `limit` and filter say. */
export const getEventContext = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/context/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/context/:eventId'],
  access: 'user',
  summary: 'Reads an event with those around it.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomidcontexteventid',
  params: eventParams,
  query: {
    type: 'object',
    properties: {
      limit: { ...limit, description: 'How many events around it, both sides together; above 1,000 the server gives 1,000.' },
      filter,
    },
  },
  response: {
    type: 'object',
    properties: {
      start: { type: 'string', description: 'Pages backwards from here with `/messages`.' },
      end: { type: 'string', description: 'Pages forwards from here with `/messages`.' },
      event: clientEvent,
      events_before: { ...events, description: 'Newest first.' },
      events_after: { ...events, description: 'Oldest first.' },
      state: { ...events, description: 'The state at the last event given.' },
    },
  },
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
})

/** An event that the requester may not read answers like one that does not exist. */
export const getEvent = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/event/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/event/:eventId'],
  access: 'user',
  summary: 'Reads one event of a room.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomideventeventid',
  params: eventParams,
  response: clientEvent,
  errors: ['M_NOT_FOUND'],
})

const relationsQuery = {
  type: 'object',
  properties: {
    from: { type: 'string', description: 'A token of a sync, of `/messages` or of an earlier page. Absent: the end that `dir` begins at.' },
    to: { type: 'string', description: 'A token at which to stop.' },
    limit: { ...limit, minimum: 1 },
    dir: { ...direction, default: 'b' },
    recurse: { type: 'boolean', description: 'Also relations to the relations, at least three deep (v1.10).' },
  },
} as const

const relationsPage = {
  type: 'object',
  required: ['chunk'],
  properties: {
    chunk: events,
    next_batch: { type: 'string', description: 'The `from` of the next page; absent when there is none.' },
    prev_batch: { type: 'string', description: 'The `from` of the page before; absent on the first.' },
    recursion_depth: { type: 'integer', minimum: 0, description: 'How deep the server went; exactly when `recurse` was given.' },
  },
} as const

const relationType = { type: 'string', minLength: 1, examples: ['m.annotation', 'm.replace', 'm.thread', 'm.reference'] } as const

export const listRelations = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId',
  addedIn: 'v1.3',
  access: 'user',
  summary: 'Lists the events that relate to an event.',
  reference: 'client-server-api/#get_matrixclientv1roomsroomidrelationseventid',
  params: eventParams,
  query: relationsQuery,
  response: relationsPage,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export const listRelationsOfType = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType',
  addedIn: 'v1.3',
  access: 'user',
  summary: 'Lists the events that relate to an event in one way.',
  reference: 'client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype',
  params: {
    type: 'object',
    required: ['roomId', 'eventId', 'relType'],
    properties: { roomId, eventId, relType: relationType },
  },
  query: relationsQuery,
  response: relationsPage,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

/** In encrypted rooms the type is nearly always `m.room.encrypted`, whatever is inside. */
export const listRelationsOfEventType = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType/:eventType',
  addedIn: 'v1.3',
  access: 'user',
  summary: 'Lists the events of one type that relate to an event in one way.',
  reference: 'client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype',
  params: {
    type: 'object',
    required: ['roomId', 'eventId', 'relType', 'eventType'],
    properties: { roomId, eventId, relType: relationType, eventType: { type: 'string', minLength: 1, maxLength: 255 } },
  },
  query: relationsQuery,
  response: relationsPage,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

/** Pages end when `next_batch` is absent; an empty `chunk` with a `next_batch` means that there is more. */
export const listThreads = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/threads',
  addedIn: 'v1.4',
  access: 'user',
  rateLimited: true,
  summary: 'Lists the threads of a room by their roots, the thread with the newest reply first.',
  reference: 'client-server-api/#get_matrixclientv1roomsroomidthreads',
  params: roomParams,
  query: {
    type: 'object',
    properties: {
      include: {
        type: 'string',
        enum: ['all', 'participated'],
        default: 'all',
        description: '`participated`: only threads that the requester began or replied in.',
      },
      limit: { type: 'integer', minimum: 1, default: 20, description: 'At most so many threads; above 100 the server gives 100.' },
      from: { type: 'string', description: 'The `next_batch` of an earlier page. Absent: the newest thread.' },
    },
  },
  response: {
    type: 'object',
    required: ['chunk'],
    properties: {
      chunk: { ...events, description: 'The roots, each with its thread bundled. That of an ignored user comes redacted.' },
      next_batch: { type: 'string', description: 'The `from` of the next page; absent when there is none.' },
    },
  },
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
})
