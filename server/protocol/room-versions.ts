/** What redaction leaves of an event. rooms/v11/#redactions */
export interface RedactionRules {
  /** The top-level keys that stay. */
  readonly topLevel: ReadonlySet<string>
  /** By event type: the keys of the content that stay, or `all` of them. No entry: none stays. */
  readonly content: ReadonlyMap<string, readonly ContentKey[] | 'all'>
}

/** A key of the content that stays: whole, or only these keys below it. */
export type ContentKey = string | { readonly key: string; readonly only: readonly string[] }

/** The numbers that a room version's text gives to its authorisation rules, so that verdicts cite what one can look up. */
export interface RuleNumbers {
  readonly create: string
  /** That the room ID names an accepted create event; absent where the version has no such rule. */
  readonly roomId?: string
  readonly authEvents: string
  readonly federate: string
  readonly member: string
  readonly senderJoined: string
  readonly thirdPartyInvite: string
  readonly requiredLevel: string
  readonly foreignStateKey: string
  readonly powerLevels: {
    readonly topLevelIntegers: string
    readonly mapIntegers: string
    readonly users: string
    readonly creators?: string
    readonly topLevelChange: string
    readonly mapOldValue: string
    readonly mapNewValue: string
    readonly userOldValue: string
    readonly userNewValue: string
  }
}

/** The rules of a room version, as values: nothing else asks which version a room has. rooms/#feature-matrix */
export interface RoomVersion {
  readonly id: string
  readonly stable: boolean
  /** How an event gets its ID: `$` and the reference hash, in URL-safe Base64 (4 and later). */
  readonly eventIdFormat: 'url-safe-hash'
  readonly stateResolution: 'v2' | 'v2.1'
  readonly redaction: RedactionRules
  /** Numbers are integers within ±(2^53 − 1), without fraction or exponent (6 and later). */
  readonly strictIntegers: boolean
  /** Power levels are integers, never strings (10 and later). */
  readonly integerPowerLevels: boolean
  /** The create event names its author in `content.creator` (10 and earlier). */
  readonly creatorInContent: boolean
  /** A redaction keeps the ID of its target in the content (11 and later), not at top level. */
  readonly redactsInContent: boolean
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

const redactionOfV11: RedactionRules = {
  topLevel: new Set([
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
  ]),
  content: new Map<string, readonly ContentKey[] | 'all'>([
    ['m.room.member', ['membership', 'join_authorised_via_users_server', { key: 'third_party_invite', only: ['signed'] }]],
    ['m.room.create', 'all'],
    ['m.room.join_rules', ['join_rule', 'allow']],
    ['m.room.power_levels', ['ban', 'events', 'events_default', 'invite', 'kick', 'redact', 'state_default', 'users', 'users_default']],
    ['m.room.history_visibility', ['history_visibility']],
    ['m.room.redaction', ['redacts']],
  ]),
}

const v11: RoomVersion = {
  id: '11',
  stable: true,
  eventIdFormat: 'url-safe-hash',
  stateResolution: 'v2',
  redaction: redactionOfV11,
  strictIntegers: true,
  integerPowerLevels: true,
  creatorInContent: false,
  redactsInContent: true,
  createOmitsRoomId: false,
  createImplied: false,
  privilegedCreators: false,
  knock: true,
  restrictedJoins: true,
  knockRestricted: true,
  keyValidityEnforced: true,
  rules: {
    create: '1',
    authEvents: '2',
    federate: '3',
    member: '4',
    senderJoined: '5',
    thirdPartyInvite: '6',
    requiredLevel: '7',
    foreignStateKey: '8',
    powerLevels: {
      topLevelIntegers: '9.1',
      mapIntegers: '9.2',
      users: '9.3',
      topLevelChange: '9.5',
      mapOldValue: '9.6.1',
      mapNewValue: '9.7.1',
      userOldValue: '9.8.1',
      userNewValue: '9.9.1',
    },
  },
}

const v12: RoomVersion = {
  ...v11,
  id: '12',
  stateResolution: 'v2.1',
  createOmitsRoomId: true,
  createImplied: true,
  privilegedCreators: true,
  rules: {
    create: '1',
    roomId: '2',
    authEvents: '3',
    federate: '4',
    member: '5',
    senderJoined: '6',
    thirdPartyInvite: '7',
    requiredLevel: '8',
    foreignStateKey: '9',
    powerLevels: {
      topLevelIntegers: '10.1',
      mapIntegers: '10.2',
      users: '10.3',
      creators: '10.4',
      topLevelChange: '10.6',
      mapOldValue: '10.7.1',
      mapNewValue: '10.8.1',
      userOldValue: '10.9.1',
      userNewValue: '10.10.1',
    },
  },
}

const versions = new Map([v11, v12].map((version) => [version.id, version]))

/** The rules of a version by its ID; `undefined` for one that this server does not know. */
export const roomVersion = (id: string): RoomVersion | undefined => versions.get(id)

/** Every version that this server can create and join. */
export const roomVersions: readonly RoomVersion[] = [...versions.values()]

/** The version of new rooms. rooms/#complete-list-of-room-versions */
export const defaultRoomVersion = '12'
