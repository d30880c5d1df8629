import type { RoomId } from '../../spec/identifiers.ts'
import { citationOf } from '../protocol/event-id.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { stateMapKey } from '../protocol/state-map.ts'
import type { EventStore } from '../storage/events.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import type { RoomStore } from '../storage/rooms.ts'
import type { StateStore } from '../storage/state.ts'
import { memberIsKnown, noteMember, type Room } from './room.ts'
import { createLru } from '../storage/lru.ts'

/** The rooms in memory, read from storage when asked for. */
export interface RoomStates {
  /** The room, if it is in memory. */
  known(roomId: RoomId): Room | undefined
  /** The room, or `undefined` if this server has none of that ID. */
  open(roomId: RoomId): Promise<Room | undefined>
  /** Sees to it that these users' memberships are in the room's memory. */
  loadMembers(room: Room, userIds: readonly string[]): Promise<void>
  /** Takes a room that was just made. */
  add(room: Room): void
  /** Told when events of a room are committed: a room that stayed beyond its time, since they were on their way, is let go. */
  settled(room: Room): void
  /** Forgets what memory says of a room after a failed commit. */
  discard(room: Room): void
}

interface Needs {
  rooms: RoomStore
  events: Pick<EventStore, 'byIds'>
  state: StateStore
  memberships: MembershipStore
  /** Rooms kept in memory, at most. */
  capacity?: number
}

export function createRoomStates({ rooms, events, state, memberships, capacity = 5000 }: Needs): RoomStates {
  // A room with events on their way must not be read anew beside them. No more stay here than commits are under way.
  const busy = new Map<RoomId, Room>()
  // One who still holds a room that has left must not build on it: it may have been read anew.
  const left = (room: Room, roomId: RoomId): void => {
    if (room.waiting > 0) busy.set(roomId, room)
    else room.broken = true
  }
  const cache = createLru<RoomId, Room>(capacity, {
    dispose: (room, roomId, reason) => {
      if (reason === 'evict') left(room, roomId)
    },
  })
  const opening = new Map<RoomId, Promise<Room | undefined>>()

  const read = async (roomId: RoomId): Promise<Room | undefined> => {
    const found = await rooms.head(roomId)
    const version = found && roomVersion(found.version)
    if (found === undefined || version === undefined) return undefined
    const [entries, counts, ends] = await Promise.all([
      state.current(found.roomNid, { kind: 'without-members' }),
      memberships.counts(found.roomNid),
      version.citesWithHashes ? events.byIds(found.extremities) : [],
    ])
    const extremities = version.citesWithHashes ? ends.map((event) => citationOf(version, event)) : found.extremities
    // Nothing can have been written meanwhile: writers come through this memory.
    return {
      nid: found.roomNid,
      roomId,
      version,
      next: { stateVersion: found.stateVersion, depth: found.depth, extremities },
      state: new Map(entries.map((event) => [stateMapKey(event.type, event.stateKey!), event])),
      members: new Map(),
      membersComplete: false,
      pending: new Map(),
      waiting: 0,
      stateVersion: found.stateVersion,
      counts: { ...counts },
      recent: [],
      recentAfter: found.pos,
      pos: found.pos,
      beginning: found.beginning,
      broken: false,
      held: undefined,
      turnedVersion: found.turnedVersion,
      offLineUpTo: found.offLineUpTo,
    }
  }

  const known = (roomId: RoomId): Room | undefined => {
    const room = cache.get(roomId) ?? busy.get(roomId)
    if (room === undefined || room.broken) return undefined
    if (busy.delete(roomId)) cache.set(roomId, room)
    return room
  }

  return {
    known,
    open: async (roomId) => {
      const room = known(roomId)
      if (room !== undefined) return room
      let reading = opening.get(roomId)
      if (reading === undefined) {
        reading = read(roomId)
          .then((opened) => {
            // Who hears of a new room at once may read it before its maker has put it here; two rooms in memory would write beside each other.
            const present = known(roomId)
            if (present !== undefined) return present
            if (opened !== undefined) cache.set(roomId, opened)
            return opened
          })
          .finally(() => opening.delete(roomId))
        opening.set(roomId, reading)
      }
      return reading
    },
    loadMembers: async (room, userIds) => {
      const missing = userIds.filter((userId) => !memberIsKnown(room, userId))
      if (missing.length === 0) return
      const events = room.membersComplete ? [] : await state.current(room.nid, { kind: 'members', userIds: missing })
      const found = new Map(events.map((event) => [event.stateKey!, event]))
      for (const userId of missing) noteMember(room, userId, found.get(userId))
    },
    add: (room) => {
      cache.set(room.roomId, room)
    },
    settled: (room) => {
      if (room.waiting > 0 || busy.get(room.roomId) !== room) return
      busy.delete(room.roomId)
      room.broken = true
    },
    discard: (room) => {
      room.broken = true
      busy.delete(room.roomId)
      if (cache.get(room.roomId) === room) cache.delete(room.roomId)
    },
  }
}
