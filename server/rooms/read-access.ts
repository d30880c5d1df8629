import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { readHistoryVisibility } from '../protocol/history-visibility.ts'
import { own } from '../protocol/json-values.ts'
import type { StateChangeStore } from '../storage/state-changes.ts'
import { policyOf } from './kind.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'
import type { Visibility } from './visibility.ts'

/**
 * As what somebody reads a room: as a member, as somebody who was one, as anybody may where history is `world_readable`,
 * or as one of the organisation's people where the policy lets them look in.
 */
export type Standing = 'joined' | 'departed' | 'peeking' | 'previewing'

/** A room, opened for a reader. */
export interface OpenRoom {
  readonly room: Room
  readonly standing: Standing
  /** The version of the state that the reader may ask for: for who left, that of then. */
  readonly stateVersion: number
}

/**
 * Opens a room for reading its timeline.
 * @throws M_FORBIDDEN for who was never in the room, or has forgotten it; the same when there is no such room
 */
export type OpenForReading = (userId: UserId, roomId: RoomId) => Promise<OpenRoom>

interface Needs {
  roomStates: RoomStates
  visibility: Visibility
  stateChanges: StateChangeStore
  /** Whether the user is one of the organisation's people, for whom the policy `preview: 'org'` opens rooms. */
  isStaff: (userId: UserId) => boolean
}

/** What outsiders are told, whether or not there is a room. */
export const forbidden = (): MatrixError => new MatrixError('M_FORBIDDEN', 'You are not in this room; join it to read it.')

export function createOpenForReading({ roomStates, visibility, stateChanges, isStaff }: Needs): OpenForReading {
  const standingOf = async (userId: UserId, room: Room): Promise<OpenRoom> => {
    await roomStates.loadMembers(room, [userId])
    const membership = room.members.get(userId)?.pdu.content['membership']
    if (membership === 'join') return { room, standing: 'joined', stateVersion: room.stateVersion }
    // Who was joined until a resolution took that back may have no membership at all.
    const { leftAt } = await visibility.wholeSight(userId, room)
    if (leftAt !== undefined && !(await stateChanges.isForgotten(room.nid, userId)))
      return { room, standing: 'departed', stateVersion: leftAt }
    // Of an invited user the rules of visibility say less than their preamble: one must join to read.
    const state = committedState(room)
    const visible = readHistoryVisibility(own(state('m.room.history_visibility', '')?.pdu.content, 'history_visibility'))
    if (visible === 'world_readable') return { room, standing: 'peeking', stateVersion: room.stateVersion }
    if (membership !== 'ban' && policyOf(state).preview === 'org' && isStaff(userId))
      return { room, standing: 'previewing', stateVersion: room.stateVersion }
    throw forbidden()
  }
  return async (userId, roomId) => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw forbidden()
    return standingOf(userId, room)
  }
}
