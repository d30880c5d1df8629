import type { Numbers } from '../rule-coverage-table.ts'
import { byVersion } from '../rule-coverage-table.ts'

/** Content, or anything else that becomes JSON; a key that is `undefined` is left out. */
export interface Json {
  readonly [key: string]: unknown
}

/** A state event of the room. */
export interface State {
  readonly type: string
  readonly state_key: string
  readonly sender: string
  readonly content: Json
}

/** The judged event; `room_id` and so on only where a case needs them other than usual. */
export interface Subject {
  readonly type: string
  readonly sender: string
  readonly state_key?: string
  readonly content: Json
  readonly room_id?: string | null
  readonly prev_events?: readonly string[]
  readonly event_id?: string
  readonly redacts?: string
}

/** What the judged event cites: a state event of the room by its key, or one that is nowhere else. */
export type Cite = readonly [type: string, stateKey: string] | (Partial<State> & { readonly room_id?: string; readonly rejected?: boolean })

/** One event, what judges it, and the verdict of every version that the case speaks of. */
export interface Case {
  readonly title: string
  readonly state?: readonly State[]
  readonly without?: readonly (readonly [type: string, stateKey: string])[]
  readonly signedBy?: readonly string[]
  readonly event: Subject
  readonly cites?: readonly Cite[]
  readonly rejectedBy?: Numbers
  readonly allowedBy?: Numbers
}

export const id = (name: string): string => `@${name}:a.example`

/** The rule's numbers in some versions only. */
export const within = (numbers: Numbers, first: number, last = 12): Numbers => {
  const ranges: [from: number, to: number, number: string][] = []
  for (const [version, number] of byVersion(numbers)) {
    const at = Number(version)
    if (at < first || at > last) continue
    const open = ranges.at(-1)
    if (open?.[2] === number && open[1] === at - 1) open[1] = at
    else ranges.push([at, at, number])
  }
  return Object.fromEntries(ranges.map(([from, to, number]) => [from === to ? `${from}` : `${from}-${to}`, number]))
}

const member = (name: string, membership: string): State => ({
  type: 'm.room.member',
  state_key: name.startsWith('@') ? name : id(name),
  sender: name.startsWith('@') ? name : id(name),
  content: { membership },
})

const commonLevels: Json = {
  users: { [id('admin')]: 100, [id('mod')]: 50, [id('mod2')]: 50, [id('junior')]: 25 },
  users_default: 0,
  events: { 'm.room.topic': 25, 'x.high': 75, 'x.low': 10 },
  events_default: 0,
  state_default: 50,
  ban: 50,
  kick: 50,
  redact: 50,
  invite: 10,
  notifications: { room: 60, low: 5 },
}

/** The levels of the room with some of them otherwise; `undefined` drops one. */
export const levels = (changes: Json = {}): Json => ({ ...commonLevels, ...changes })
/** The users of the room with some of them otherwise. */
export const users = (changes: Json): Json => ({ users: { ...(commonLevels['users'] as Json), ...changes } })
/** The levels of types with some of them otherwise. */
export const types = (changes: Json): Json => ({ events: { ...(commonLevels['events'] as Json), ...changes } })

/** The state that a case needs beside what is there anyway. */
export const withLevels = (content: Json): State => ({ type: 'm.room.power_levels', state_key: '', sender: id('alice'), content })
export const withJoinRule = (join_rule: unknown): State => ({
  type: 'm.room.join_rules',
  state_key: '',
  sender: id('alice'),
  content: { join_rule },
})
export const withMember = member
export const withCreate = (content: Json): State => ({
  type: 'm.room.create',
  state_key: '',
  sender: id('alice'),
  content: { creator: id('alice'), ...content },
})

/** A membership event: who does it, to whom, and what else its content says. */
export const membership = (sender: string, target: string, value: unknown, more: Json = {}): Subject => ({
  type: 'm.room.member',
  sender: id(sender),
  state_key: id(target),
  content: { membership: value, ...more },
})
export const message = (sender: string, type = 'm.room.message'): Subject => ({
  type,
  sender: sender.startsWith('@') ? sender : id(sender),
  content: {},
})
export const state = (sender: string, type: string, state_key = ''): Subject => ({ type, sender: id(sender), state_key, content: {} })
export const setLevels = (sender: string, content: Json): Subject => ({
  type: 'm.room.power_levels',
  sender: id(sender),
  state_key: '',
  content,
})

/** The room that all cases share. */
export const commonState: readonly State[] = [
  withCreate({}),
  ...['alice', 'admin', 'mod', 'mod2', 'junior', 'member', '@far:b.example'].map((name) => member(name, 'join')),
  member('invited', 'invite'),
  member('banned', 'ban'),
  member('knocking', 'knock'),
  member('left', 'leave'),
  withLevels(commonLevels),
  withJoinRule('invite'),
]
