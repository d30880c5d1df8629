import { endpoint } from '../endpoint.ts'
import { clientEvent } from '../event.ts'
import { roomId, roomIdOrAlias, serverName, userId } from '../identifiers.ts'

const roomParams = { type: 'object', required: ['roomId'], properties: { roomId } } as const
const reason = { type: 'string', description: 'Kept in the membership event, for all to read.' } as const
const onlyReason = { type: 'object', properties: { reason } } as const
const target = { type: 'object', required: ['user_id'], properties: { user_id: userId, reason } } as const
const nothing = { type: 'object' } as const
const membership = { type: 'string', enum: ['join', 'invite', 'knock', 'leave', 'ban'] } as const

/** client-server-api/#third-party-invites */
const thirdPartySigned = {
  type: 'object',
  description: 'Proof that the requester owns the address that a pending `m.room.third_party_invite` names.',
  required: ['sender', 'mxid', 'token', 'signatures'],
  properties: {
    sender: { ...userId, description: 'Who invited.' },
    mxid: { ...userId, description: 'Who was invited.' },
    token: { type: 'string', description: 'The state key of the third-party invite.' },
    signatures: { type: 'object', additionalProperties: { type: 'object', additionalProperties: { type: 'string' } } },
  },
} as const

const joinBody = { type: 'object', properties: { reason, third_party_signed: thirdPartySigned } } as const
const joined = { type: 'object', required: ['room_id'], properties: { room_id: roomId } } as const

/** A member who joins again is answered alike, and no event is sent. */
export const joinRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/join/:roomIdOrAlias',
  aliases: ['/_matrix/client/r0/join/:roomIdOrAlias'],
  access: 'user',
  rateLimited: true,
  summary: 'Joins a room that is named by its ID or by an alias.',
  reference: 'client-server-api/#post_matrixclientv3joinroomidoralias',
  params: { type: 'object', required: ['roomIdOrAlias'], properties: { roomIdOrAlias } },
  query: {
    type: 'object',
    properties: {
      via: { type: 'array', items: serverName, description: 'Servers to join through (v1.12).' },
      server_name: { type: 'array', items: serverName, deprecated: true, description: 'The older name of `via`, which wins.' },
    },
  },
  body: joinBody,
  response: joined,
  errors: [
    'M_FORBIDDEN',
    'M_NOT_FOUND',
    'M_UNABLE_TO_AUTHORISE_JOIN',
    'M_UNABLE_TO_GRANT_JOIN',
    'M_INCOMPATIBLE_ROOM_VERSION',
    'M_UNSUPPORTED_ROOM_VERSION',
  ],
})

/** As `joinRoom`, for a room that this server or the inviter's knows. */
export const joinRoomById = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/join',
  aliases: ['/_matrix/client/r0/rooms/:roomId/join'],
  access: 'user',
  rateLimited: true,
  summary: 'Joins a room that is named by its ID.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidjoin',
  params: roomParams,
  body: joinBody,
  response: joined,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_UNABLE_TO_AUTHORISE_JOIN', 'M_UNABLE_TO_GRANT_JOIN'],
})

/** Whoever may invite answers: an invite admits, a kick or a ban refuses; `/leave` takes the knock back. */
export const knockRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/knock/:roomIdOrAlias',
  access: 'user',
  rateLimited: true,
  addedIn: 'v1.1',
  summary: 'Asks to be let into a room whose join rule is `knock` or `knock_restricted`.',
  reference: 'client-server-api/#post_matrixclientv3knockroomidoralias',
  params: { type: 'object', required: ['roomIdOrAlias'], properties: { roomIdOrAlias } },
  query: {
    type: 'object',
    properties: {
      via: { type: 'array', items: serverName, description: 'Servers to knock through (v1.12).' },
      server_name: { type: 'array', items: serverName, deprecated: true, description: 'The older name of `via`, which wins.' },
    },
  },
  body: onlyReason,
  response: joined,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
})

/** Inviting someone who is invited already succeeds. In rooms made from a team preset, a local account is a member at once. */
export const inviteUser = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/invite',
  aliases: ['/_matrix/client/r0/rooms/:roomId/invite'],
  access: 'user',
  rateLimited: true,
  summary: 'Invites someone to a room.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidinvite',
  params: roomParams,
  body: target,
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_UNSUPPORTED_ROOM_VERSION', 'M_INVITE_BLOCKED', 'chat.hallway.DM_LOCKED'],
})

/** Also turns an invite or a knock down. */
export const leaveRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/leave',
  aliases: ['/_matrix/client/r0/rooms/:roomId/leave'],
  access: 'user',
  rateLimited: true,
  summary: 'Leaves a room, or turns its invite down.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidleave',
  params: roomParams,
  body: onlyReason,
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM', 'chat.hallway.POLICY'],
})

/** Needs the level `kick`, and more power than the target has. */
export const kickUser = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/kick',
  aliases: ['/_matrix/client/r0/rooms/:roomId/kick'],
  access: 'user',
  summary: 'Makes someone leave a room, or takes their invite back.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidkick',
  params: roomParams,
  body: target,
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
})

/** Needs the level `ban`, and more power than the target has. */
export const banUser = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/ban',
  aliases: ['/_matrix/client/r0/rooms/:roomId/ban'],
  access: 'user',
  summary: 'Keeps someone out of a room until the ban is lifted; a member leaves by it.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidban',
  params: roomParams,
  body: target,
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
})

/** The membership becomes `leave`: nobody is brought back by it. */
export const unbanUser = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/unban',
  aliases: ['/_matrix/client/r0/rooms/:roomId/unban'],
  access: 'user',
  summary: 'Lifts a ban.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidunban',
  params: roomParams,
  body: target,
  response: nothing,
  errors: ['M_FORBIDDEN', 'M_BAD_STATE', 'M_NOT_FOUND'],
})

/** Only after leaving (400 M_UNKNOWN otherwise). The room then leaves the requester's archive and syncs. */
export const forgetRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/forget',
  aliases: ['/_matrix/client/r0/rooms/:roomId/forget'],
  access: 'user',
  rateLimited: true,
  summary: 'Gives up the history of a room that the requester has left.',
  reference: 'client-server-api/#post_matrixclientv3roomsroomidforget',
  params: roomParams,
  response: nothing,
  errors: ['M_NOT_FOUND'],
})

/** With both filters a member is listed who matches either: the membership is the one, *or* is not the other. */
export const listMembers = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/members',
  aliases: ['/_matrix/client/r0/rooms/:roomId/members'],
  access: 'user',
  summary: 'Lists the membership events of a room; for someone who left, as they were then.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomidmembers',
  params: roomParams,
  query: {
    type: 'object',
    properties: {
      at: { type: 'string', description: 'A `prev_batch` of a sync: the members at that point. Absent: now.' },
      membership: { ...membership, description: 'Only these.' },
      not_membership: { ...membership, description: 'All but these.' },
    },
  },
  response: { type: 'object', properties: { chunk: { type: 'array', items: clientEvent } } },
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
})

/** For members alone. */
export const listJoinedMembers = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/joined_members',
  aliases: ['/_matrix/client/r0/rooms/:roomId/joined_members'],
  access: 'user',
  summary: 'Maps the joined members of a room to their names and avatars there.',
  reference: 'client-server-api/#get_matrixclientv3roomsroomidjoined_members',
  params: roomParams,
  response: {
    type: 'object',
    properties: {
      joined: {
        type: 'object',
        propertyNames: userId,
        additionalProperties: {
          type: 'object',
          properties: {
            display_name: { type: 'string' },
            avatar_url: { type: 'string', description: 'An `mxc://` URI.' },
          },
        },
      },
    },
  },
  errors: ['M_FORBIDDEN'],
})
