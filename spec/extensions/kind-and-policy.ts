import { userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

/**
 * Content of the state event `chat.hallway.kind`, state key empty: what a room is to people. Written at creation and
 * then fixed (level 101). It is not the `type` of `m.room.create`, since other clients may hide rooms of a type unknown to them.
 */
export const kind = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { type: 'string', enum: ['channel', 'announcement', 'group', 'dm', 'livechat', 'notes'] },
  },
} as const

/**
 * Content of the state event `chat.hallway.policy`, state key empty: what power levels cannot say. Set with level 100.
 * The home server enforces it for its own people, keeps keys it does not know, and refuses what its configuration
 * forbids or what it does not enforce (`chat.hallway.POLICY`). Nothing here carries a
 * `default`, since these keys are also overrides, where absent means: as the preset has it.
 */
export const policy = {
  type: 'object',
  properties: {
    history: {
      type: 'string',
      enum: ['ask', 'all', 'joined'],
      description: 'What newcomers see of the time before them: as whoever adds them chooses, all (absent), or nothing.',
    },
    preview: {
      type: 'string',
      enum: ['none', 'org'],
      description: '`org`: the people of this server read without joining. Absent: `none`.',
    },
    mandatory: { type: 'boolean', description: 'Every account of this server is a member and cannot leave.' },
    remove: {
      type: 'string',
      enum: ['pl', 'members'],
      description: 'Who removes people: whoever has the power level (absent), or any member through the server.',
    },
    edit_window: { type: 'integer', minimum: 0, description: 'Milliseconds in which a message may be edited. Absent: for ever.' },
    encryption: {
      type: 'string',
      enum: ['off', 'allowed', 'required'],
      description: 'Absent: `allowed`. `required` also means: no search on the server, and no text in e-mails.',
    },
  },
} as const

/**
 * Content of `chat.hallway.history` in the content of an invite: from where on the newcomer sees the room's past.
 * Chosen by whoever adds; read only where the room's policy says `history: ask`.
 */
export const inviteHistory = {
  type: 'object',
  required: ['from'],
  properties: {
    from: {
      anyOf: [{ enum: ['join', 'all'] }, { type: 'integer', minimum: 0 }],
      description: 'Nothing before the join, everything, or everything since a moment in milliseconds since the epoch.',
    },
  },
} as const

/** Content of `chat.hallway.actor` in an event that the server sent on behalf of someone: who that was. */
export const actor = userId

export type Kind = FromSchema<typeof kind>['kind']
export type Policy = FromSchema<typeof policy>
export type InviteHistory = FromSchema<typeof inviteHistory>
