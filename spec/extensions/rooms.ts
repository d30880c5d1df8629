import { endpoint } from '../endpoint.ts'
import { roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'
import { policy } from './kind-and-policy.ts'
import { presetName } from './presets.ts'

const level = { type: 'integer', minimum: 0, maximum: 101 } as const

/**
 * What a room departs from its preset in: power levels (0 everyone, 50 admins, 100 owners, 101 nobody) and keys of the
 * policy. What the server does not enforce, or its configuration forbids, it refuses with `chat.hallway.POLICY`.
 */
export const presetOverrides = {
  type: 'object',
  properties: {
    ...policy.properties,
    invite_level: { ...level, description: 'Who adds people.' },
    remove_level: { ...level, description: 'Who removes and bans people.' },
    name_level: { ...level, description: 'Who renames the room and sets its topic and avatar.' },
    post_level: { ...level, description: 'Who sends messages.' },
  },
} as const

/**
 * The room's creator is `@_system` of the server, so that ownership can change hands; the requester is its first owner,
 * with level 100. People of this server who are in `invite` are members at once; others are invited.
 * `dm` does what `openDirectMessage` does with the people in `invite`, and takes none of the other keys.
 */
export const createPresetRoom = endpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/chat.hallway/rooms',
  access: 'user',
  rateLimited: true,
  summary: 'Makes a channel, an announcement channel, a group or a direct conversation, with the rules that people expect of it.',
  reference: 'extensions/README.md#rooms-from-presets',
  body: {
    type: 'object',
    required: ['preset'],
    properties: {
      preset: presetName,
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        description: 'Needed for channels and announcements; a group without one is named after its members.',
      },
      topic: { type: 'string', maxLength: 4096 },
      alias: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        pattern: '^[\\p{Ll}\\p{Lo}\\p{M}\\p{Nd}]+(-[\\p{Ll}\\p{Lo}\\p{M}\\p{Nd}]+)*$',
        description: 'Localpart of the address of a channel or announcement: letters in lower case and digits, parted by hyphens.',
        examples: ['release-planning'],
      },
      invite: { type: 'array', items: userId, maxItems: 1000 },
      overrides: presetOverrides,
    },
  },
  response: { type: 'object', required: ['room_id'], properties: { room_id: roomId } },
  errors: ['M_MISSING_PARAM', 'M_INVALID_PARAM', 'M_ROOM_IN_USE', 'M_FORBIDDEN', 'M_NOT_FOUND', 'chat.hallway.POLICY'],
})

/**
 * For joined members of a room whose policy says `remove: members`, where nobody has the power to kick. The server sends
 * the kick as `@_system` and names the requester under `chat.hallway.actor`. To leave oneself, `/leave` serves.
 */
export const removeMember = endpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/chat.hallway/rooms/:roomId/remove',
  access: 'user',
  rateLimited: true,
  summary: 'Removes a participant from a group whose members may all do so.',
  reference: 'extensions/README.md#removing-a-participant',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  body: {
    type: 'object',
    required: ['user_id'],
    properties: {
      user_id: userId,
      reason: { type: 'string', maxLength: 1024, description: 'Kept in the membership event, for all to read.' },
    },
  },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_BAD_STATE', 'M_NOT_FOUND', 'chat.hallway.POLICY'],
})

export type PresetOverrides = FromSchema<typeof presetOverrides>
