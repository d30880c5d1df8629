import { endpoint } from '../endpoint.ts'
import { roomId, userId } from '../identifiers.ts'

/**
 * Idempotent, also under a race: one set of people has one conversation. Whoever of them had left is brought back, and
 * the server keeps `m.direct` for those of its own. The people of a direct conversation are fixed: inviting
 * another answers `chat.hallway.DM_LOCKED`.
 */
export const openDirectMessage = endpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/chat.hallway/dm/open',
  access: 'user',
  rateLimited: true,
  summary: 'Opens the direct conversation with these people: the one that there is, or a new one.',
  reference: 'extensions/README.md#direct-conversations',
  body: {
    type: 'object',
    required: ['user_ids'],
    properties: {
      user_ids: {
        type: 'array',
        items: userId,
        minItems: 1,
        maxItems: 8,
        description: 'The others, in any order; the requester is one of the people without being named.',
      },
    },
  },
  response: {
    type: 'object',
    required: ['room_id', 'created'],
    properties: { room_id: roomId, created: { type: 'boolean', description: 'The conversation is new.' } },
  },
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM', 'M_FORBIDDEN'],
})
