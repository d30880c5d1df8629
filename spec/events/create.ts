import { eventId, roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/** The content of `m.room.create`, the first event of every room. client-server-api/#mroomcreate */
export const createContent = {
  type: 'object',
  properties: {
    room_version: { type: 'string', default: '1' },
    'm.federate': { type: 'boolean', default: true, description: 'Whether people of other servers may ever join.' },
    type: { type: 'string', description: '`m.space` for a Space; absent for a room in which people talk.' },
    creator: { ...userId, deprecated: true, description: 'Up to room version 10; later ones take the sender.' },
    additional_creators: {
      type: 'array',
      items: userId,
      description: 'From room version 12: more people with power above all levels, for ever.',
    },
    predecessor: {
      type: 'object',
      description: 'The room that this one replaces.',
      required: ['room_id'],
      properties: { room_id: roomId, event_id: { ...eventId, deprecated: true } },
    },
  },
} as const

export type CreateContent = FromSchema<typeof createContent>
