import { endpoint } from '../endpoint.ts'
import { roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const eventType = { type: 'string', minLength: 1, maxLength: 255 } as const
const globalParams = {
  type: 'object',
  required: ['userId', 'type'],
  properties: { userId, type: eventType },
} as const
const roomParams = {
  type: 'object',
  required: ['userId', 'roomId', 'type'],
  properties: { userId, roomId, type: eventType },
} as const

export const getAccountData = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/user/:userId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/account_data/:type'],
  access: 'user',
  summary: 'Gives one piece of what the user keeps on the server for all rooms.',
  reference: 'client-server-api/#get_matrixclientv3useruseridaccount_datatype',
  params: globalParams,
  response: { type: 'object' },
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN'],
})

export const putAccountData = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/user/:userId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/account_data/:type'],
  access: 'user',
  summary: 'Keeps one piece of data for the user; all devices see it. Types that the server writes answer 405.',
  reference: 'client-server-api/#put_matrixclientv3useruseridaccount_datatype',
  params: globalParams,
  body: { type: 'object', description: 'The content.' },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_BAD_JSON'],
})

export const getRoomAccountData = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/account_data/:type'],
  access: 'user',
  summary: 'Gives one piece of what the user keeps on the server about a room.',
  reference: 'client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype',
  params: roomParams,
  response: { type: 'object' },
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
})

export const putRoomAccountData = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/account_data/:type'],
  access: 'user',
  summary: 'Keeps one piece of data for the user about a room. Types that the server writes answer 405.',
  reference: 'client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype',
  params: roomParams,
  body: { type: 'object', description: 'The content.' },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_BAD_JSON', 'M_INVALID_PARAM'],
})

/** What a tag carries. client-server-api/#mtag */
export const tag = {
  type: 'object',
  properties: { order: { type: 'number', minimum: 0, maximum: 1, description: 'Where the room stands below the tag, 0 first.' } },
} as const

const tagParams = {
  type: 'object',
  required: ['userId', 'roomId', 'tag'],
  properties: { userId, roomId, tag: { type: 'string', minLength: 1, maxLength: 255 } },
} as const

export const listTags = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/tags'],
  access: 'user',
  summary: 'Lists the tags that the user has put on a room.',
  reference: 'client-server-api/#get_matrixclientv3useruseridroomsroomidtags',
  params: { type: 'object', required: ['userId', 'roomId'], properties: { userId, roomId } },
  response: {
    type: 'object',
    properties: {
      tags: {
        type: 'object',
        additionalProperties: { type: 'object', properties: { order: { type: 'number' } } },
      },
    },
  },
  errors: ['M_FORBIDDEN'],
})

export const putTag = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/tags/:tag'],
  access: 'user',
  summary: 'Puts a tag on a room, for the user alone.',
  reference: 'client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag',
  params: tagParams,
  body: tag,
  response: { type: 'object' },
  errors: ['M_FORBIDDEN'],
})

export const deleteTag = endpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/tags/:tag'],
  access: 'user',
  summary: 'Takes a tag off a room.',
  reference: 'client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag',
  params: tagParams,
  response: { type: 'object' },
  errors: ['M_FORBIDDEN'],
})

const strings = { type: 'array', items: { type: 'string' } } as const
const eventFilterProperties = {
  limit: { type: 'integer', minimum: 0, description: 'At most so many events; the server has a ceiling of its own.' },
  types: { ...strings, description: 'Event types, `*` for any run of characters. Absent: all.' },
  not_types: strings,
  senders: { type: 'array', items: userId },
  not_senders: { type: 'array', items: userId },
} as const

/** Chooses events outside of rooms. client-server-api/#filtering */
export const eventFilter = { type: 'object', properties: eventFilterProperties } as const

/** Chooses events of rooms. client-server-api/#filtering */
export const roomEventFilter = {
  type: 'object',
  properties: {
    ...eventFilterProperties,
    rooms: { type: 'array', items: roomId },
    not_rooms: { type: 'array', items: roomId },
    contains_url: { type: 'boolean', description: 'Only events with (true) or without (false) a `url` in their content.' },
    lazy_load_members: { type: 'boolean', description: 'Absent: false.' },
    include_redundant_members: { type: 'boolean', description: 'Absent: false.' },
    unread_thread_notifications: { type: 'boolean', description: 'For sync alone. Absent: false. v1.4' },
  },
} as const

/** What a sync gives. No key has a default here, since a kept filter is given back as it came. client-server-api/#filtering */
export const filter = {
  type: 'object',
  properties: {
    event_fields: {
      ...strings,
      description:
        'Dot-separated paths of the fields to keep of the events of rooms; `\\` before a dot that is part of a name. Absent: all.',
    },
    event_format: { enum: ['client', 'federation'], description: 'Absent: `client`.' },
    presence: eventFilter,
    account_data: eventFilter,
    room: {
      type: 'object',
      properties: {
        rooms: { type: 'array', items: roomId },
        not_rooms: { type: 'array', items: roomId },
        include_leave: { type: 'boolean', description: 'Absent: false.' },
        ephemeral: roomEventFilter,
        state: roomEventFilter,
        timeline: roomEventFilter,
        account_data: roomEventFilter,
      },
    },
  },
} as const

export const createFilter = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/user/:userId/filter',
  aliases: ['/_matrix/client/r0/user/:userId/filter'],
  access: 'user',
  summary: 'Keeps a filter under an ID that sync takes.',
  reference: 'client-server-api/#post_matrixclientv3useruseridfilter',
  params: { type: 'object', required: ['userId'], properties: { userId } },
  body: filter,
  response: {
    type: 'object',
    required: ['filter_id'],
    properties: { filter_id: { type: 'string', pattern: '^[^{]', description: 'Never begins with a brace.' } },
  },
  errors: ['M_FORBIDDEN'],
})

export const getFilter = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/user/:userId/filter/:filterId',
  aliases: ['/_matrix/client/r0/user/:userId/filter/:filterId'],
  access: 'user',
  summary: 'Gives a kept filter.',
  reference: 'client-server-api/#get_matrixclientv3useruseridfilterfilterid',
  params: {
    type: 'object',
    required: ['userId', 'filterId'],
    properties: { userId, filterId: { type: 'string', maxLength: 255 } },
  },
  response: filter,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN'],
})

export type EventFilter = FromSchema<typeof eventFilter>
export type RoomEventFilter = FromSchema<typeof roomEventFilter>
export type Filter = FromSchema<typeof filter>
