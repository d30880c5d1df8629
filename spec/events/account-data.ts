import { tag } from '../client/account-data.ts'
import { pushRuleset } from '../client/push.ts'
import { eventId, roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/** `m.direct`: whom the user talks to → in which rooms. client-server-api/#mdirect */
export const directContent = {
  type: 'object',
  additionalProperties: { type: 'array', items: roomId },
} as const

/** `m.tag`, of a room; written by the tag endpoints too. client-server-api/#mtag */
export const tagContent = {
  type: 'object',
  properties: { tags: { type: 'object', additionalProperties: tag } },
} as const

/** `m.push_rules`; written by the server alone. client-server-api/#mpush_rules */
export const pushRulesContent = {
  type: 'object',
  properties: { global: pushRuleset },
} as const

/** `m.fully_read`, of a room; written by the server alone. client-server-api/#mfully_read */
export const fullyReadContent = {
  type: 'object',
  required: ['event_id'],
  properties: { event_id: eventId },
} as const

/** `m.ignored_user_list`. client-server-api/#mignored_user_list */
export const ignoredUserListContent = {
  type: 'object',
  required: ['ignored_users'],
  properties: { ignored_users: { type: 'object', propertyNames: userId, additionalProperties: { type: 'object' } } },
} as const

/** `m.marked_unread`, of a room. client-server-api/#unread-markers */
export const markedUnreadContent = {
  type: 'object',
  required: ['unread'],
  properties: { unread: { type: 'boolean' } },
} as const

export type DirectContent = FromSchema<typeof directContent>
export type TagContent = FromSchema<typeof tagContent>
export type FullyReadContent = FromSchema<typeof fullyReadContent>
export type IgnoredUserListContent = FromSchema<typeof ignoredUserListContent>
