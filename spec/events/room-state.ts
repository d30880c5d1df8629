import { eventId, roomAlias, roomId, serverName } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'
import { imageInformation, textBlocks } from './message.ts'

/** `m.room.name`; an empty name is none. client-server-api/#mroomname */
export const nameContent = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', description: 'At most 255 bytes.' } },
} as const

/** `m.room.topic`. client-server-api/#mroomtopic */
export const topicContent = {
  type: 'object',
  required: ['topic'],
  properties: {
    topic: { type: 'string' },
    'm.topic': {
      type: 'object',
      description: 'The same with markup. v1.15',
      properties: { 'm.text': textBlocks },
    },
  },
} as const

/** `m.room.avatar`; without a URL there is no picture. client-server-api/#mroomavatar */
export const avatarContent = {
  type: 'object',
  properties: { url: { type: 'string', description: 'An `mxc:` URI.' }, info: imageInformation },
} as const

export const joinRule = { enum: ['public', 'invite', 'knock', 'restricted', 'knock_restricted', 'private'] } as const

/** `m.room.join_rules`: who comes in, and how. client-server-api/#mroomjoin_rules */
export const joinRulesContent = {
  type: 'object',
  required: ['join_rule'],
  properties: {
    join_rule: joinRule,
    allow: {
      type: 'array',
      description: 'For the restricted rules: each entry by itself lets people in. v1.2',
      items: {
        type: 'object',
        required: ['type'],
        properties: {
          type: { type: 'string', examples: ['m.room_membership'] },
          room_id: { ...roomId, description: 'With `m.room_membership`: members of this room may join.' },
        },
      },
    },
  },
} as const

export const historyVisibility = { enum: ['world_readable', 'shared', 'invited', 'joined'] } as const

/** `m.room.history_visibility`: from when on a reader sees events. client-server-api/#mroomhistory_visibility */
export const historyVisibilityContent = {
  type: 'object',
  required: ['history_visibility'],
  properties: { history_visibility: historyVisibility },
} as const

/** `m.room.guest_access`. client-server-api/#mroomguest_access */
export const guestAccessContent = {
  type: 'object',
  required: ['guest_access'],
  properties: { guest_access: { enum: ['can_join', 'forbidden'] } },
} as const

/** `m.room.canonical_alias`: the address to show, and others that are good. client-server-api/#mroomcanonical_alias */
export const canonicalAliasContent = {
  type: 'object',
  properties: {
    alias: { anyOf: [roomAlias, { type: 'string', maxLength: 0 }, { type: 'null' }] },
    alt_aliases: { type: 'array', items: roomAlias },
  },
} as const

/** `m.room.tombstone`: the room has moved. client-server-api/#mroomtombstone */
export const tombstoneContent = {
  type: 'object',
  required: ['body', 'replacement_room'],
  properties: { body: { type: 'string' }, replacement_room: roomId },
} as const

/** `m.room.pinned_events`. client-server-api/#mroompinned_events */
export const pinnedEventsContent = {
  type: 'object',
  required: ['pinned'],
  properties: { pinned: { type: 'array', items: eventId } },
} as const

/** `m.room.server_acl`: servers kept out, as globs that ignore case. client-server-api/#mroomserver_acl */
export const serverAclContent = {
  type: 'object',
  properties: {
    allow: { type: 'array', items: { type: 'string' }, default: [] },
    deny: { type: 'array', items: { type: 'string' }, default: [] },
    allow_ip_literals: { type: 'boolean', default: true },
  },
} as const

/** `m.room.encryption`: set once, never unset. client-server-api/#mroomencryption */
export const encryptionContent = {
  type: 'object',
  required: ['algorithm'],
  properties: {
    algorithm: { type: 'string', examples: ['m.megolm.v1.aes-sha2'] },
    rotation_period_ms: { type: 'integer', minimum: 0, default: 604_800_000 },
    rotation_period_msgs: { type: 'integer', minimum: 0, default: 100 },
  },
} as const

/** `m.room.third_party_invite`: an invitation to somebody known by an address alone. client-server-api/#mroomthird_party_invite */
export const thirdPartyInviteContent = {
  type: 'object',
  required: ['display_name', 'key_validity_url', 'public_key'],
  properties: {
    display_name: { type: 'string' },
    key_validity_url: { type: 'string' },
    public_key: { type: 'string' },
    public_keys: {
      type: 'array',
      items: {
        type: 'object',
        required: ['public_key'],
        properties: { public_key: { type: 'string' }, key_validity_url: { type: 'string' } },
      },
    },
  },
} as const

const via = { type: 'array', items: serverName, description: 'Servers to join through. Absent: the link is cut.' } as const

/** `m.space.child`, in a Space; the state key is the ID of the room below it. client-server-api/#mspacechild */
export const spaceChildContent = {
  type: 'object',
  properties: {
    via,
    order: { type: 'string', maxLength: 50, pattern: '^[\\x20-\\x7E]+$', description: 'Sorts before those without one.' },
    suggested: { type: 'boolean', default: false },
  },
} as const

/** `m.space.parent`, in a room; the state key is the ID of the Space above it. client-server-api/#mspaceparent */
export const spaceParentContent = {
  type: 'object',
  properties: { via, canonical: { type: 'boolean', default: false } },
} as const

/** Event type → the schema of its content. */
export const roomStateContents = {
  'm.room.name': nameContent,
  'm.room.topic': topicContent,
  'm.room.avatar': avatarContent,
  'm.room.join_rules': joinRulesContent,
  'm.room.history_visibility': historyVisibilityContent,
  'm.room.guest_access': guestAccessContent,
  'm.room.canonical_alias': canonicalAliasContent,
  'm.room.tombstone': tombstoneContent,
  'm.room.pinned_events': pinnedEventsContent,
  'm.room.server_acl': serverAclContent,
  'm.room.encryption': encryptionContent,
  'm.room.third_party_invite': thirdPartyInviteContent,
  'm.space.child': spaceChildContent,
  'm.space.parent': spaceParentContent,
} as const

export type JoinRule = FromSchema<typeof joinRule>
export type JoinRulesContent = FromSchema<typeof joinRulesContent>
export type HistoryVisibility = FromSchema<typeof historyVisibility>
export type CanonicalAliasContent = FromSchema<typeof canonicalAliasContent>
export type ServerAclContent = FromSchema<typeof serverAclContent>
