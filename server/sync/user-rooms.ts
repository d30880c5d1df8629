import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Membership, MembershipStore, RoomMembership } from '../storage/memberships.ts'
import { changedMembers, type Streams } from '../storage/streams.ts'
import { createLru } from '../storage/lru.ts'

/** Which rooms a user is in, was in, or is invited to: in memory for those who sync, and kept by the log. */
export interface UserRooms {
  /** The user's rooms as of the last published position. The map changes as memberships do. */
  of(userId: UserId, userNid: number): Promise<ReadonlyMap<RoomId, RoomMembership>>
  known(userId: UserId): ReadonlyMap<RoomId, RoomMembership> | undefined
  /** The position of the last message in a room of a user whose rooms are known: what lists are sorted by. */
  bumpOf(roomId: RoomId): number
  /** Whether both are joined to some room, as far as memory knows. */
  shareRoom(a: UserId, b: UserId): boolean
  /** Marks a left room as forgotten, after storage has. */
  forget(userId: UserId, roomId: RoomId): void
}

interface Needs {
  memberships: MembershipStore
  streams: Streams
  /** Users kept in memory. */
  capacity?: number
}

type Rooms = Map<RoomId, RoomMembership>

/** A membership that changed at a position. */
interface Change {
  readonly pos: number
  readonly roomId: RoomId
  readonly roomNid: number
  readonly membership: Membership
}

function apply(rooms: Rooms, { pos, roomId, roomNid, membership }: Change): void {
  const before = rooms.get(roomId)
  if (before !== undefined && before.changedAt >= pos) return
  rooms.set(roomId, {
    roomId,
    roomNid,
    membership,
    changedAt: pos,
    since: before?.membership === membership ? before.since : pos,
    joinedBefore: membership === 'join' || before?.joinedBefore === true,
    forgotten: false,
    bump: before?.bump ?? 0,
  })
}

export function createUserRooms({ memberships, streams, capacity = 20_000 }: Needs): UserRooms {
  const cache = createLru<UserId, Rooms>(capacity)
  const loading = new Map<UserId, { rooms: Promise<Rooms>; meanwhile: Change[] }>()

  const bumps = new Map<RoomId, number>()

  streams.subscribe((entry) => {
    if (entry.kind === 'event' && (entry.event.class > 0 || entry.event.type === 'm.room.create')) bumps.set(entry.event.roomId, entry.pos)
    if (entry.kind !== 'event') return
    const { roomId, roomNid } = entry.event
    for (const [userId, member] of changedMembers(entry)) {
      const rooms = cache.get(userId)
      const under = loading.get(userId)
      if (rooms === undefined && under === undefined) continue
      // Who has no membership any more is as one who left.
      const membership = (member?.pdu.content['membership'] ?? 'leave') as Membership
      const change: Change = { pos: entry.pos, roomId, roomNid, membership }
      if (rooms !== undefined) apply(rooms, change)
      // What was committed while the rooms were being read may be missing from them.
      under?.meanwhile.push(change)
    }
  })

  const load = async (userId: UserId, userNid: number, meanwhile: readonly Change[]): Promise<Rooms> => {
    const rooms: Rooms = new Map((await memberships.ofUser(userNid)).map((membership) => [membership.roomId, membership]))
    for (const { roomId, bump } of rooms.values()) if (bump > (bumps.get(roomId) ?? 0)) bumps.set(roomId, bump)
    for (const change of meanwhile) apply(rooms, change)
    cache.set(userId, rooms)
    loading.delete(userId)
    return rooms
  }

  return {
    of: async (userId, userNid) => {
      const known = cache.get(userId)
      if (known !== undefined) return known
      let under = loading.get(userId)
      if (under === undefined) {
        const meanwhile: Change[] = []
        const rooms = load(userId, userNid, meanwhile)
        rooms.catch(() => loading.delete(userId))
        loading.set(userId, (under = { rooms, meanwhile }))
      }
      return under.rooms
    },
    known: (userId) => cache.get(userId),
    bumpOf: (roomId) => bumps.get(roomId) ?? 0,
    shareRoom: (a, b) => {
      const [one, other] = [cache.get(a), cache.get(b)]
      if (one === undefined || other === undefined) return false
      const [few, many] = one.size < other.size ? [one, other] : [other, one]
      for (const { roomId, membership } of few.values()) if (membership === 'join' && many.get(roomId)?.membership === 'join') return true
      return false
    },
    forget: (userId, roomId) => {
      const rooms = cache.get(userId)
      const membership = rooms?.get(roomId)
      if (rooms !== undefined && membership !== undefined) rooms.set(roomId, { ...membership, forgotten: true })
    },
  }
}
