import { endpoint } from '../endpoint.ts'

/** Served to anybody, whether or not the server federates. */
export const getServerVersion = endpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/version',
  access: 'anyone',
  summary: 'Tells which implementation this server is, and of which version.',
  reference: 'server-server-api/#get_matrixfederationv1version',
  response: {
    type: 'object',
    properties: {
      server: {
        type: 'object',
        properties: {
          name: { type: 'string', examples: ['Hallway'] },
          version: { type: 'string', description: 'In the form that the implementation chose.' },
        },
      },
    },
  },
})
