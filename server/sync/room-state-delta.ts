import type { UserId } from '../../spec/identifiers.ts'
import { heldAt, type Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { StateSelection, StateStore } from '../storage/state.ts'
import { versionMetBy, type StoredEvent } from '../storage/stored-event.ts'
import type { TimelineSlice } from './room-timeline.ts'

/** What state a sync must give with a slice of the timeline. */
export interface StateDelta {
  /** The whole state where the timeline starts (`atStart`) or ends. */
  full(room: Room, slice: TimelineSlice, members: 'all' | readonly UserId[], atStart: boolean): Promise<readonly StoredEvent[]>
  /** These users' memberships where the timeline starts (`atStart`) or ends. */
  members(room: Room, slice: TimelineSlice, userIds: readonly UserId[], atStart: boolean): Promise<readonly StoredEvent[]>
  /** What changed after the position `from`, up to where the timeline starts or ends. Empty unless events were left out. */
  since(room: Room, slice: TimelineSlice, from: number, upTo: number, atStart: boolean): Promise<readonly StoredEvent[]>
}

interface Needs {
  roomStates: RoomStates
  state: StateStore
}

export function createStateDelta({ roomStates, state }: Needs): StateDelta {
  const startVersion = (room: Room, { events }: TimelineSlice): number =>
    events[0] === undefined ? room.stateVersion : versionMetBy(events[0])

  const selected = async (room: Room, version: number, selection: StateSelection): Promise<readonly StoredEvent[]> =>
    version === room.stateVersion ? state.current(room.nid, selection) : state.at(room.nid, version, selection)

  const membersAt = async (room: Room, version: number, userIds: readonly UserId[]): Promise<StoredEvent[]> => {
    await roomStates.loadMembers(room, userIds)
    const now = userIds.map((userId) => room.members.get(userId))
    if (now.every((event) => event === undefined || heldAt(room, event, version))) return now.filter((event) => event !== undefined)
    return state.at(room.nid, version, { kind: 'members', userIds })
  }

  return {
    full: async (room, slice, members, atStart) => {
      const version = atStart ? startVersion(room, slice) : room.stateVersion
      if (members === 'all') return selected(room, version, { kind: 'all' })
      const others = version === room.stateVersion ? [...room.state.values()] : await selected(room, version, { kind: 'without-members' })
      return [...others, ...(await membersAt(room, version, members))]
    },
    members: (room, slice, userIds, atStart) => membersAt(room, atStart ? startVersion(room, slice) : room.stateVersion, userIds),
    since: async (room, slice, from, upTo, atStart) => {
      if (atStart && !slice.limited) return []
      if (!atStart && !slice.events.some(({ stateKey }) => stateKey !== undefined) && !slice.limited) return []
      const to = atStart ? startVersion(room, slice) : await state.versionAt(room.nid, upTo)
      const before = await state.versionAt(room.nid, from)
      return before === to ? [] : state.changed(room.nid, before, to, { kind: 'all' })
    },
  }
}
