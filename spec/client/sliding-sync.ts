import { endpoint } from '../endpoint.ts'
import { basicEvent, strippedState, syncEvent } from '../event.ts'
import { unreadRequest, unreadResponse } from '../extensions/unread.ts'
import { roomId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const count = { type: 'integer', minimum: 0 } as const
const strings = { type: 'array', items: { type: 'string' } } as const

/** Pairs of type and state key. `*`: any. State keys of `m.room.member`: `$ME` the reader, `$LAZY` who speaks in the timeline. */
export const requiredState = {
  type: 'array',
  maxItems: 1000,
  items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
} as const

const roomConfig = {
  timeline_limit: { ...count, default: 0, description: 'The newest so many events; the server has a ceiling of its own.' },
  required_state: requiredState,
} as const

/** Which rooms a list takes; all that is given must hold. */
export const slidingRoomFilter = {
  type: 'object',
  properties: {
    is_dm: { type: 'boolean' },
    is_encrypted: { type: 'boolean' },
    is_invite: { type: 'boolean', description: 'True: invitations alone; false: none of them.' },
    spaces: { type: 'array', items: roomId, description: 'Direct children of any of these Spaces that the reader has joined.' },
    room_types: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] }, description: 'Null: rooms without a type.' },
    not_room_types: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    tags: strings,
    not_tags: strings,
  },
} as const

/** A window over the rooms that pass `filters`, most recent activity first. */
export const slidingList = {
  type: 'object',
  properties: {
    ...roomConfig,
    ranges: {
      type: 'array',
      maxItems: 100,
      description: 'Pairs of first and last index, both included, from 0. Absent: all.',
      items: { type: 'array', items: count, minItems: 2, maxItems: 2 },
    },
    filters: slidingRoomFilter,
  },
} as const

export const roomSubscription = { type: 'object', properties: roomConfig } as const

const scopedExtension = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean', default: false },
    lists: { ...strings, description: 'Only rooms of these lists. `*` or absent: of all.' },
    rooms: { ...strings, description: 'Only these subscribed rooms. `*` or absent: all.' },
  },
} as const

/** The body of a request, on HTTP and on the live socket alike. */
export const slidingSyncRequest = {
  type: 'object',
  properties: {
    conn_id: { type: 'string', maxLength: 255, description: 'Tells connections of one device apart.' },
    txn_id: { type: 'string', maxLength: 255, description: 'Comes back in the response.' },
    lists: { type: 'object', maxProperties: 100, additionalProperties: slidingList },
    room_subscriptions: { type: 'object', maxProperties: 100, propertyNames: roomId, additionalProperties: roomSubscription },
    extensions: {
      type: 'object',
      properties: {
        account_data: scopedExtension,
        receipts: scopedExtension,
        typing: scopedExtension,
        'chat.hallway.unread': unreadRequest,
      },
    },
  },
} as const

/** A state event, or its type and state key alone once it is no longer state. */
const stateEntry = {
  type: 'object',
  required: ['type', 'state_key'],
  properties: syncEvent.properties,
} as const

/** A room's news. With `initial`, what is absent is not set; without, it is as it was. */
export const slidingRoom = {
  type: 'object',
  properties: {
    initial: { type: 'boolean', default: false },
    name: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    avatar: { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'An `mxc:` URI.' },
    heroes: {
      type: 'array',
      description: 'Whom to name the room after, where it has no name.',
      items: {
        type: 'object',
        required: ['user_id'],
        properties: { user_id: userId, displayname: { type: 'string' }, avatar_url: { type: 'string' } },
      },
    },
    is_dm: { type: 'boolean' },
    membership: { type: 'string' },
    lists: { ...strings, description: 'The lists that the room is in.' },
    required_state: { type: 'array', items: stateEntry },
    timeline: { type: 'array', items: syncEvent },
    limited: { type: 'boolean', default: false },
    prev_batch: { type: 'string' },
    num_live: { ...count, description: 'So many events at the end of the timeline have just happened.' },
    unstable_expanded_timeline: { type: 'boolean', description: 'Older events have come because `timeline_limit` grew.' },
    joined_count: count,
    invited_count: count,
    notification_count: count,
    highlight_count: count,
    bump_stamp: { type: 'integer', description: 'Greater: more recent. For sorting alone.' },
    invite_state: {
      type: 'array',
      items: strippedState,
      description: 'For an invitation or a knock, in place of everything a member sees.',
    },
  },
} as const

const basicEvents = { type: 'array', items: basicEvent } as const

/** The body of a response, on HTTP and on the live socket alike. */
export const slidingSyncResponse = {
  type: 'object',
  required: ['pos'],
  properties: {
    pos: { type: 'string', description: 'For the next request of this connection.' },
    txn_id: { type: 'string' },
    lists: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['count'],
        properties: { count: { ...count, description: 'All rooms that pass the filters, in the window or not.' } },
      },
    },
    rooms: { type: 'object', propertyNames: roomId, additionalProperties: slidingRoom },
    extensions: {
      type: 'object',
      properties: {
        account_data: {
          type: 'object',
          properties: {
            global: basicEvents,
            rooms: { type: 'object', propertyNames: roomId, additionalProperties: basicEvents },
          },
        },
        receipts: {
          type: 'object',
          properties: { rooms: { type: 'object', propertyNames: roomId, additionalProperties: basicEvent } },
        },
        typing: {
          type: 'object',
          properties: { rooms: { type: 'object', propertyNames: roomId, additionalProperties: basicEvent } },
        },
        'chat.hallway.unread': unreadResponse,
      },
    },
  },
} as const

export const slidingSync = endpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync',
  access: 'user',
  summary: 'Gives the news of the rooms that a client looks at, in the order of their activity, and waits if there is none. MSC4186',
  reference: 'README.md#sliding-sync',
  query: {
    type: 'object',
    properties: {
      pos: { type: 'string', maxLength: 1024, description: 'The `pos` of the last response. Absent: a new connection.' },
      timeout: { type: 'integer', minimum: 0, default: 0, description: 'Milliseconds to wait; not without `pos`.' },
      set_presence: { enum: ['online', 'unavailable', 'offline'], default: 'online' },
    },
  },
  body: slidingSyncRequest,
  response: slidingSyncResponse,
  errors: ['M_UNKNOWN_POS', 'M_INVALID_PARAM'],
})

export type RequiredState = FromSchema<typeof requiredState>
export type SlidingRoomFilter = FromSchema<typeof slidingRoomFilter>
export type SlidingList = FromSchema<typeof slidingList>
export type RoomSubscription = FromSchema<typeof roomSubscription>
export type SlidingSyncRequest = FromSchema<typeof slidingSyncRequest>
export type SlidingRoom = FromSchema<typeof slidingRoom>
export type SlidingSyncResponse = FromSchema<typeof slidingSyncResponse>
