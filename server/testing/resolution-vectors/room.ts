/** A state event, as the vectors have it. */
export interface VectorEvent {
  readonly event_id: string
  readonly type: string
  readonly state_key: string
  readonly sender: string
  readonly content: { readonly [key: string]: unknown }
  readonly depth: number
  readonly origin_server_ts: number
  /** Without the create event, which versions 1 to 11 cite as well. */
  readonly auth_events: readonly string[]
  readonly prev_events?: readonly string[]
}

/** States of a room, and what becomes of them. A state is the opening with changes: `topic` puts an event in its place, `-dave` takes one away. */
export interface Scenario {
  readonly title: string
  readonly events: readonly VectorEvent[]
  readonly states: readonly (readonly string[])[]
  readonly rejected?: readonly string[]
  /** By versions, such as `2-11`. */
  readonly resolved: { readonly [versions: string]: readonly string[] }
}

/** When an event was made, which is its depth as well unless that is given. */
type When = number | { readonly ts: number; readonly depth: number }

export const id = (name: string): string => `@${name}:${name === 'alice' ? 'a' : 'b'}.example`

/** Cites by names; `by` is the sender's. */
export const stateEvent = (
  name: string,
  [type, stateKey]: readonly [string, string],
  by: string,
  content: VectorEvent['content'],
  cites: string,
  when: When,
): VectorEvent => ({
  event_id: `$${name}`,
  type,
  state_key: stateKey,
  sender: id(by),
  content,
  depth: typeof when === 'number' ? when : when.depth,
  origin_server_ts: typeof when === 'number' ? when : when.ts,
  auth_events: cites
    .split(' ')
    .filter((cited) => cited !== '')
    .map((cited) => `$${cited}`),
})

/** What a user says of themselves. */
export const member = (name: string, user: string, membership: string, cites: string, when: When, more = {}): VectorEvent =>
  stateEvent(name, ['m.room.member', id(user)], user, { membership, ...more }, cites, when)

/** What one user says of another. */
export const removal = (name: string, by: string, user: string, membership: string, cites: string, when: When): VectorEvent =>
  stateEvent(name, ['m.room.member', id(user)], by, { membership }, cites, when)

/** Levels of users by name; Alice has 100 unless named. */
export const levels = (
  name: string,
  by: string,
  users: { readonly [user: string]: number },
  cites: string,
  when: When,
  more = {},
): VectorEvent =>
  stateEvent(
    name,
    ['m.room.power_levels', ''],
    by,
    { users: Object.fromEntries(Object.entries({ alice: 100, ...users }).map(([user, level]) => [id(user), level])), ...more },
    cites,
    when,
  )

export const joinRules = (name: string, by: string, rule: string, cites: string, when: When, more = {}): VectorEvent =>
  stateEvent(name, ['m.room.join_rules', ''], by, { join_rule: rule, ...more }, cites, when)

export const topic = (name: string, by: string, cites: string, when: When): VectorEvent =>
  stateEvent(name, ['m.room.topic', ''], by, { topic: name }, cites, when)

/** A state event of no consequence, that all members may send. */
export const note = (name: string, by: string, cites: string, when: When): VectorEvent =>
  stateEvent(name, ['example.note', name], by, {}, cites, when)

/** How every room of the vectors begins. */
export const opening: readonly VectorEvent[] = [
  { ...stateEvent('create', ['m.room.create', ''], 'alice', {}, '', 1), prev_events: [] },
  { ...member('alice', 'alice', 'join', '', 2), prev_events: ['$create'] },
  levels('levels', 'alice', { bob: 50, carol: 50 }, 'alice', 3, { events: { 'm.room.topic': 0, 'example.note': 0 } }),
  joinRules('public', 'alice', 'public', 'alice levels', 4),
  member('bob', 'bob', 'join', 'levels public', 5),
  member('carol', 'carol', 'join', 'levels public', 6),
  member('dave', 'dave', 'join', 'levels public', 7),
]
