import type { UserId } from '../../spec/identifiers.ts'
import type { Room } from '../rooms/room.ts'
import { committedState } from '../rooms/room.ts'
import type { MembershipStore } from '../storage/memberships.ts'

/** Whom a room may be named after: its first members but the reader. client-server-api/#calculating-the-display-name-for-a-room */
export interface Heroes {
  /** Up to five, in the order in which they came; those who left, where nobody else is there. */
  of(room: Room, reader: UserId): readonly UserId[] | Promise<readonly UserId[]>
}

/** Names at most. */
const shown = 5

/** Whether the room has a name of its own, so that nobody needs heroes. */
export function hasName(room: Room): boolean {
  const state = committedState(room)
  const text = (type: string, key: string) => state(type, '')?.pdu.content[key]
  return Boolean(text('m.room.name', 'name')) || Boolean(text('m.room.canonical_alias', 'alias'))
}

export function createHeroes({
  memberships,
  functionalMembers,
}: {
  memberships: MembershipStore
  functionalMembers: (room: Room) => ReadonlySet<string>
}): Heroes {
  const known = new WeakMap<Room, { version: number; users: readonly UserId[] }>()
  const pick = (room: Room, users: readonly UserId[], reader: UserId): UserId[] => {
    const hidden = functionalMembers(room)
    return users.filter((userId) => userId !== reader && !hidden.has(userId)).slice(0, shown)
  }
  const read = async (room: Room): Promise<readonly UserId[]> => {
    const version = room.stateVersion
    const extra = shown + 1 + functionalMembers(room).size
    const present = await memberships.inRoom(room.nid, ['join', 'invite'], extra)
    const users =
      present.length > 1 + functionalMembers(room).size
        ? present
        : [...present, ...(await memberships.inRoom(room.nid, ['leave', 'ban'], extra))]
    const ids = users.map(({ userId }) => userId)
    known.set(room, { version, users: ids })
    return ids
  }
  return {
    of: (room, reader) => {
      const kept = known.get(room)
      return kept?.version === room.stateVersion ? pick(room, kept.users, reader) : read(room).then((users) => pick(room, users, reader))
    },
  }
}
