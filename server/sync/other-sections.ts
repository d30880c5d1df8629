import type { UserId } from '../../spec/identifiers.ts'
import { strippedState } from '../protocol/client-event.ts'
import { stateShownTo } from '../protocol/stripped-state.ts'
import { committedState, type Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import { createStateAtLeave, withoutMember } from '../rooms/state-at-leave.ts'
import type { RoomMembership } from '../storage/memberships.ts'
import type { StateStore } from '../storage/state.ts'
import { versionMetBy, type StoredEvent } from '../storage/stored-event.ts'
import type { EventTexts, Viewer, VisibleEvents } from './joined-section.ts'
import { visibleSlice, type RoomTimeline, type TimelineSlice } from './room-timeline.ts'
import type { SyncFilter } from './sync-filter.ts'

export interface LeftRequest {
  /** News after this position; 0 for everything. */
  readonly from: number
  readonly filter: SyncFilter
  /** The state is to be that at the end of the timeline, not at its start. */
  readonly useStateAfter: boolean
}

/** The sections of rooms that the user is not in, as JSON text. */
export interface OtherSections {
  /** `undefined` for an invitation by somebody whom the viewer ignores. */
  invited(room: Room, viewer: Viewer): Promise<string | undefined>
  /** A room that the viewer waits to be let into. */
  knocked(room: Room, viewer: Viewer): Promise<string>
  /** The stripped state that comes with an invitation or a knock; `undefined` as above. */
  inviteState(room: Room, viewer: Viewer): Promise<string[] | undefined>
  /** A room left or banned from: what happened after `from` until then. */
  left(room: Room, viewer: Viewer, membership: RoomMembership, request: LeftRequest): Promise<string>
}

interface Needs {
  roomStates: RoomStates
  state: StateStore
  timeline: RoomTimeline
  texts: EventTexts
  visible: VisibleEvents
}

export function createOtherSections({ roomStates, state, timeline, texts, visible }: Needs): OtherSections {
  const stateAtLeave = createStateAtLeave({ state })
  const inviteState = async (room: Room, { userId, ignored }: Viewer): Promise<string[] | undefined> => {
    await roomStates.loadMembers(room, [userId])
    const invite = room.members.get(userId)
    if (invite !== undefined && ignored.has(invite.sender)) return undefined
    if (invite !== undefined) await roomStates.loadMembers(room, [invite.sender])
    return stateShownTo(committedState(room), userId).map((event) => JSON.stringify(strippedState(event)))
  }
  /** What changed up to where the slice starts, or up to the end. */
  const stateOf = async (
    room: Room,
    slice: TimelineSlice,
    { userId, end }: { readonly userId: UserId; readonly end: number },
    { from, useStateAfter }: LeftRequest,
  ): Promise<readonly StoredEvent[]> => {
    if (from > 0 && !slice.limited && !useStateAfter) return []
    const first = useStateAfter ? undefined : slice.events[0]
    const leftAt = await state.versionAt(room.nid, end)
    const version = first === undefined ? leftAt : versionMetBy(first)
    if (from === 0) {
      return version < leftAt ? state.at(room.nid, version, { kind: 'all' }) : stateAtLeave(room.nid, userId, leftAt, { kind: 'all' })
    }
    const changed = await state.changed(room.nid, await state.versionAt(room.nid, from), Math.min(version, leftAt - 1), { kind: 'all' })
    if (version < leftAt) return changed
    return [...withoutMember(changed, userId), ...(await state.at(room.nid, leftAt, { kind: 'members', userIds: [userId] }))]
  }
  return {
    inviteState,
    invited: async (room, viewer) => {
      const events = await inviteState(room, viewer)
      return events && `{"invite_state":{"events":[${events.join(',')}]}}`
    },
    knocked: async (room, viewer) => `{"knock_state":{"events":[${((await inviteState(room, viewer)) ?? []).join(',')}]}}`,
    left: async (room, viewer, { changedAt, joinedBefore }, request) => {
      if (!joinedBefore) {
        // A refused invitation: its end is all that this user may see of the room.
        await roomStates.loadMembers(room, [viewer.userId])
        const end = room.members.get(viewer.userId)
        const shown = end === undefined ? [] : await texts(room, [end], viewer)
        return sectionText(shown, { limited: false, before: changedAt - 1 }, request.useStateAfter, request.useStateAfter ? shown : [])
      }
      const { from, filter, useStateAfter } = request
      const found = await timeline(room, {
        after: from,
        upTo: changedAt,
        limit: filter.timeline.limit,
        allows: filter.timeline.passesAll
          ? undefined
          : (event) => filter.timeline.allows({ type: event.type, sender: event.sender, roomId: room.roomId, content: event.pdu.content }),
      })
      const slice = visibleSlice(found, await visible(room, found.events, viewer))
      const entries = await stateOf(room, slice, { userId: viewer.userId, end: changedAt }, request)
      const [lines, stateLines] = await Promise.all([texts(room, slice.events, viewer), texts(room, entries, viewer)])
      return sectionText(lines, slice, useStateAfter, stateLines)
    },
  }
}

const sectionText = (
  lines: readonly string[],
  { limited, before }: Pick<TimelineSlice, 'limited' | 'before'>,
  useStateAfter: boolean,
  stateLines: readonly string[],
): string =>
  `{"timeline":{"events":[${lines.join(',')}],"limited":${limited},"prev_batch":"t${before}"},"${useStateAfter ? 'state_after' : 'state'}":{"events":[${stateLines.join(',')}]}}`
