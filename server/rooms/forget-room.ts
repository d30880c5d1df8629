import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import { noSuchRoom } from './alter-room.ts'
import { committedState } from './room.ts'
import type { RoomStates } from './room-state.ts'

/**
 * Gives up what a user may see of a room that they have left. client-server-api/#post_matrixclientv3roomsroomidforget
 * @throws M_UNKNOWN (400) for a room that the user is in or invited to, M_NOT_FOUND for one they never were in
 */
export type ForgetRoom = (roomId: RoomId, userId: UserId) => Promise<void>

interface Needs {
  roomStates: RoomStates
  identifiers: Identifiers
  memberships: Pick<MembershipStore, 'forget'>
}

export const createForgetRoom =
  ({ roomStates, identifiers, memberships }: Needs): ForgetRoom =>
  async (roomId, userId) => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    await roomStates.loadMembers(room, [userId])
    const state = committedState(room)
    const membership = membershipOf(state, userId)
    if (membership !== 'leave' && membership !== 'ban')
      throw new MatrixError('M_UNKNOWN', 'Leave the room before you forget it.', { status: 400 })
    if (!(await memberships.forget(room.nid, await identifiers.user(userId)))) throw noSuchRoom()
  }
