import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AlterRoom } from '../rooms/alter-room.ts'
import { policyOf } from '../rooms/kind.ts'

/** Somebody asks the server to take somebody else out of a group. */
export interface Removal {
  readonly roomId: RoomId
  readonly actor: UserId
  readonly target: UserId
  readonly reason: string | undefined
}

/**
 * Removes a participant in the name of the server, where any member may. spec/extensions/README.md#removing-a-participant
 * @throws M_NOT_FOUND for an unknown room, M_FORBIDDEN for who is no member, chat.hallway.POLICY where members do not remove people,
 * M_BAD_STATE when the target is not there
 */
export type RemoveMember = (removal: Removal) => Promise<void>

interface Needs {
  alterRoom: AlterRoom
  systemUser: UserId
}

export const createRemoveMember =
  ({ alterRoom, systemUser }: Needs): RemoveMember =>
  ({ roomId, actor, target, reason }) =>
    alterRoom(roomId, { users: [systemUser, actor, target] }, ({ state, send }) => {
      if (membershipOf(state, actor) !== 'join') throw new MatrixError('M_FORBIDDEN', 'Only members of the room can remove people from it.')
      if (policyOf(state).remove !== 'members')
        throw new MatrixError('chat.hallway.POLICY', 'In this room members do not remove people; ask an admin of the room.')
      if (target === systemUser) throw new MatrixError('M_FORBIDDEN', 'The server keeps this room and stays in it.')
      if (target === actor) throw new MatrixError('M_FORBIDDEN', 'To go yourself, leave the room.')
      const membership = membershipOf(state, target)
      if (membership !== 'join' && membership !== 'invite')
        throw new MatrixError('M_BAD_STATE', 'The user is neither a member nor invited.')
      const content = { membership: 'leave', ...(reason !== undefined && { reason }), 'chat.hallway.actor': actor }
      send({ sender: systemUser, type: 'm.room.member', stateKey: target, content })
    })
