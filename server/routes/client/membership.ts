import {
  banUser,
  forgetRoom,
  inviteUser,
  joinRoom,
  joinRoomById,
  kickUser,
  knockRoom,
  leaveRoom,
  unbanUser,
} from '../../../spec/client/membership.ts'
import type { RoomId, UserId } from '../../../spec/identifiers.ts'
import { route, type Requester, type Route } from '../../http/route.ts'
import type { Aliases } from '../../rooms/aliases.ts'
import type { ForgetRoom } from '../../rooms/forget-room.ts'
import type { Deed, Memberships } from '../../rooms/membership.ts'

interface Needs {
  readonly members: Memberships
  readonly forgetRoom: ForgetRoom
  readonly aliases: Pick<Aliases, 'resolve'>
}

interface Aimed {
  readonly params: { readonly roomId: RoomId }
  readonly body: { readonly user_id: UserId; readonly reason?: string }
  readonly requester: Requester
}

const deedOf = ({ params: { roomId }, body: { user_id: target, reason }, requester: { userId: sender } }: Aimed): Deed => ({
  roomId,
  sender,
  target,
  reason,
})

/** Coming into rooms, going out of them, and what others have a say in. client-server-api/#room-membership */
export const membershipRoutes = ({ members, forgetRoom: forget, aliases }: Needs): Route[] => {
  const roomOf = async (roomIdOrAlias: string): Promise<RoomId> =>
    roomIdOrAlias.startsWith('#') ? (await aliases.resolve(roomIdOrAlias)).roomId : (roomIdOrAlias as RoomId)
  const done = async (deed: Promise<unknown>): Promise<{ [name: string]: unknown }> => {
    await deed
    return {}
  }
  return [
    route(joinRoom, async ({ params: { roomIdOrAlias }, body: { reason }, requester: { userId } }) => {
      const roomId = await roomOf(roomIdOrAlias)
      await members.join(roomId, userId, { reason })
      return { room_id: roomId }
    }),
    route(joinRoomById, async ({ params: { roomId }, body: { reason }, requester: { userId } }) => {
      await members.join(roomId, userId, { reason })
      return { room_id: roomId }
    }),
    route(knockRoom, async ({ params: { roomIdOrAlias }, body: { reason }, requester: { userId } }) => {
      const roomId = await roomOf(roomIdOrAlias)
      await members.knock(roomId, userId, reason)
      return { room_id: roomId }
    }),
    route(inviteUser, (request) => done(members.invite(deedOf(request)))),
    route(leaveRoom, ({ params: { roomId }, body: { reason }, requester: { userId } }) => done(members.leave(roomId, userId, reason))),
    route(kickUser, (request) => done(members.kick(deedOf(request)))),
    route(banUser, (request) => done(members.ban(deedOf(request)))),
    route(unbanUser, (request) => done(members.unban(deedOf(request)))),
    route(forgetRoom, ({ params: { roomId }, requester: { userId } }) => done(forget(roomId, userId))),
  ]
}
