import { endpoint } from '../endpoint.ts'
import { userId } from '../identifiers.ts'

/** Searches those the requester shares a room with or could meet in a public one; by configuration, every account here. */
export const searchUsers = endpoint({
  method: 'POST',
  path: '/_matrix/client/v3/user_directory/search',
  aliases: ['/_matrix/client/r0/user_directory/search'],
  access: 'user',
  rateLimited: true,
  summary: 'Finds people by user ID or display name, whatever the case.',
  reference: 'client-server-api/#post_matrixclientv3user_directorysearch',
  body: {
    type: 'object',
    required: ['search_term'],
    properties: {
      search_term: { type: 'string', maxLength: 512 },
      limit: { type: 'integer', minimum: 0, default: 10, description: 'At most so many people; above 50 the server gives 50.' },
    },
  },
  response: {
    type: 'object',
    required: ['results', 'limited'],
    properties: {
      results: {
        type: 'array',
        description: 'Best match first.',
        items: {
          type: 'object',
          required: ['user_id'],
          properties: {
            user_id: userId,
            display_name: { type: 'string' },
            avatar_url: { type: 'string', description: 'An `mxc://` URI.' },
          },
        },
      },
      limited: { type: 'boolean', description: 'There are more than the limit let through.' },
    },
  },
})
