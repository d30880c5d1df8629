import { endpoint } from '../endpoint.ts'
import { userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/** A user's profile: two fields that rooms repeat, a time zone, and whatever else is set. client-server-api/#profiles */
export const profile = {
  type: 'object',
  properties: {
    displayname: { type: 'string' },
    avatar_url: { type: 'string', description: 'An `mxc:` URI.' },
    'm.tz': { type: 'string', description: 'A time zone of the IANA database. v1.16' },
  },
  additionalProperties: true,
} as const

const params = { type: 'object', required: ['userId'], properties: { userId } } as const

// No length limit here: a name over 255 bytes has an errcode of its own, M_KEY_TOO_LARGE.
const fieldParams = {
  type: 'object',
  required: ['userId', 'keyName'],
  properties: {
    userId,
    keyName: {
      type: 'string',
      minLength: 1,
      description: 'A name of the spec, or one with a namespace; at most 255 bytes.',
      examples: ['displayname', 'avatar_url', 'm.tz', 'org.example.job_title'],
    },
  },
} as const

const oneField = {
  type: 'object',
  description: 'The one field, under its own name.',
  properties: { displayname: { type: 'string' }, avatar_url: { type: 'string' }, 'm.tz': { type: 'string' } },
  additionalProperties: true,
} as const

export const getProfile = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/profile/:userId',
  aliases: ['/_matrix/client/r0/profile/:userId'],
  access: 'optional',
  summary: 'Gives the whole profile of a user.',
  reference: 'client-server-api/#get_matrixclientv3profileuserid',
  params,
  response: profile,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN'],
})

export const getProfileField = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/profile/:userId/:keyName',
  aliases: ['/_matrix/client/r0/profile/:userId/:keyName'],
  access: 'optional',
  summary: 'Gives one field of the profile of a user.',
  reference: 'client-server-api/#get_matrixclientv3profileuseridkeyname',
  params: fieldParams,
  response: oneField,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN'],
})

export const putProfileField = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/profile/:userId/:keyName',
  aliases: ['/_matrix/client/r0/profile/:userId/:keyName'],
  access: 'user',
  summary: 'Sets one field of the own profile; name and picture follow into the rooms.',
  reference: 'client-server-api/#put_matrixclientv3profileuseridkeyname',
  rateLimited: true,
  params: fieldParams,
  body: {
    type: 'object',
    description: 'The one field, under its own name. The whole profile stays below 65,536 bytes.',
  },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_MISSING_PARAM', 'M_INVALID_PARAM', 'M_PROFILE_TOO_LARGE', 'M_KEY_TOO_LARGE'],
})

export const deleteProfileField = endpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/profile/:userId/:keyName',
  access: 'user',
  summary: 'Removes one field of the own profile; removing what is not there succeeds.',
  reference: 'client-server-api/#delete_matrixclientv3profileuseridkeyname',
  addedIn: 'v1.16',
  rateLimited: true,
  params: fieldParams,
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_KEY_TOO_LARGE'],
})

export type Profile = FromSchema<typeof profile>
