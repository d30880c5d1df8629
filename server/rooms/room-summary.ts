import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { joinRuleOf, membershipOf } from '../protocol/state-map.ts'
import { noSuchRoom } from './alter-room.ts'
import { policyOf } from './kind.ts'
import type { RestrictedJoin } from './restricted-join.ts'
import { describeRoom, summaryOf } from './room-description.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** A room as those see it who may want to join, and the membership of who asks. */
export type RoomSummary = ReturnType<typeof summaryOf> & { readonly membership?: 'join' | 'invite' | 'knock' | 'leave' | 'ban' }

/**
 * Describes a room to somebody; `undefined`: to anybody. client-server-api/#get_matrixclientv1room_summaryroomidoralias
 * @throws M_NOT_FOUND for a room that is not here or may not be seen, the same for both
 */
export type SummariseRoom = (roomId: RoomId, userId: UserId | undefined) => Promise<RoomSummary>

interface Needs {
  roomStates: RoomStates
  restrictedJoin: Pick<RestrictedJoin, 'admits'>
  isLocal: (userId: string) => boolean
}

const openToAll = new Set(['public', 'knock', 'knock_restricted'])
const present = new Set(['join', 'invite', 'knock'])

export function createSummariseRoom({ roomStates, restrictedJoin, isLocal }: Needs): SummariseRoom {
  const maySee = async (room: Room, userId: UserId | undefined): Promise<boolean> => {
    const state = committedState(room)
    if (openToAll.has(joinRuleOf(state)) || describeRoom(room).world_readable) return true
    if (userId === undefined) return false
    if (present.has(membershipOf(state, userId)) || (policyOf(state).preview === 'org' && isLocal(userId))) return true
    return membershipOf(state, userId) !== 'ban' && restrictedJoin.admits(room, userId)
  }

  return async (roomId, userId) => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    if (userId !== undefined) await roomStates.loadMembers(room, [userId])
    if (!(await maySee(room, userId))) throw noSuchRoom()
    if (userId === undefined) return summaryOf(room)
    return { ...summaryOf(room), membership: membershipOf(committedState(room), userId) as NonNullable<RoomSummary['membership']> }
  }
}
