import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Citation } from '../protocol/event.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import { stateMapKey, type StateLookup } from '../protocol/state-map.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/** A room in memory: what is committed, and what has been built on that and still waits for its commit. */
export interface Room {
  readonly nid: number
  readonly roomId: RoomId
  readonly version: RoomVersion
  /** What the next event is built on; ahead of what is committed. */
  next: { stateVersion: number; depth: number; extremities: readonly Citation[] }
  /** Committed state but for memberships, by `stateMapKey`. */
  readonly state: Map<string, StoredEvent>
  /** Committed memberships as far as they were looked up; `undefined` for a user that never had one. */
  readonly members: Map<string, StoredEvent | undefined>
  /** Whether `members` has everybody that ever had a membership, as in a room that was made in this memory. */
  membersComplete: boolean
  /** State built but not committed, by `stateMapKey`: nobody but the builder may see it. */
  readonly pending: Map<string, StoredEvent>
  /** Events built and not committed. */
  waiting: number
  /** The committed version of the state. */
  stateVersion: number
  /** Committed members by membership. */
  readonly counts: { join: number; invite: number; leave: number; ban: number; knock: number }
  /** The latest committed timeline events, oldest first: all those after `recentAfter`. */
  readonly recent: StoredEvent[]
  recentAfter: number
  /** The position of the last committed event. */
  pos: number
  /** Set when a commit failed: what was built on it is void, and the room must be read anew. */
  broken: boolean
}

/** Recent events kept per room. */
const recentKept = 64
/** Memberships kept per room, beyond which the oldest looked up are dropped. */
const membersKept = 5000

/** The state as its builder sees it: pending before committed. Memberships must have been loaded. */
export const builderState =
  (room: Room): StateLookup =>
  (type, stateKey) =>
    builderEntry(room, type, stateKey)

export const builderEntry = (room: Room, type: string, stateKey: string): StoredEvent | undefined => {
  const key = stateMapKey(type, stateKey)
  return room.pending.get(key) ?? (type === 'm.room.member' ? room.members.get(stateKey) : room.state.get(key))
}

/** The committed state. Memberships must have been loaded. */
export const committedState =
  (room: Room): ((type: string, stateKey: string) => StoredEvent | undefined) =>
  (type, stateKey) =>
    type === 'm.room.member' ? room.members.get(stateKey) : room.state.get(stateMapKey(type, stateKey))

/** Whether a user's membership is in memory, be it that there is none. */
export const memberIsKnown = (room: Room, userId: string): boolean =>
  room.members.has(userId) || room.pending.has(stateMapKey('m.room.member', userId))

/** Notes a membership that was read from storage, unless a newer one is known by now. */
export function noteMember(room: Room, userId: UserId | string, event: StoredEvent | undefined): void {
  if (!room.members.has(userId)) keepMember(room, userId, event)
}

function keepMember(room: Room, userId: string, event: StoredEvent | undefined): void {
  room.members.delete(userId)
  if (room.members.size >= membersKept) {
    const [oldest] = room.members.keys()
    if (room.members.get(oldest!) !== undefined) room.membersComplete = false
    room.members.delete(oldest!)
  }
  room.members.set(userId, event)
}

/** Takes a committed event into the room's committed memory. */
export function noteCommitted(room: Room, event: StoredEvent): void {
  room.waiting -= 1
  room.pos = event.nid
  room.recent.push(event)
  if (room.recent.length > recentKept) room.recentAfter = room.recent.shift()!.nid
  if (event.stateKey === undefined) return
  room.stateVersion = event.stateBefore + 1
  const key = stateMapKey(event.type, event.stateKey)
  if (room.pending.get(key) === event) room.pending.delete(key)
  if (event.type !== 'm.room.member') {
    room.state.set(key, event)
    return
  }
  const membershipIn = (e: StoredEvent | undefined) => e?.pdu.content['membership'] as keyof Room['counts'] | undefined
  const before = event.replaced?.content['membership'] as keyof Room['counts'] | undefined
  if (before !== undefined && before in room.counts) room.counts[before] -= 1
  const after = membershipIn(event)
  if (after !== undefined && after in room.counts) room.counts[after] += 1
  keepMember(room, event.stateKey, event)
}
