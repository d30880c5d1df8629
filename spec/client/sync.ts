import { endpoint } from '../endpoint.ts'
import { basicEvent, presenceEvent, strippedState, syncEvent } from '../event.ts'
import { eventId, roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const events = { type: 'array', items: syncEvent } as const
const stateSection = { type: 'object', properties: { events } } as const
const basicSection = { type: 'object', properties: { events: { type: 'array', items: basicEvent } } } as const
const strippedSection = { type: 'object', properties: { events: { type: 'array', items: strippedState } } } as const
const count = { type: 'integer', minimum: 0 } as const

const timelineSection = {
  type: 'object',
  required: ['events'],
  properties: {
    events,
    limited: { type: 'boolean', description: 'Events between the last sync and these are left out; `prev_batch` leads to them.' },
    prev_batch: { type: 'string' },
  },
} as const

/** Messages that notify, and those among them that single the reader out. client-server-api/#receiving-notifications */
export const notificationCounts = {
  type: 'object',
  properties: { notification_count: count, highlight_count: count },
} as const

export const joinedRoom = {
  type: 'object',
  properties: {
    summary: {
      type: 'object',
      properties: {
        'm.heroes': { type: 'array', items: userId },
        'm.joined_member_count': count,
        'm.invited_member_count': count,
      },
    },
    state: { ...stateSection, description: 'What changed up to the start of the timeline. Absent with `use_state_after`.' },
    state_after: { ...stateSection, description: 'What changed up to the end of the timeline, with `use_state_after`. v1.16' },
    timeline: timelineSection,
    ephemeral: basicSection,
    account_data: basicSection,
    unread_notifications: notificationCounts,
    unread_thread_notifications: {
      type: 'object',
      description: 'Thread root → counts, if the filter asks for it. v1.4',
      propertyNames: eventId,
      additionalProperties: notificationCounts,
    },
  },
} as const

export const leftRoom = {
  type: 'object',
  properties: { state: stateSection, state_after: stateSection, timeline: timelineSection, account_data: basicSection },
} as const

export const invitedRoom = { type: 'object', properties: { invite_state: strippedSection } } as const
export const knockedRoom = { type: 'object', properties: { knock_state: strippedSection } } as const

export const sync = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/sync',
  aliases: ['/_matrix/client/r0/sync'],
  access: 'user',
  summary: 'Gives all that has happened since a token, and waits for something to happen if nothing has.',
  reference: 'client-server-api/#get_matrixclientv3sync',
  query: {
    type: 'object',
    properties: {
      filter: { type: 'string', maxLength: 65_536, description: 'The ID of a kept filter, or a filter as JSON.' },
      since: { type: 'string', maxLength: 1024, description: 'The `next_batch` of the last sync. Absent: everything from the start.' },
      full_state: { type: 'boolean', default: false, description: 'All state of every room, and no waiting.' },
      set_presence: { enum: ['online', 'unavailable', 'offline'], default: 'online' },
      timeout: { type: 'integer', minimum: 0, default: 0, description: 'Milliseconds to wait.' },
      use_state_after: { type: 'boolean', default: false, description: 'v1.16' },
    },
  },
  response: {
    type: 'object',
    required: ['next_batch'],
    properties: {
      next_batch: { type: 'string' },
      rooms: {
        type: 'object',
        properties: {
          join: { type: 'object', propertyNames: roomId, additionalProperties: joinedRoom },
          invite: { type: 'object', propertyNames: roomId, additionalProperties: invitedRoom },
          knock: { type: 'object', propertyNames: roomId, additionalProperties: knockedRoom },
          leave: { type: 'object', propertyNames: roomId, additionalProperties: leftRoom },
        },
      },
      presence: { type: 'object', properties: { events: { type: 'array', items: presenceEvent } } },
      account_data: basicSection,
      to_device: {
        type: 'object',
        properties: {
          events: {
            type: 'array',
            items: { type: 'object', properties: { type: { type: 'string' }, sender: userId, content: { type: 'object' } } },
          },
        },
      },
      device_lists: {
        type: 'object',
        properties: { changed: { type: 'array', items: userId }, left: { type: 'array', items: userId } },
      },
      device_one_time_keys_count: { type: 'object', additionalProperties: { type: 'integer' } },
      device_unused_fallback_key_types: { type: 'array', items: { type: 'string' } },
    },
  },
  errors: ['M_INVALID_PARAM', 'M_NOT_FOUND'],
})

export type NotificationCounts = FromSchema<typeof notificationCounts>
export type JoinedRoom = FromSchema<typeof joinedRoom>
export type LeftRoom = FromSchema<typeof leftRoom>
export type InvitedRoom = FromSchema<typeof invitedRoom>
export type KnockedRoom = FromSchema<typeof knockedRoom>
