import { endpoint } from '../endpoint.ts'
import { presetName } from '../extensions/presets.ts'
import { roomAlias, roomId, userId } from '../identifiers.ts'

/** client-server-api/#post_matrixclientv3createroom, section on third-party invites. */
const invite3pid = {
  type: 'object',
  required: ['id_server', 'id_access_token', 'medium', 'address'],
  properties: {
    id_server: { type: 'string', description: 'Host and port of the identity server.' },
    id_access_token: { type: 'string', description: 'A token of that identity server.' },
    medium: { type: 'string', examples: ['email', 'msisdn'] },
    address: { type: 'string' },
  },
} as const

const initialStateEvent = {
  type: 'object',
  required: ['type', 'content'],
  properties: {
    type: { type: 'string', minLength: 1, maxLength: 255 },
    state_key: { type: 'string', maxLength: 255, default: '' },
    content: { type: 'object' },
  },
} as const

/**
 * The first events, in order: create, the creator's join, power levels, canonical alias, those of the preset, `initial_state`,
 * name and topic, invites. All of them stand, or the room is not made at all.
 */
export const createRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/createRoom',
  aliases: ['/_matrix/client/r0/createRoom'],
  access: 'user',
  rateLimited: true,
  summary: 'Makes a room, with the requester as its first member.',
  reference: 'client-server-api/#post_matrixclientv3createroom',
  canonical: true,
  body: {
    type: 'object',
    properties: {
      visibility: {
        type: 'string',
        enum: ['public', 'private'],
        default: 'private',
        description: 'Whether the room stands in the published directory.',
      },
      room_alias_name: {
        type: 'string',
        minLength: 1,
        maxLength: 250,
        description: 'The localpart of an alias here, without `#` and server; it becomes the canonical alias.',
      },
      name: { type: 'string', description: 'Wins over an `m.room.name` in `initial_state`.' },
      topic: { type: 'string', description: 'Plain text; wins over an `m.room.topic` in `initial_state`.' },
      invite: { type: 'array', items: userId },
      invite_3pid: { type: 'array', items: invite3pid },
      room_version: { type: 'string', description: 'Absent: the default that `/capabilities` names.', examples: ['12'] },
      creation_content: {
        type: 'object',
        description: "Further keys of `m.room.create`; `creator` and `room_version` are the server's and are overwritten.",
        properties: {
          type: { type: 'string', description: 'The kind of room, such as `m.space`.' },
          'm.federate': { type: 'boolean', description: 'Absent: true. It cannot be changed later.' },
          additional_creators: { type: 'array', items: userId, description: 'Room version 12 and later.' },
          predecessor: { type: 'object', properties: { room_id: roomId } },
        },
      },
      initial_state: { type: 'array', items: initialStateEvent, description: 'Set in this order; wins over the preset.' },
      preset: {
        type: 'string',
        enum: ['private_chat', 'public_chat', 'trusted_private_chat'],
        description: 'Absent: `public_chat` if `visibility` is `public`, else `private_chat`.',
      },
      is_direct: { type: 'boolean', description: 'Marks the invites as those of a direct conversation.' },
      power_level_content_override: { type: 'object', description: 'Keys that replace those of the first `m.room.power_levels`.' },
      'chat.hallway.preset': {
        ...presetName,
        description: 'A team preset in place of `preset`; see the extension for rooms. A server without it makes the room without it.',
      },
    },
  },
  response: { type: 'object', required: ['room_id'], properties: { room_id: roomId } },
  errors: [
    'M_ROOM_IN_USE',
    'M_INVALID_ROOM_STATE',
    'M_UNSUPPORTED_ROOM_VERSION',
    'M_INVALID_PARAM',
    'M_EXCLUSIVE',
    'M_FORBIDDEN',
    'M_INVITE_BLOCKED',
    'chat.hallway.POLICY',
  ],
})

/**
 * Members of this server find themselves in the new room where it lets them in, as do those invited; people of other servers follow the
 * tombstone. In rooms from presets the server upgrades for whoever may change the power levels; see the extension.
 */
export const upgradeRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/upgrade',
  aliases: ['/_matrix/client/r0/rooms/:roomId/upgrade'],
  access: 'user',
  rateLimited: true,
  summary: 'Puts a new room of another version in the place of a room, and closes the old one.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidupgrade',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  body: {
    type: 'object',
    required: ['new_version'],
    properties: {
      new_version: { type: 'string', examples: ['12'] },
      additional_creators: {
        type: 'array',
        items: { type: 'string' },
        description: 'User IDs, for room version 12 and later, where those of the old room are not taken over; ignored before. v1.16',
      },
    },
  },
  response: { type: 'object', required: ['replacement_room'], properties: { replacement_room: roomId } },
  errors: ['M_UNSUPPORTED_ROOM_VERSION', 'M_FORBIDDEN', 'M_BAD_STATE', 'M_INVALID_PARAM', 'chat.hallway.POLICY', 'chat.hallway.DM_LOCKED'],
})

export const listJoinedRooms = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/joined_rooms',
  aliases: ['/_matrix/client/r0/joined_rooms'],
  access: 'user',
  summary: 'Lists the rooms that the requester is joined to.',
  reference: 'client-server-api/#get_matrixclientv3joined_rooms',
  response: { type: 'object', required: ['joined_rooms'], properties: { joined_rooms: { type: 'array', items: roomId } } },
})

/** For members, and for everyone where history is `world_readable`. */
export const listRoomAliases = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/aliases',
  aliases: ['/_matrix/client/r0/rooms/:roomId/aliases'],
  access: 'user',
  rateLimited: true,
  summary: 'Lists the aliases that this server keeps for a room.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomidaliases',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  response: { type: 'object', required: ['aliases'], properties: { aliases: { type: 'array', items: roomAlias } } },
  errors: ['M_FORBIDDEN'],
})
