import { userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

export const membership = { enum: ['invite', 'join', 'knock', 'leave', 'ban'] } as const

/** The content of `m.room.member`; the state key is the user it is about. client-server-api/#mroommember */
export const memberContent = {
  type: 'object',
  required: ['membership'],
  properties: {
    membership,
    displayname: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    avatar_url: { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'An `mxc:` URI.' },
    reason: { type: 'string', description: 'Why, in the words of the sender. v1.1' },
    is_direct: { type: 'boolean', description: 'On an invitation: meant as a direct message.' },
    join_authorised_via_users_server: {
      ...userId,
      description: 'On a join through a restricted rule: the member whose server vouches. v1.2',
    },
    third_party_invite: {
      type: 'object',
      description: 'On an invitation that redeems an `m.room.third_party_invite`.',
      required: ['display_name', 'signed'],
      properties: {
        display_name: { type: 'string' },
        signed: {
          type: 'object',
          required: ['mxid', 'token', 'signatures'],
          properties: {
            mxid: userId,
            token: { type: 'string' },
            signatures: {
              type: 'object',
              additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
      },
    },
  },
} as const

export type Membership = FromSchema<typeof membership>
export type MemberContent = FromSchema<typeof memberContent>
