import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Citation, JsonObject } from '../protocol/event.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import { stateMapKey, type StateLookup } from '../protocol/state-map.ts'
import { asRuled, type StoredEvent } from '../storage/stored-event.ts'

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
  /** The point before the timeline's first event: 0, or below where older events came later. */
  beginning: number
  /** Set when a commit failed: what was built on it is void, and the room must be read anew. */
  broken: boolean
  /** The version of the state that the last turn made: one by which the state changed otherwise than by an event taking its place. */
  turnedVersion: number
  /** The position of the last event off the main line; 0: there was none. */
  offLineUpTo: number
  /** While an event from elsewhere arrives: nothing is built here until then, since that may change what to build on. */
  held: Promise<void> | undefined
}

/** A room without any event yet. */
export const emptyRoom = (nid: number, roomId: RoomId, version: RoomVersion): Room => ({
  nid,
  roomId,
  version,
  next: { stateVersion: 0, depth: 0, extremities: [] },
  state: new Map(),
  members: new Map(),
  membersComplete: true,
  pending: new Map(),
  waiting: 0,
  stateVersion: 0,
  counts: { join: 0, invite: 0, leave: 0, ban: 0, knock: 0 },
  recent: [],
  recentAfter: 0,
  pos: 0,
  beginning: 0,
  broken: false,
  held: undefined,
  turnedVersion: 0,
  offLineUpTo: 0,
})

/** Recent events kept per room. */
const recentKept = 64
/** Memberships kept per room, beyond which the oldest looked up are dropped. */
const membersKept = 5000

/** The state as its builder sees it: pending before committed. Memberships must have been loaded. */
export const builderState =
  (room: Room): StateLookup =>
  (type, stateKey) => {
    const event = builderEntry(room, type, stateKey)
    return event && asRuled(event)
  }

export const builderEntry = (room: Room, type: string, stateKey: string): StoredEvent | undefined => {
  const key = stateMapKey(type, stateKey)
  return room.pending.get(key) ?? (type === 'm.room.member' ? room.members.get(stateKey) : room.state.get(key))
}

/** The committed state. Memberships must have been loaded. */
export const committedState =
  (room: Room): ((type: string, stateKey: string) => StoredEvent | undefined) =>
  (type, stateKey) =>
    type === 'm.room.member' ? room.members.get(stateKey) : room.state.get(stateMapKey(type, stateKey))

/** The same as the rules see it. */
export const ruledState =
  (room: Room): StateLookup =>
  (type, stateKey) => {
    const event = committedState(room)(type, stateKey)
    return event && asRuled(event)
  }

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

function noteInTimeline(room: Room, event: StoredEvent, pos: number): void {
  room.pos = pos
  room.recent.push(event)
  if (room.recent.length > recentKept) room.recentAfter = room.recent.shift()!.pos!
}

/** An entry of the state that changed otherwise than by the event that stands in the timeline at that position. */
export interface Turned {
  readonly type: string
  readonly stateKey: string
  /** The event that stands there now; `undefined`: none. */
  readonly event: StoredEvent | undefined
}

/** Takes an event from elsewhere into the room's committed memory, with all entries of the state that its arrival changed. Memberships among them must have been loaded. */
export function noteArrival(room: Room, event: StoredEvent, next: Room['next'], turned: readonly Turned[]): void {
  room.next = next
  room.stateVersion = next.stateVersion
  if (event.pos !== undefined && event.pos > 0) noteInTimeline(room, event, event.pos)
  if (event.status !== undefined && event.met !== undefined) room.turnedVersion = next.stateVersion
  if (event.met !== undefined) room.offLineUpTo = Math.max(room.offLineUpTo, event.pos ?? 0)
  for (const { type, stateKey, event: now } of turned) {
    if (type === 'm.room.member') {
      count(room, room.members.get(stateKey)?.pdu.content, -1)
      count(room, now?.pdu.content, 1)
      keepMember(room, stateKey, now)
    } else if (now === undefined) room.state.delete(stateMapKey(type, stateKey))
    else room.state.set(stateMapKey(type, stateKey), now)
  }
}

/** Whether an entry of the present state was that at an earlier version already; false where that takes a look into storage. */
export const heldAt = ({ turnedVersion }: Room, { met, stateBefore }: StoredEvent, version: number): boolean =>
  met === undefined && stateBefore < version && version >= turnedVersion

function count(room: Room, content: JsonObject | undefined, by: 1 | -1): void {
  const membership = content?.['membership'] as keyof Room['counts'] | undefined
  if (membership !== undefined && Object.hasOwn(room.counts, membership)) room.counts[membership] += by
}

/** Takes an event that was built here into the room's committed memory. */
export function noteCommitted(room: Room, event: StoredEvent): void {
  room.waiting -= 1
  if (event.pos !== undefined) noteInTimeline(room, event, event.pos)
  if (event.stateKey === undefined) return
  room.stateVersion = event.stateBefore + 1
  const key = stateMapKey(event.type, event.stateKey)
  if (room.pending.get(key) === event) room.pending.delete(key)
  if (event.type !== 'm.room.member') {
    room.state.set(key, event)
    return
  }
  count(room, event.replaced?.content, -1)
  count(room, event.pdu.content, 1)
  keepMember(room, event.stateKey, event)
}
