import { newAccount } from '../client/registration.ts'
import { endpoint } from '../endpoint.ts'
import { password } from '../interactive-auth.ts'

export const getRegistrationNonce = endpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/register',
  access: 'anyone',
  summary: 'Gives a nonce for one registration with the shared secret, good for a minute.',
  reference: 'README.md#administration',
  rateLimited: true,
  response: { type: 'object', required: ['nonce'], properties: { nonce: { type: 'string' } } },
  errors: ['M_FORBIDDEN'],
})

export const registerWithSharedSecret = endpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/register',
  access: 'anyone',
  summary: 'Makes an account for whoever holds the secret of the configuration.',
  reference: 'README.md#administration',
  rateLimited: true,
  body: {
    type: 'object',
    required: ['nonce', 'username', 'password', 'mac'],
    properties: {
      nonce: { type: 'string', maxLength: 255 },
      username: { type: 'string' },
      displayname: { type: 'string', maxLength: 255 },
      password,
      admin: { type: 'boolean', default: false },
      user_type: { anyOf: [{ type: 'string', maxLength: 255 }, { type: 'null' }] },
      inhibit_login: { type: 'boolean', default: false },
      mac: {
        type: 'string',
        pattern: '^[0-9a-fA-F]{40}$',
        description: 'HMAC-SHA1 in hexadecimal, keyed by the secret; over what: spec/README.md.',
      },
    },
  },
  response: newAccount,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_EXCLUSIVE', 'M_WEAK_PASSWORD'],
})
