import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { ownString } from '../protocol/json-values.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import type { AlterRoom } from './alter-room.ts'

/** The part of a profile that member events repeat. */
export interface RepeatedProfile {
  readonly displayname: string | undefined
  readonly avatar_url: string | undefined
}

/** Brings a user's member events in joined rooms in line with the profile; other keys stay as they are. */
export type PropagateProfile = (userId: UserId, profile: RepeatedProfile) => Promise<void>

/** Ends all a user's memberships, for the end of an account: leaves rooms, the mandatory too, and turns invites down. */
export type LeaveAllRooms = (userId: UserId) => Promise<void>

interface Needs {
  alterRoom: AlterRoom
  identifiers: Identifiers
  memberships: MembershipStore
}

/** Rooms changed at the same time. */
const atOnce = 8

/** Does `act` for each room, some at a time; one that fails does not keep the others from it. @throws the first failure, at the end */
async function forEachRoom(roomIds: readonly RoomId[], act: (roomId: RoomId) => Promise<void>): Promise<void> {
  const left = roomIds.values()
  const failures: unknown[] = []
  const work = async () => {
    for (const roomId of left)
      await act(roomId).catch((error: unknown) => {
        failures.push(error)
      })
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (failures.length > 0) throw failures[0]
}

const roomsOf = async ({ identifiers, memberships }: Needs, userId: UserId, wanted: readonly string[]): Promise<RoomId[]> => {
  const userNid = (await identifiers.existingUsers([userId])).get(userId)
  if (userNid === undefined) return []
  return (await memberships.ofUser(userNid)).filter(({ membership }) => wanted.includes(membership)).map(({ roomId }) => roomId)
}

export const createPropagateProfile =
  (needs: Needs): PropagateProfile =>
  async (userId, { displayname, avatar_url }) =>
    forEachRoom(await roomsOf(needs, userId, ['join']), (roomId) =>
      needs.alterRoom(roomId, { users: [userId] }, ({ state, send }) => {
        const content = state('m.room.member', userId)?.pdu.content
        if (ownString(content, 'membership') !== 'join') return
        const {
          displayname: oldName,
          avatar_url: oldAvatar,
          join_authorised_via_users_server: _vouched,
          reason: _past,
          ...others
        } = content!
        if (oldName === displayname && oldAvatar === avatar_url) return
        const profile = { ...(displayname !== undefined && { displayname }), ...(avatar_url !== undefined && { avatar_url }) }
        send({ sender: userId, type: 'm.room.member', stateKey: userId, content: { ...others, ...profile } })
      }),
    )

export const createLeaveAllRooms =
  (needs: Needs): LeaveAllRooms =>
  async (userId) =>
    forEachRoom(await roomsOf(needs, userId, ['join', 'invite', 'knock']), (roomId) =>
      needs.alterRoom(roomId, { users: [userId] }, ({ state, send }) => {
        const membership = ownString(state('m.room.member', userId)?.pdu.content, 'membership')
        if (membership === 'join' || membership === 'invite' || membership === 'knock') {
          send({ sender: userId, type: 'm.room.member', stateKey: userId, content: { membership: 'leave' } })
        }
      }),
    )
