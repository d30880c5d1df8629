import { roomId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'
import { policy } from './kind-and-policy.ts'
import { presetName } from './presets.ts'

/** The key in `unstable_features` of `/versions` that says: all endpoints of this folder and the live socket are served. */
export const extensionsFlag = 'chat.hallway'

const policyKeys = Object.keys(policy.properties) as (keyof typeof policy.properties)[]

/** What we add to the `capabilities` of a logged-in user. client-server-api/#capabilities-negotiation */
export const extensionCapabilities = {
  type: 'object',
  properties: {
    'chat.hallway.space': {
      type: 'object',
      description: 'The Space of the organisation, which every account is a member of.',
      required: ['room_id'],
      properties: { room_id: roomId },
    },
    'chat.hallway.presets': {
      type: 'object',
      description: 'What this user may make rooms from, and which keys of the policy this server enforces.',
      required: ['available'],
      properties: {
        available: { type: 'array', items: presetName },
        policies: { type: 'array', items: { type: 'string', enum: policyKeys } },
      },
    },
    'chat.hallway.quick_reactions': {
      type: 'object',
      description: 'The reactions that a client offers first, in this order.',
      required: ['keys'],
      properties: { keys: { type: 'array', items: { type: 'string', minLength: 1 } } },
    },
  },
} as const

export type ExtensionCapabilities = FromSchema<typeof extensionCapabilities>
