import { endpoint } from '../endpoint.ts'
import { password } from '../interactive-auth.ts'

/**
 * The token stands in a link that the server's operator makes (`hallway reset-password`); it serves once, and for a day.
 * All devices of the account are logged out. A token that is unknown, used or too old answers 403 M_FORBIDDEN.
 */
export const resetPassword = endpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/chat.hallway/password/reset',
  access: 'anyone',
  rateLimited: true,
  summary: 'Sets a new password by the one-time token of a reset link.',
  reference: 'extensions/README.md#resetting-a-password',
  body: {
    type: 'object',
    required: ['token', 'new_password'],
    properties: { token: { type: 'string', minLength: 1, maxLength: 255 }, new_password: password },
  },
  response: { type: 'object' },
  errors: ['M_FORBIDDEN', 'M_WEAK_PASSWORD'],
})
