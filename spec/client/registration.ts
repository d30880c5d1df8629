import { endpoint } from '../endpoint.ts'
import { deviceId, deviceName, userId } from '../identifiers.ts'
import { interactiveAuth, password } from '../interactive-auth.ts'

/** The tokens that a new session may come with: shared by registration and login. client-server-api/#refreshing-access-tokens */
export const sessionTokens = {
  access_token: { type: 'string' },
  refresh_token: { type: 'string', description: 'Only if the request said `refresh_token: true`.' },
  expires_in_ms: { type: 'integer', minimum: 0, description: 'Milliseconds the access token lives; absent: until logout.' },
} as const

/** A new account, and the session it begins with; without one (`inhibit_login`) there is the user ID alone. */
export const newAccount = {
  type: 'object',
  required: ['user_id'],
  properties: {
    user_id: userId,
    ...sessionTokens,
    device_id: deviceId,
    home_server: { type: 'string', deprecated: true },
  },
} as const

// A username that is too long has an errcode of its own, M_INVALID_USERNAME: no limit here.
export const register = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/register',
  aliases: ['/_matrix/client/r0/register'],
  access: 'anyone',
  summary: 'Makes an account, and unless told otherwise logs its first device in.',
  reference: 'client-server-api/#post_matrixclientv3register',
  rateLimited: true,
  interactive: true,
  query: {
    type: 'object',
    properties: { kind: { enum: ['user', 'guest'], default: 'user' } },
  },
  body: {
    type: 'object',
    properties: {
      auth: interactiveAuth,
      username: { type: 'string', description: 'The wished localpart; without it the server picks one.' },
      password,
      device_id: deviceId,
      initial_device_display_name: deviceName,
      inhibit_login: { type: 'boolean', default: false },
      refresh_token: { type: 'boolean', default: false, description: 'The client can refresh. v1.3' },
    },
  },
  response: newAccount,
  errors: ['M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_EXCLUSIVE', 'M_WEAK_PASSWORD', 'M_FORBIDDEN', 'M_GUEST_ACCESS_FORBIDDEN'],
})

export const checkUsername = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/register/available',
  aliases: ['/_matrix/client/r0/register/available'],
  access: 'anyone',
  summary: 'Tells whether a localpart could be registered now; it reserves nothing.',
  reference: 'client-server-api/#get_matrixclientv3registeravailable',
  rateLimited: true,
  query: {
    type: 'object',
    required: ['username'],
    properties: { username: { type: 'string' } },
  },
  response: {
    type: 'object',
    properties: { available: { type: 'boolean', description: 'Always true: what is not available is an error.' } },
  },
  errors: ['M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_EXCLUSIVE', 'M_FORBIDDEN'],
})

export const checkRegistrationToken = endpoint({
  method: 'GET',
  path: '/_matrix/client/v1/register/m.login.registration_token/validity',
  access: 'anyone',
  summary: 'Tells whether a registration token would be accepted now.',
  reference: 'client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity',
  addedIn: 'v1.2',
  rateLimited: true,
  query: {
    type: 'object',
    required: ['token'],
    properties: { token: { type: 'string', maxLength: 255 } },
  },
  response: {
    type: 'object',
    required: ['valid'],
    properties: { valid: { type: 'boolean' } },
  },
  errors: ['M_FORBIDDEN'],
})
