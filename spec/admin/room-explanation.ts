import { endpoint } from '../endpoint.ts'
import { eventId, roomId, timestamp, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const count = { type: 'integer', minimum: 0 } as const
const text = { type: 'string' } as const
const anyUser = { type: 'string', description: 'A user ID.' } as const
const version = { type: 'integer', minimum: 0, description: "A version of the room's state: how many changes it had had." } as const

/** How an event stands on this server. */
export const eventStanding = {
  enum: ['ordinary', 'outlier', 'rejected', 'soft-failed', 'turning', 'withheld', 'dummy', 'past'],
  description:
    'turning: its arrival changed the state otherwise than by itself; past: state that did not become current, or not it alone; withheld: a redaction without effect; outlier: held for what cites it.',
} as const

/** An event without its content. */
export const notedEvent = {
  type: 'object',
  required: ['event_id', 'type', 'sender', 'depth', 'origin_server_ts', 'standing'],
  properties: {
    event_id: eventId,
    type: text,
    state_key: text,
    sender: anyUser,
    depth: { type: 'integer' },
    origin_server_ts: timestamp,
    standing: eventStanding,
  },
} as const

const listOf = <const Item>(items: Item, maxItems: number) =>
  ({
    type: 'object',
    required: ['count', 'shown'],
    properties: { count: { ...count, description: 'Of all, shown or not.' }, shown: { type: 'array', maxItems, items } },
  }) as const

const powerLevel = {
  anyOf: [{ type: 'number' }, { const: 'unlimited' }],
  description: '`unlimited`: a creator of a room of version 12 or later.',
} as const

const verdict = {
  type: 'object',
  required: ['verdict'],
  properties: {
    verdict: { enum: ['allowed', 'refused', 'unknown'] },
    rule: { ...text, description: "The rule that refuses, by its number in the text of the room's version." },
    reason: { ...text, description: 'Why it is refused, or cannot be told.' },
  },
} as const

const check = {
  type: 'object',
  required: ['by', ...verdict.required],
  properties: {
    by: {
      enum: ['auth-events', 'state-before', 'state-on-arrival', 'present-state'],
      description: 'What it is judged by; the first three are the checks on receipt.',
    },
    ...verdict.properties,
  },
} as const

const levelOfDeed = {
  type: 'object',
  required: ['deed', 'level', 'everyone', 'count', 'user_ids'],
  properties: {
    deed: { enum: ['send-messages', 'set-state', 'invite', 'kick', 'ban', 'redact', 'set-power-levels', 'set-join-rules', 'upgrade'] },
    level: { type: 'number' },
    everyone: { type: 'boolean', description: 'Whether members have it to whom no level of their own is given.' },
    count: { ...count, description: 'Joined members who have it.' },
    user_ids: { type: 'array', maxItems: 20, items: anyUser, description: 'Some of them who have it by name, the most powerful first.' },
  },
} as const

const change = {
  type: 'object',
  required: ['type', 'state_key'],
  properties: { type: text, state_key: text, before: eventId, after: eventId },
} as const

const turn = {
  type: 'object',
  required: ['event', 'version', 'changed'],
  properties: {
    event: notedEvent,
    version: { ...version, description: 'The version of the state from then on.' },
    changed: { ...listOf(change, 20), description: 'None: what arrived lost to what stood there.' },
  },
} as const

const figure = {
  type: 'object',
  required: ['figure', 'value', 'verdict', 'note'],
  properties: {
    figure: {
      enum: ['extremities', 'gaps', 'refused', 'overlay-layers', 'auth-events', 'auth-edges', 'last-event', 'turns'],
    },
    value: { type: 'number', description: '`refused`: the share of 1; `last-event`: `origin_server_ts`.' },
    verdict: { enum: ['fine', 'watch', 'bad'] },
    note: text,
  },
} as const

const overview = {
  type: 'object',
  required: [
    'creators',
    'join_rule',
    'history_visibility',
    'published',
    'federates',
    'extremities',
    'backward_extremities',
    'counts',
    'members',
    'servers',
    'levels',
    'turns',
    'health',
  ],
  properties: {
    creators: { type: 'array', maxItems: 100, items: anyUser, description: 'The founder first; others in rooms of version 12 or later.' },
    join_rule: text,
    history_visibility: text,
    published: { type: 'boolean', description: 'Whether the room directory of this server lists it.' },
    federates: { type: 'boolean', description: 'Whether the room is open to users of other servers than its creator’s.' },
    extremities: listOf(notedEvent, 50),
    backward_extremities: listOf(eventId, 50),
    counts: {
      type: 'object',
      required: [
        'events',
        'state_events',
        'state_versions',
        'overlays',
        'outliers',
        'rejected',
        'soft_failed',
        'turning',
        'withheld',
        'dummy',
        'past',
      ],
      properties: {
        events: count,
        state_events: count,
        state_versions: count,
        overlays: { ...count, description: 'States before events that are no version of the main line.' },
        outliers: count,
        rejected: count,
        soft_failed: count,
        turning: count,
        withheld: count,
        dummy: count,
        past: count,
      },
    },
    members: {
      type: 'object',
      required: ['join', 'invite', 'knock', 'leave', 'ban'],
      properties: { join: count, invite: count, knock: count, leave: count, ban: count },
    },
    servers: {
      ...listOf(
        {
          type: 'object',
          required: ['server_name', 'joined', 'known'],
          properties: { server_name: text, joined: count, known: count },
        } as const,
        20,
      ),
      description: 'Those with the most joined members; `known`: users with any membership.',
    },
    levels: { type: 'array', items: levelOfDeed },
    turns: {
      type: 'array',
      maxItems: 20,
      items: turn,
      description: 'The last places where branches met and one of them lost, the latest first.',
    },
    health: { type: 'array', items: figure },
  },
} as const

const citedEvent = {
  type: 'object',
  required: ['event_id', 'held'],
  properties: {
    event_id: text,
    held: { type: 'boolean', description: 'Whether this server has it, in this room.' },
    type: text,
    state_key: text,
    standing: eventStanding,
  },
} as const

const trial = {
  type: 'object',
  required: ['event', 'pass', ...verdict.required],
  properties: { event: notedEvent, pass: { enum: ['power', 'rest', 'join-rules', 'members', 'others'] }, ...verdict.properties },
} as const

const resolution = {
  type: 'object',
  required: ['branches', 'trials'],
  properties: {
    branches: { type: 'array', maxItems: 50, items: eventId, description: 'The events whose states met.' },
    trials: {
      ...listOf(trial, 50),
      description:
        'What was tried, in order. Where that is too much, those at the same key are shown before those refused, and these before the rest.',
    },
  },
} as const

const loss = {
  type: 'object',
  required: ['how', 'why'],
  properties: {
    how: {
      enum: ['replaced', 'resolved', 'unclear', 'never'],
      description:
        'replaced: a later event took its place; resolved: branches met, and another one won; unclear: what met cannot be told any more; never: it was never a part of the state.',
    },
    version: { ...version, description: 'The version of the state that no longer has it.' },
    by: { ...notedEvent, description: 'The event whose arrival decided it.' },
    why: text,
    resolution,
  },
} as const

const eventExplanation = {
  type: 'object',
  required: ['event', 'in_timeline', 'shown', 'prev_events', 'auth_events', 'checks', 'redactions_without_effect'],
  properties: {
    event: notedEvent,
    in_timeline: { type: 'boolean' },
    shown: { type: 'boolean', description: 'Whether clients see it, as far as history visibility lets them.' },
    hidden_because: text,
    prev_events: { type: 'array', maxItems: 50, items: citedEvent },
    auth_events: { type: 'array', maxItems: 50, items: citedEvent },
    checks: { type: 'array', items: check },
    redacted_by: notedEvent,
    redactions_without_effect: { type: 'array', maxItems: 20, items: notedEvent },
    state_before: {
      type: 'object',
      required: ['version', 'entries', 'overlay_entries', 'overlay_layers', 'relevant'],
      properties: {
        version,
        entries: count,
        overlay_entries: { ...count, description: 'What it has otherwise than that version.' },
        overlay_layers: count,
        relevant: {
          type: 'array',
          maxItems: 20,
          description: 'The entries by which the event is judged.',
          items: { type: 'object', required: ['type', 'state_key'], properties: { type: text, state_key: text, event_id: eventId } },
        },
      },
    },
    state: {
      type: 'object',
      description: 'For state events: whether it counts.',
      required: ['current', 'held'],
      properties: {
        current: { type: 'boolean' },
        current_event: { ...notedEvent, description: 'The one that stands at its key now.' },
        held: {
          type: 'array',
          maxItems: 20,
          description: 'When it was a part of the room’s state, the latest last.',
          items: { type: 'object', required: ['from_version'], properties: { from_version: version, to_version: version } },
        },
        lost: loss,
      },
    },
  },
} as const

const userExplanation = {
  type: 'object',
  required: ['user_id', 'membership', 'power', 'creator', 'memberships', 'deeds', 'refused_events'],
  properties: {
    user_id: userId,
    membership: text,
    power: powerLevel,
    creator: { type: 'boolean' },
    memberships: {
      ...listOf(
        {
          type: 'object',
          required: ['version', 'membership', 'by_resolution'],
          properties: {
            version,
            membership: text,
            event: notedEvent,
            by_resolution: {
              type: 'boolean',
              description: 'Whether the meeting of branches brought it, not the arrival of the event itself.',
            },
          },
        } as const,
        50,
      ),
      description: 'What they were over time, the latest shown ones last.',
    },
    deeds: {
      type: 'array',
      description: 'What they may do now.',
      items: {
        type: 'object',
        required: ['deed', ...verdict.required],
        properties: {
          deed: {
            enum: [
              'join',
              'leave',
              'knock',
              'invite',
              'kick',
              'ban',
              'send-messages',
              'redact',
              'set-name',
              'set-topic',
              'set-power-levels',
              'set-join-rules',
              'upgrade',
            ],
          },
          ...verdict.properties,
        },
      },
    },
    join_conditions: {
      type: 'array',
      maxItems: 20,
      description: 'In restricted rooms: the rooms whose members may join.',
      items: {
        type: 'object',
        required: ['room_id', 'known', 'joined'],
        properties: { room_id: text, known: { type: 'boolean', description: 'To this server.' }, joined: { type: 'boolean' } },
      },
    },
    refused_events: {
      ...listOf(
        {
          type: 'object',
          required: ['event', 'checks'],
          properties: { event: notedEvent, checks: { type: 'array', items: check } },
        } as const,
        20,
      ),
      description: 'Theirs that were rejected or soft-failed, the latest first.',
    },
  },
} as const

/** What a room's storage and rules tell of the room, of one of its events, or of a user in it. No contents of messages. */
export const roomExplanation = {
  type: 'object',
  required: ['room_id', 'room_version'],
  properties: { room_id: roomId, room_version: text, room: overview, event: eventExplanation, user: userExplanation },
} as const

export const explainRoom = endpoint({
  method: 'GET',
  path: '/_matrix/client/unstable/chat.hallway/admin/rooms/:roomId/explain',
  access: 'admin',
  summary: 'Explains a room, how an event of it stands and why, or what a user may do in it and by which rule not.',
  reference: 'README.md#administration',
  params: { type: 'object', required: ['roomId'], properties: { roomId } },
  query: {
    type: 'object',
    properties: {
      subject: {
        type: 'string',
        maxLength: 255,
        pattern: '^[@$].+$',
        description: 'The ID of an event or of a user; absent: the room itself.',
      },
    },
  },
  response: roomExplanation,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export type RoomExplanation = FromSchema<typeof roomExplanation>
export type RoomOverview = FromSchema<typeof overview>
export type EventExplanation = FromSchema<typeof eventExplanation>
export type UserExplanation = FromSchema<typeof userExplanation>
export type NotedEvent = FromSchema<typeof notedEvent>
export type EventStanding = FromSchema<typeof eventStanding>
export type HealthFigure = FromSchema<typeof figure>
export type LevelOfDeed = FromSchema<typeof levelOfDeed>
export type StateTurn = FromSchema<typeof turn>
export type Check = FromSchema<typeof check>
export type StateLoss = FromSchema<typeof loss>
export type RuleVerdict = FromSchema<typeof verdict>
