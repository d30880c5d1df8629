import type { FromSchema } from './schema.ts'

/** How a person is named at login and in interactive authentication. client-server-api/#identifier-types */
export const userIdentifier = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', examples: ['m.id.user'] },
    user: { type: 'string', maxLength: 255, description: 'With `m.id.user`: the user ID, or its localpart alone.' },
    medium: { type: 'string', description: 'With `m.id.thirdparty`.' },
    address: { type: 'string', description: 'With `m.id.thirdparty`.' },
    country: { type: 'string', description: 'With `m.id.phone`: two letters.' },
    phone: { type: 'string', description: 'With `m.id.phone`.' },
  },
} as const

/** Longer passwords are refused before they cost a hash; what is too weak is for the server to say. */
export const password = { type: 'string', maxLength: 512 } as const

/**
 * The `auth` key of a request that wants a proof of who is calling. Without `type`, it only asks how far `session` has come.
 * client-server-api/#user-interactive-authentication-api
 */
export const interactiveAuth = {
  type: 'object',
  properties: {
    type: { type: 'string', examples: ['m.login.password', 'm.login.dummy', 'm.login.registration_token'] },
    session: { type: 'string', maxLength: 255, description: 'As the 401 gave it.' },
    identifier: userIdentifier,
    user: { type: 'string', maxLength: 255, deprecated: true, description: 'The user of `m.login.password`; `identifier` replaces it.' },
    password,
    token: { type: 'string', maxLength: 255, description: 'With `m.login.registration_token`.' },
  },
} as const

/** The 401 of an endpoint that is `interactive`: what may be proven, and what has been. */
export const interactiveChallenge = {
  type: 'object',
  required: ['flows'],
  properties: {
    flows: {
      type: 'array',
      description: 'Any one of them suffices; its stages are all needed.',
      items: {
        type: 'object',
        required: ['stages'],
        properties: { stages: { type: 'array', items: { type: 'string' } } },
      },
    },
    params: { type: 'object', description: 'Stage → what a client needs for it.' },
    session: { type: 'string' },
    completed: { type: 'array', items: { type: 'string' } },
    errcode: { type: 'string', description: 'Why the stage that was tried has failed.' },
    error: { type: 'string' },
  },
} as const

export type UserIdentifier = FromSchema<typeof userIdentifier>
export type InteractiveAuth = FromSchema<typeof interactiveAuth>
export type InteractiveChallenge = FromSchema<typeof interactiveChallenge>
