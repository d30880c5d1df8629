import { type Content, objectOf, type RoomEvent, type StrippedEvent, textOf, textsOf } from './event.ts'

/** What a room is for, as its place in the list and its mark show it. */
export type RoomKind = 'channel' | 'announcement' | 'group' | 'dm' | 'space'

/** A person in a room. */
export interface Member {
  readonly userId: string
  readonly name: string | undefined
  readonly membership: string
}

/** What a member is called after the power he holds: 100 owner, 50 administrator, less: member. */
export type Role = 'owner' | 'admin' | 'member'

type StateLike = Pick<RoomEvent, 'type' | 'sender' | 'content'> & { readonly state_key?: string; readonly event_id?: string }

/** State entries by type and state key. Never changed in place: `withState` makes a new one. */
export type StateMap = ReadonlyMap<string, StateLike>

const keyOf = (type: string, stateKey: string) => `${type}\u0000${stateKey}`

/** The map with the entries set; one without content (a stub) is removed. */
export const withState = (state: StateMap, entries: readonly (RoomEvent | StrippedEvent)[]): StateMap => {
  if (entries.length === 0) return state
  const next = new Map(state)
  for (const entry of entries) {
    const key = keyOf(entry.type, entry.state_key ?? '')
    if (entry.content === undefined) next.delete(key)
    else next.set(key, entry)
  }
  return next
}

/** The content of a state entry. */
export const stateOf = (state: StateMap, type: string, stateKey = ''): Content | undefined => state.get(keyOf(type, stateKey))?.content

/** Who set a state entry. */
export const setterOf = (state: StateMap, type: string, stateKey = ''): string | undefined => state.get(keyOf(type, stateKey))?.sender

/** All members that are known, whatever their membership. */
export const membersOf = (state: StateMap): Map<string, Member> => {
  const members = new Map<string, Member>()
  for (const { type, state_key: userId, content } of state.values()) {
    if (type !== 'm.room.member' || userId === undefined) continue
    members.set(userId, { userId, name: textOf(content, 'displayname'), membership: textOf(content, 'membership') ?? 'leave' })
  }
  return members
}

/** Accounts that run the room and are no one to talk to: those it names (MSC4171), and the server's own. */
export const functionalMembers = (state: StateMap): Set<string> => {
  const own = [...state.values()].flatMap(({ type, state_key: key }) =>
    type === 'm.room.member' && key?.startsWith('@_system:') ? [key] : [],
  )
  return new Set([...textsOf(stateOf(state, 'io.element.functional_members'), 'service_members'), ...own])
}

/** The kind that the room declares, or the one that its shape suggests. */
export const kindOf = (state: StateMap, isDirect: boolean): RoomKind => {
  if (textOf(stateOf(state, 'm.room.create'), 'type') === 'm.space') return 'space'
  const declared = textOf(stateOf(state, 'chat.hallway.kind'), 'kind')
  if (declared === 'channel' || declared === 'announcement' || declared === 'group' || declared === 'dm') return declared
  if (isDirect) return 'dm'
  if (isOpen(state)) return 'channel'
  return stateOf(state, 'm.room.name') || stateOf(state, 'm.room.canonical_alias') ? 'channel' : 'group'
}

/** Whether people may walk in without an invitation. */
export const isOpen = (state: StateMap): boolean => {
  const rule = textOf(stateOf(state, 'm.room.join_rules'), 'join_rule')
  return rule === 'public' || rule === 'restricted'
}

/** The room's own name: `m.room.name`, else its alias without server. */
export const givenName = (state: StateMap): string | undefined => {
  const name = textOf(stateOf(state, 'm.room.name'), 'name')?.trim()
  const alias = textOf(stateOf(state, 'm.room.canonical_alias'), 'alias')
  return name || (alias ? alias.slice(1).split(':', 1)[0] : undefined)
}

const levelIn = (levels: Content | undefined, key: string, fallback: number): number => {
  const level = levels?.[key]
  return typeof level === 'number' ? level : fallback
}

/** Those whose power has no bound: the creators of rooms of version 12 and later. rooms/v12/ */
export const creatorsOf = (state: StateMap): Set<string> => {
  const create = state.get(keyOf('m.room.create', ''))
  if (!create || Number(textOf(create.content, 'room_version') ?? '1') < 12) return new Set()
  return new Set([create.sender, ...textsOf(create.content, 'additional_creators')])
}

/** The power level of a user; infinite for a creator where the room version says so. */
export const powerOf = (state: StateMap, userId: string): number => {
  if (creatorsOf(state).has(userId)) return Number.POSITIVE_INFINITY
  const levels = stateOf(state, 'm.room.power_levels')
  if (!levels) return state.get(keyOf('m.room.create', ''))?.sender === userId ? 100 : 0
  return levelIn(objectOf(levels, 'users'), userId, levelIn(levels, 'users_default', 0))
}

/** The role that the level stands for. */
export const roleOf = (state: StateMap, userId: string): Role => {
  const power = powerOf(state, userId)
  return power >= 100 ? 'owner' : power >= 50 ? 'admin' : 'member'
}

/** The level that a deed needs. client-server-api/#mroompower_levels */
export const neededFor = (state: StateMap, deed: 'invite' | 'kick' | 'ban' | 'redact'): number =>
  levelIn(stateOf(state, 'm.room.power_levels'), deed, deed === 'invite' ? 0 : 50)

/** Whether the user's level suffices for sending an event of the type. */
export const maySend = (state: StateMap, userId: string, type: string, isState = false): boolean => {
  const levels = stateOf(state, 'm.room.power_levels')
  const needed = levelIn(
    objectOf(levels, 'events'),
    type,
    levelIn(levels, isState ? 'state_default' : 'events_default', isState && levels ? 50 : 0),
  )
  return powerOf(state, userId) >= needed
}

/** Whether the room is closed: it goes on in another one. client-server-api/#mroomtombstone */
export const isClosed = (state: StateMap): boolean => stateOf(state, 'm.room.tombstone') !== undefined

/**
 * Whether the user may put a room of that version in this one's place. What the server made, it upgrades for whoever may change
 * the power levels. spec/extensions/README.md#upgrades
 */
export const mayUpgrade = (state: StateMap, userId: string, version: string | undefined): boolean => {
  const present = Number(textOf(stateOf(state, 'm.room.create'), 'room_version') ?? '1')
  if (state.size === 0 || isClosed(state) || !(present < Number(version))) return false
  const isOfServer = stateOf(state, 'chat.hallway.kind') !== undefined && setterOf(state, 'm.room.create')?.startsWith('@_system:') === true
  return maySend(state, userId, isOfServer ? 'm.room.power_levels' : 'm.room.tombstone', true)
}

/** Whether the user may remove that member: by power, or because the room lets any member do it through the server. */
export const mayRemove = (state: StateMap, userId: string, memberId: string): boolean => {
  if (userId === memberId || functionalMembers(state).has(memberId)) return false
  if (textOf(stateOf(state, 'chat.hallway.policy'), 'remove') === 'members') return true
  return powerOf(state, userId) >= neededFor(state, 'kick') && powerOf(state, userId) > powerOf(state, memberId)
}
