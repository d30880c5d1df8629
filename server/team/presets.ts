import type { Policy } from '../../spec/extensions/kind-and-policy.ts'
import type { PresetName } from '../../spec/extensions/presets.ts'
import type { PresetOverrides } from '../../spec/extensions/rooms.ts'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'

/** The presets that this file describes; `dm` is made otherwise. */
export type RoomPreset = Exclude<PresetName, 'dm'>

/** What people expect of a sort of room: who may do what, who comes in, and what power levels cannot say. */
export interface Preset {
  readonly kind: 'channel' | 'announcement' | 'group'
  /** `space`: whoever is in the organisation's Space may join. */
  readonly join: 'space' | 'invite'
  /** Levels: 0 member, 50 admin, 100 owner, 101 nobody. */
  readonly levels: { readonly invite: number; readonly remove: number; readonly name: number; readonly post: number }
  readonly policy: Policy
  /** Whether it is to have a name, and may have an alias. */
  readonly named: boolean
}

/** The table of `spec/extensions/README.md`. */
export const presets: { readonly [name in RoomPreset]: Preset } = {
  'channel.public': {
    kind: 'channel',
    join: 'space',
    levels: { invite: 0, remove: 50, name: 50, post: 0 },
    policy: { preview: 'org' },
    named: true,
  },
  'channel.private': { kind: 'channel', join: 'invite', levels: { invite: 50, remove: 50, name: 50, post: 0 }, policy: {}, named: true },
  announcement: {
    kind: 'announcement',
    join: 'space',
    levels: { invite: 50, remove: 50, name: 50, post: 50 },
    policy: { mandatory: true },
    named: true,
  },
  'group.open': {
    kind: 'group',
    join: 'invite',
    levels: { invite: 0, remove: 50, name: 0, post: 0 },
    policy: { remove: 'members' },
    named: false,
  },
  'group.fixed': { kind: 'group', join: 'invite', levels: { invite: 0, remove: 101, name: 0, post: 0 }, policy: {}, named: false },
}

/** A preset with the departures from it that its maker wants. */
export const withOverrides = (preset: Preset, overrides: PresetOverrides): Preset => {
  const { invite_level, remove_level, name_level, post_level, ...policy } = overrides
  const { levels } = preset
  return {
    ...preset,
    levels: {
      invite: invite_level ?? levels.invite,
      remove: remove_level ?? levels.remove,
      name: name_level ?? levels.name,
      post: post_level ?? levels.post,
    },
    policy: { ...preset.policy, ...policy },
  }
}

/** The power levels of a room of the preset; what its owner has, the server's user who made it can never lose. */
export const powerLevelsOf = ({ levels }: Preset, owner: UserId): JsonObject => ({
  users: { [owner]: 100 },
  users_default: 0,
  events: {
    'm.room.name': levels.name,
    'm.room.topic': levels.name,
    'm.room.avatar': levels.name,
    'm.room.canonical_alias': 50,
    'm.room.power_levels': 100,
    'm.room.join_rules': 100,
    'm.room.history_visibility': 100,
    'm.room.guest_access': 100,
    'm.room.encryption': 100,
    'm.room.server_acl': 101,
    'm.room.tombstone': 150,
    // Marks, and taking back what one wrote oneself, stay with everyone, whoever may post.
    'm.reaction': 0,
    'm.room.redaction': 0,
    'chat.hallway.kind': 101,
    'chat.hallway.policy': 100,
    'io.element.functional_members': 101,
  },
  events_default: levels.post,
  state_default: 50,
  invite: levels.invite,
  kick: levels.remove,
  ban: levels.remove,
  redact: 50,
})

/** The join rule of a room of the preset. */
export const joinRulesOf = ({ join }: Preset, space: RoomId): JsonObject =>
  join === 'invite' ? { join_rule: 'invite' } : { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: space }] }

/** Whether the room is closed to other servers, whose people its policy could not bind. */
export const isClosed = ({ policy }: Preset): boolean => policy.mandatory === true || policy.remove === 'members'
