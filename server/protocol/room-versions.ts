import { type RuleNumbers, ruleNumbers } from './rule-numbers.ts'

/** What redaction leaves of an event. rooms/v11/#redactions */
export interface RedactionRules {
  /** The top-level keys that stay. */
  readonly topLevel: ReadonlySet<string>
  /** By event type: the keys of the content that stay, or `all` of them. No entry: none stays. */
  readonly content: ReadonlyMap<string, readonly ContentKey[] | 'all'>
}

/** A key of the content that stays: whole, or only these keys below it. */
export type ContentKey = string | { readonly key: string; readonly only: readonly string[] }

/** The rules of a room version, as values: nothing else asks which version a room has. rooms/#feature-matrix */
export interface RoomVersion {
  readonly id: string
  readonly stable: boolean
  /** How an event gets its ID: its maker chooses one with the room's domain (1 and 2); `$` and the reference hash in standard Base64 (3), in URL-safe Base64 (4 and later). */
  readonly eventIdFormat: 'chosen' | 'standard-hash' | 'url-safe-hash'
  /** `auth_events` and `prev_events` are pairs of ID and hashes (1 and 2), not IDs. */
  readonly citesWithHashes: boolean
  readonly stateResolution: 'v1' | 'v2' | 'v2.1'
  readonly redaction: RedactionRules
  /** The largest `depth`. Beyond 2^53 − 1 (5 and earlier) a number loses its last digits here; the event's text keeps them. */
  readonly maxDepth: number
  /** Numbers are integers within ±(2^53 − 1), without fraction or exponent (6 and later). */
  readonly strictIntegers: boolean
  /** Power levels are integers, never strings (10 and later). */
  readonly integerPowerLevels: boolean
  /** Power levels may have a fraction, which does not count (5 and earlier). */
  readonly fractionalPowerLevels: boolean
  /** Changes of `notifications` in power levels are judged as those of `events` are (6 and later). */
  readonly notificationLevelsJudged: boolean
  /** The create event names its author in `content.creator` (10 and earlier). */
  readonly creatorInContent: boolean
  /** A redaction keeps the ID of its target in the content (11 and later), not at top level. */
  readonly redactsInContent: boolean
  /** A redaction takes effect because the rules allow it (1 and 2); later it is judged apart from them. */
  readonly redactionsJudgedByRules: boolean
  /** The create event has no `room_id`, and the room ID is its event ID with another sigil (12 and later). */
  readonly createOmitsRoomId: boolean
  /** The create event is not cited among `auth_events`; the room ID implies it (12 and later). */
  readonly createImplied: boolean
  /** Who created the room outranks everybody, for good (12 and later). */
  readonly privilegedCreators: boolean
  /** Membership `knock` and the join rule of that name (7 and later). */
  readonly knock: boolean
  /** Join rule `restricted` (8 and later). */
  readonly restrictedJoins: boolean
  /** Join rule `knock_restricted` (10 and later). */
  readonly knockRestricted: boolean
  /** A key must be valid at the time of the event that it signs (5 and later). */
  readonly keyValidityEnforced: boolean
  readonly rules: RuleNumbers
}

const topLevelOfV11 = [
  'event_id',
  'type',
  'room_id',
  'sender',
  'state_key',
  'content',
  'hashes',
  'signatures',
  'depth',
  'prev_events',
  'auth_events',
  'origin_server_ts',
]
const topLevelOfV1 = [...topLevelOfV11, 'prev_state', 'origin', 'membership']

type ContentRules = { readonly [type: string]: readonly ContentKey[] | 'all' }

const redaction = (topLevel: readonly string[], content: ContentRules): RedactionRules => ({
  topLevel: new Set(topLevel),
  content: new Map(Object.entries(content)),
})

const levelsOfV1 = ['ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default']
const contentOfV6: ContentRules = {
  'm.room.member': ['membership'],
  'm.room.create': ['creator'],
  'm.room.join_rules': ['join_rule'],
  'm.room.power_levels': levelsOfV1,
  'm.room.history_visibility': ['history_visibility'],
}
const contentOfV8: ContentRules = { ...contentOfV6, 'm.room.join_rules': ['join_rule', 'allow'] }
const contentOfV9: ContentRules = { ...contentOfV8, 'm.room.member': ['membership', 'join_authorised_via_users_server'] }
const contentOfV11: ContentRules = {
  ...contentOfV9,
  'm.room.member': ['membership', 'join_authorised_via_users_server', { key: 'third_party_invite', only: ['signed'] }],
  'm.room.create': 'all',
  'm.room.power_levels': [...levelsOfV1, 'invite'],
  'm.room.redaction': ['redacts'],
}

const v1: RoomVersion = {
  id: '1',
  stable: true,
  eventIdFormat: 'chosen',
  citesWithHashes: true,
  stateResolution: 'v1',
  redaction: redaction(topLevelOfV1, { ...contentOfV6, 'm.room.aliases': ['aliases'] }),
  maxDepth: 2 ** 63,
  strictIntegers: false,
  integerPowerLevels: false,
  fractionalPowerLevels: true,
  notificationLevelsJudged: false,
  creatorInContent: true,
  redactsInContent: false,
  redactionsJudgedByRules: true,
  createOmitsRoomId: false,
  createImplied: false,
  privilegedCreators: false,
  knock: false,
  restrictedJoins: false,
  knockRestricted: false,
  keyValidityEnforced: false,
  rules: ruleNumbers.v1,
}

const v2: RoomVersion = { ...v1, id: '2', stateResolution: 'v2' }

const v3: RoomVersion = {
  ...v2,
  id: '3',
  eventIdFormat: 'standard-hash',
  citesWithHashes: false,
  redactionsJudgedByRules: false,
  rules: ruleNumbers.v3,
}

const v4: RoomVersion = { ...v3, id: '4', eventIdFormat: 'url-safe-hash' }

const v5: RoomVersion = { ...v4, id: '5', keyValidityEnforced: true }

const v6: RoomVersion = {
  ...v5,
  id: '6',
  redaction: redaction(topLevelOfV1, contentOfV6),
  maxDepth: Number.MAX_SAFE_INTEGER,
  strictIntegers: true,
  fractionalPowerLevels: false,
  notificationLevelsJudged: true,
  rules: ruleNumbers.v6,
}

const v7: RoomVersion = { ...v6, id: '7', knock: true, rules: ruleNumbers.v7 }

const v8: RoomVersion = {
  ...v7,
  id: '8',
  redaction: redaction(topLevelOfV1, contentOfV8),
  restrictedJoins: true,
  rules: ruleNumbers.v8,
}

const v9: RoomVersion = { ...v8, id: '9', redaction: redaction(topLevelOfV1, contentOfV9) }

const v10: RoomVersion = { ...v9, id: '10', integerPowerLevels: true, knockRestricted: true, rules: ruleNumbers.v10 }

const v11: RoomVersion = {
  ...v10,
  id: '11',
  redaction: redaction(topLevelOfV11, contentOfV11),
  creatorInContent: false,
  redactsInContent: true,
}

const v12: RoomVersion = {
  ...v11,
  id: '12',
  stateResolution: 'v2.1',
  createOmitsRoomId: true,
  createImplied: true,
  privilegedCreators: true,
  rules: ruleNumbers.v12,
}

const versions = new Map([v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12].map((version) => [version.id, version]))

/** The rules of a version by its ID; `undefined` for one that this server does not know. */
export const roomVersion = (id: string): RoomVersion | undefined => versions.get(id)

/** Every version that this server can create and join. */
export const roomVersions: readonly RoomVersion[] = [...versions.values()]

/** The version of new rooms. rooms/#complete-list-of-room-versions */
export const defaultRoomVersion = '12'
