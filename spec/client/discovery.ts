import { endpoint } from '../endpoint.ts'
import { extensionCapabilities } from '../extensions/capabilities.ts'
import type { FromSchema } from '../schema.ts'

export const getVersions = endpoint({
  method: 'GET',
  path: '/_matrix/client/versions',
  access: 'optional',
  summary: 'Lists the Matrix versions that the server speaks, and its features beyond them.',
  reference: 'client-server-api/#get_matrixclientversions',
  response: {
    type: 'object',
    required: ['versions'],
    properties: {
      versions: { type: 'array', items: { type: 'string' }, examples: [['v1.18', 'v1.19']] },
      unstable_features: { type: 'object', additionalProperties: { type: 'boolean' } },
    },
  },
})

/** Where a domain's homeserver is found. client-server-api/#well-known-uri */
export const wellKnown = {
  type: 'object',
  required: ['m.homeserver'],
  properties: {
    'm.homeserver': { type: 'object', required: ['base_url'], properties: { base_url: { type: 'string' } } },
    'm.identity_server': { type: 'object', required: ['base_url'], properties: { base_url: { type: 'string' } } },
  },
} as const

export const getWellKnown = endpoint({
  method: 'GET',
  path: '/.well-known/matrix/client',
  access: 'anyone',
  summary: 'Tells the base URL of the homeserver of this domain.',
  reference: 'client-server-api/#getwell-knownmatrixclient',
  response: wellKnown,
  errors: ['M_NOT_FOUND'],
})

const switchCapability = {
  type: 'object',
  required: ['enabled'],
  properties: { enabled: { type: 'boolean' } },
} as const

export const getCapabilities = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/capabilities',
  aliases: ['/_matrix/client/r0/capabilities'],
  access: 'user',
  summary: 'Tells what this user may do on this server.',
  reference: 'client-server-api/#get_matrixclientv3capabilities',
  rateLimited: true,
  response: {
    type: 'object',
    required: ['capabilities'],
    properties: {
      capabilities: {
        type: 'object',
        properties: {
          'm.change_password': switchCapability,
          'm.room_versions': {
            type: 'object',
            required: ['default', 'available'],
            properties: {
              default: { type: 'string' },
              available: { type: 'object', additionalProperties: { enum: ['stable', 'unstable'] } },
            },
          },
          'm.set_displayname': { ...switchCapability, deprecated: true },
          'm.set_avatar_url': { ...switchCapability, deprecated: true },
          'm.3pid_changes': switchCapability,
          'm.get_login_token': switchCapability,
          'm.forget_forced_upon_leave': { ...switchCapability, description: 'v1.18' },
          'm.profile_fields': {
            type: 'object',
            description: 'Which profile fields may be written. v1.16',
            required: ['enabled'],
            properties: {
              enabled: { type: 'boolean' },
              allowed: { type: 'array', items: { type: 'string' } },
              disallowed: { type: 'array', items: { type: 'string' } },
            },
          },
          'm.account_moderation': {
            type: 'object',
            description: 'v1.18',
            properties: { suspend: { type: 'boolean' }, lock: { type: 'boolean' } },
          },
          ...extensionCapabilities.properties,
        },
        additionalProperties: true,
      },
    },
  },
})

export type WellKnown = FromSchema<typeof wellKnown>
