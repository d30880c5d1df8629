import { endpoint } from '../endpoint.ts'
import { timestamp } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const usesAllowed = {
  anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }],
  description: 'How many accounts may be made with it; null: any number.',
} as const
const expiryTime = { anyOf: [timestamp, { type: 'null' }], description: 'Milliseconds since the Unix epoch; null: never.' } as const
const token = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._~-]+$' } as const

/** A token that opens registration, and how far it is used up. */
export const registrationToken = {
  type: 'object',
  required: ['token', 'uses_allowed', 'pending', 'completed', 'expiry_time'],
  properties: {
    token: { type: 'string' },
    uses_allowed: usesAllowed,
    pending: { type: 'integer', minimum: 0, description: 'Registrations under way.' },
    completed: { type: 'integer', minimum: 0, description: 'Accounts made.' },
    expiry_time: expiryTime,
  },
} as const

const params = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 255 } },
} as const

export const listRegistrationTokens = endpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/registration_tokens',
  access: 'admin',
  summary: 'Lists the registration tokens.',
  reference: 'README.md#administration',
  query: {
    type: 'object',
    properties: { valid: { type: 'boolean', description: 'True: those that work now; false: those that do not. Absent: all.' } },
  },
  response: {
    type: 'object',
    required: ['registration_tokens'],
    properties: { registration_tokens: { type: 'array', items: registrationToken } },
  },
})

export const createRegistrationToken = endpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/registration_tokens/new',
  access: 'admin',
  summary: 'Makes a registration token.',
  reference: 'README.md#administration',
  body: {
    type: 'object',
    properties: {
      token: { ...token, description: 'Absent: a random one.' },
      length: { type: 'integer', minimum: 1, maximum: 64, default: 16, description: 'Characters of the random one.' },
      uses_allowed: usesAllowed,
      expiry_time: expiryTime,
    },
  },
  response: registrationToken,
  errors: ['M_INVALID_PARAM'],
})

export const getRegistrationToken = endpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/registration_tokens/:token',
  access: 'admin',
  summary: 'Describes one registration token.',
  reference: 'README.md#administration',
  params,
  response: registrationToken,
  errors: ['M_NOT_FOUND'],
})

export const putRegistrationToken = endpoint({
  method: 'PUT',
  path: '/_synapse/admin/v1/registration_tokens/:token',
  access: 'admin',
  summary: 'Changes how often or how long a registration token works; what is absent stays.',
  reference: 'README.md#administration',
  params,
  body: { type: 'object', properties: { uses_allowed: usesAllowed, expiry_time: expiryTime } },
  response: registrationToken,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export const deleteRegistrationToken = endpoint({
  method: 'DELETE',
  path: '/_synapse/admin/v1/registration_tokens/:token',
  access: 'admin',
  summary: 'Removes a registration token; the accounts made with it stay.',
  reference: 'README.md#administration',
  params,
  response: { type: 'object' },
  errors: ['M_NOT_FOUND'],
})

export type RegistrationToken = FromSchema<typeof registrationToken>
