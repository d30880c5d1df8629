import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/**
 * Opens a room for a deed that only those who are joined may do, such as typing.
 * @throws M_FORBIDDEN for everybody else; the same when there is no such room
 */
export type OpenAsMember = (userId: UserId, roomId: RoomId) => Promise<Room>

export const createOpenAsMember =
  ({ roomStates }: { roomStates: Pick<RoomStates, 'open' | 'loadMembers'> }): OpenAsMember =>
  async (userId, roomId) => {
    const room = await roomStates.open(roomId)
    if (room !== undefined) await roomStates.loadMembers(room, [userId])
    if (room?.members.get(userId)?.pdu.content['membership'] !== 'join') {
      throw new MatrixError('M_FORBIDDEN', 'You are not in this room; join it first.')
    }
    return room
  }
