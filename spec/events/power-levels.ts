import { userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/** A power level; integers alone from room version 10. */
const level = {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
} as const

/** The content of `m.room.power_levels`: who may do what. client-server-api/#mroompower_levels */
export const powerLevelsContent = {
  type: 'object',
  properties: {
    users: { type: 'object', propertyNames: userId, additionalProperties: level },
    users_default: { ...level, default: 0 },
    events: { type: 'object', description: 'Event type → level to send it.', additionalProperties: level },
    events_default: { ...level, default: 0 },
    state_default: { ...level, default: 50, description: '0 in a room that has no such event.' },
    invite: { ...level, default: 0 },
    kick: { ...level, default: 50 },
    ban: { ...level, default: 50 },
    redact: { ...level, default: 50, description: 'To redact what others sent.' },
    notifications: {
      type: 'object',
      properties: { room: { ...level, default: 50, description: 'To mention everybody.' } },
      additionalProperties: level,
    },
  },
} as const

export type PowerLevelsContent = FromSchema<typeof powerLevelsContent>
