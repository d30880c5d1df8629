import { endpoint } from '../endpoint.ts'
import { roomAlias, roomId, roomIdOrAlias, serverName } from '../identifiers.ts'

const nothing = { type: 'object' } as const
const aliasParams = { type: 'object', required: ['roomAlias'], properties: { roomAlias } } as const
const roomParams = { type: 'object', required: ['roomId'], properties: { roomId } } as const
const visibility = { type: 'string', enum: ['private', 'public'] } as const

/** An alias of another server is asked for there. */
export const getRoomAlias = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  access: 'anyone',
  summary: 'Resolves an alias to a room and to servers that know it.',
  reference: 'client-server-api/#get_matrixclientv3directoryroomroomalias',
  params: aliasParams,
  response: {
    type: 'object',
    properties: { room_id: roomId, servers: { type: 'array', items: { type: 'string' } } },
  },
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

/** An alias that is taken answers 409 M_UNKNOWN. */
export const setRoomAlias = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  access: 'user',
  rateLimited: true,
  summary: 'Gives a room a new alias on this server.',
  reference: 'client-server-api/#put_matrixclientv3directoryroomroomalias',
  params: aliasParams,
  body: { type: 'object', required: ['room_id'], properties: { room_id: roomId } },
  response: nothing,
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN', 'M_NOT_FOUND', 'M_EXCLUSIVE'],
})

/** For the one who made it, for those who may change the canonical alias of the room, and for server administrators. */
export const deleteRoomAlias = endpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  access: 'user',
  rateLimited: true,
  summary: 'Takes an alias of this server away.',
  reference: 'client-server-api/#delete_matrixclientv3directoryroomroomalias',
  params: aliasParams,
  response: nothing,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM', 'M_EXCLUSIVE'],
})

export const getDirectoryVisibility = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/directory/list/room/:roomId',
  aliases: ['/_matrix/client/r0/directory/list/room/:roomId'],
  access: 'anyone',
  summary: 'Tells whether a room stands in the published directory.',
  reference: 'client-server-api/#get_matrixclientv3directorylistroomroomid',
  params: roomParams,
  response: { type: 'object', properties: { visibility } },
  errors: ['M_NOT_FOUND'],
})

/** For those who may change the canonical alias of the room, and for server administrators. */
export const setDirectoryVisibility = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/directory/list/room/:roomId',
  aliases: ['/_matrix/client/r0/directory/list/room/:roomId'],
  access: 'user',
  rateLimited: true,
  summary: 'Puts a room into the published directory, or takes it out.',
  reference: 'client-server-api/#put_matrixclientv3directorylistroomroomid',
  params: roomParams,
  body: { type: 'object', properties: { visibility: { ...visibility, default: 'public' } } },
  response: nothing,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN'],
})

const describedRoom = {
  room_id: roomId,
  name: { type: 'string' },
  topic: { type: 'string', description: 'Plain text.' },
  canonical_alias: roomAlias,
  avatar_url: { type: 'string', description: 'An `mxc://` URI.' },
  num_joined_members: { type: 'integer', minimum: 0 },
  world_readable: { type: 'boolean', description: 'It may be read without joining, by anyone.' },
  guest_can_join: { type: 'boolean' },
  join_rule: { type: 'string', description: 'Absent: `public`.' },
  room_type: { type: 'string', description: 'The `type` of the create event, such as `m.space`.' },
} as const
const describedAlways = ['room_id', 'num_joined_members', 'world_readable', 'guest_can_join'] as const

const publishedRooms = {
  type: 'object',
  required: ['chunk'],
  properties: {
    chunk: { type: 'array', items: { type: 'object', required: describedAlways, properties: describedRoom } },
    next_batch: { type: 'string', description: 'The `since` of the next page; absent when there is none.' },
    prev_batch: { type: 'string', description: 'The `since` of the page before; absent on the first.' },
    total_room_count_estimate: { type: 'integer', minimum: 0 },
  },
} as const

const page = {
  limit: { type: 'integer', minimum: 0, description: 'At most so many rooms. Absent, or above 500: the server gives at most 500.' },
  since: { type: 'string', description: 'A `next_batch` or `prev_batch`.' },
} as const
const server = { ...serverName, description: "Whose directory. Absent: this server's." } as const

/** The order is the server's own and stable; ours puts the rooms with most members first. */
export const listPublicRooms = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/publicRooms',
  aliases: ['/_matrix/client/r0/publicRooms'],
  access: 'optional',
  summary: 'Reads a page of the published directory.',
  reference: 'client-server-api/#get_matrixclientv3publicrooms',
  query: { type: 'object', properties: { ...page, server } },
  response: publishedRooms,
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN', 'M_MISSING_TOKEN'],
})

export const queryPublicRooms = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/publicRooms',
  aliases: ['/_matrix/client/r0/publicRooms'],
  access: 'user',
  summary: 'Reads a page of those rooms in the published directory that match a filter.',
  reference: 'client-server-api/#post_matrixclientv3publicrooms',
  query: { type: 'object', properties: { server } },
  body: {
    type: 'object',
    properties: {
      ...page,
      filter: {
        type: 'object',
        properties: {
          generic_search_term: { type: 'string', description: 'Found in name, topic or canonical alias, whatever the case.' },
          room_types: {
            type: 'array',
            items: { anyOf: [{ type: 'string' }, { type: 'null' }] },
            description: 'Only these types; `null` stands for rooms without one. Absent: all (v1.4).',
          },
        },
      },
      include_all_networks: { type: 'boolean', default: false, description: 'Also rooms of third-party networks.' },
      third_party_instance_id: { type: 'string', description: 'Only this network; not together with `include_all_networks`.' },
    },
  },
  response: publishedRooms,
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN'],
})

/** A room that the requester may neither join, knock on nor read answers like one that does not exist. */
export const getRoomSummary = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/room_summary/:roomIdOrAlias',
  aliases: [
    '/_matrix/client/unstable/im.nheko.summary/summary/:roomIdOrAlias',
    '/_matrix/client/unstable/im.nheko.summary/rooms/:roomIdOrAlias/summary',
  ],
  addedIn: 'v1.15',
  access: 'optional',
  rateLimited: true,
  summary: 'Describes a room to someone who may want to join it.',
  reference: 'client-server-api/#get_matrixclientv1room_summaryroomidoralias',
  params: { type: 'object', required: ['roomIdOrAlias'], properties: { roomIdOrAlias } },
  query: {
    type: 'object',
    properties: { via: { type: 'array', items: serverName, description: 'Servers to ask, if this one does not know the room.' } },
  },
  response: {
    type: 'object',
    required: describedAlways,
    properties: {
      ...describedRoom,
      membership: {
        type: 'string',
        enum: ['invite', 'join', 'knock', 'leave', 'ban'],
        description: "The requester's; only with a token.",
      },
      allowed_room_ids: { type: 'array', items: roomId, description: 'The rooms whose members may join a restricted room.' },
      encryption: { type: 'string', description: 'The algorithm; absent in a room that is not encrypted.' },
      room_version: { type: 'string' },
    },
  },
  errors: ['M_NOT_FOUND', 'M_MISSING_TOKEN'],
})
