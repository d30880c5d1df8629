import { endpoint } from '../endpoint.ts'
import { deviceId, timestamp, userId } from '../identifiers.ts'
import { interactiveAuth, password } from '../interactive-auth.ts'

export const whoAmI = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/account/whoami',
  aliases: ['/_matrix/client/r0/account/whoami'],
  access: 'user',
  summary: 'Tells whose token this is.',
  reference: 'client-server-api/#get_matrixclientv3accountwhoami',
  rateLimited: true,
  response: {
    type: 'object',
    required: ['user_id'],
    properties: {
      user_id: userId,
      device_id: deviceId,
      is_guest: { type: 'boolean', default: false, description: 'v1.2' },
    },
  },
})

export const changePassword = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/account/password',
  aliases: ['/_matrix/client/r0/account/password'],
  access: 'optional',
  summary: 'Sets a new password, and unless told otherwise ends all other sessions.',
  reference: 'client-server-api/#post_matrixclientv3accountpassword',
  rateLimited: true,
  interactive: true,
  body: {
    type: 'object',
    required: ['new_password'],
    properties: {
      new_password: password,
      logout_devices: { type: 'boolean', default: true },
      auth: interactiveAuth,
    },
  },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_WEAK_PASSWORD'],
})

export const deactivateAccount = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/account/deactivate',
  aliases: ['/_matrix/client/r0/account/deactivate'],
  access: 'optional',
  summary: 'Closes the account for good: sessions end, rooms are left, the user ID is never given out again.',
  reference: 'client-server-api/#post_matrixclientv3accountdeactivate',
  rateLimited: true,
  interactive: true,
  body: {
    type: 'object',
    properties: {
      auth: interactiveAuth,
      id_server: { type: 'string' },
      erase: { type: 'boolean', default: false, description: 'Hide what the user wrote from people who join later. v1.10' },
    },
  },
  response: {
    type: 'object',
    required: ['id_server_unbind_result'],
    properties: { id_server_unbind_result: { enum: ['success', 'no-support'] } },
  },
  errors: ['M_FORBIDDEN'],
})

export const listThirdPartyIdentifiers = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/account/3pid',
  aliases: ['/_matrix/client/r0/account/3pid'],
  access: 'user',
  summary: 'Lists the e-mail addresses and telephone numbers that belong to the account.',
  reference: 'client-server-api/#get_matrixclientv3account3pid',
  response: {
    type: 'object',
    properties: {
      threepids: {
        type: 'array',
        items: {
          type: 'object',
          required: ['medium', 'address', 'validated_at', 'added_at'],
          properties: {
            medium: { enum: ['email', 'msisdn'] },
            address: { type: 'string' },
            validated_at: timestamp,
            added_at: timestamp,
          },
        },
      },
    },
  },
})
