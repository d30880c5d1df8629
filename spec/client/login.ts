import { endpoint } from '../endpoint.ts'
import { deviceId, deviceName, userId } from '../identifiers.ts'
import { password, userIdentifier } from '../interactive-auth.ts'
import { wellKnown } from './discovery.ts'
import { sessionTokens } from './registration.ts'

export const getLoginFlows = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/login',
  aliases: ['/_matrix/client/r0/login'],
  access: 'anyone',
  summary: 'Lists the ways to log in.',
  reference: 'client-server-api/#get_matrixclientv3login',
  rateLimited: true,
  response: {
    type: 'object',
    properties: {
      flows: {
        type: 'array',
        items: {
          type: 'object',
          required: ['type'],
          properties: {
            type: { type: 'string', examples: ['m.login.password'] },
            get_login_token: { type: 'boolean', description: 'With `m.login.token`: it may be asked for by a logged-in client. v1.7' },
          },
        },
      },
    },
  },
  errors: ['M_UNRECOGNIZED'],
})

export const login = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/login',
  aliases: ['/_matrix/client/r0/login'],
  access: 'anyone',
  summary: 'Starts a session on a new device, or anew on a known one, whose earlier tokens end.',
  reference: 'client-server-api/#post_matrixclientv3login',
  rateLimited: true,
  body: {
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', examples: ['m.login.password'] },
      identifier: userIdentifier,
      user: { type: 'string', maxLength: 255, deprecated: true, description: '`identifier` replaces it.' },
      medium: { type: 'string', deprecated: true },
      address: { type: 'string', deprecated: true },
      password,
      token: { type: 'string', description: 'With `m.login.token`.' },
      device_id: deviceId,
      initial_device_display_name: { ...deviceName, description: 'Ignored for a device that exists.' },
      refresh_token: { type: 'boolean', default: false, description: 'The client can refresh. v1.3' },
    },
  },
  response: {
    type: 'object',
    required: ['user_id', 'access_token', 'device_id'],
    properties: {
      user_id: userId,
      ...sessionTokens,
      device_id: deviceId,
      home_server: { type: 'string', deprecated: true },
      well_known: wellKnown,
    },
  },
  errors: ['M_FORBIDDEN', 'M_USER_DEACTIVATED', 'M_UNKNOWN', 'M_INVALID_PARAM'],
})

export const logout = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/logout',
  aliases: ['/_matrix/client/r0/logout'],
  access: 'user',
  summary: 'Ends the session: its tokens are void and its device is gone.',
  reference: 'client-server-api/#post_matrixclientv3logout',
  response: { type: 'object' },
})

export const logoutAll = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/logout/all',
  aliases: ['/_matrix/client/r0/logout/all'],
  access: 'user',
  summary: 'Ends every session of the user, the calling one included.',
  reference: 'client-server-api/#post_matrixclientv3logoutall',
  response: { type: 'object' },
})

export const refresh = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/refresh',
  access: 'anyone',
  summary: 'Trades a refresh token for a new access token; the old pair ends when the new one is first used.',
  reference: 'client-server-api/#post_matrixclientv3refresh',
  addedIn: 'v1.3',
  rateLimited: true,
  body: {
    type: 'object',
    required: ['refresh_token'],
    properties: { refresh_token: { type: 'string' } },
  },
  response: {
    type: 'object',
    required: ['access_token'],
    properties: {
      ...sessionTokens,
      refresh_token: { type: 'string', description: 'The next refresh token; absent: the present one stays.' },
    },
  },
  errors: ['M_UNKNOWN_TOKEN'],
})
