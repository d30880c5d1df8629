import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isRoomId } from '../protocol/identifiers.ts'
import { own } from '../protocol/json-values.ts'
import { creatorsOf, levelFor, levelsIn, powerOf } from '../protocol/power-levels.ts'
import { joinRuleOf, membershipOf, type StateLookup } from '../protocol/state-map.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import { ruledState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** Joins of rooms that admit the members of other rooms. client-server-api/#restricted-rooms */
export interface RestrictedJoin {
  /** Whether the user is in one of the rooms whose members may join. */
  admits(room: Room, userId: UserId): Promise<boolean>
  /** A member of ours in whose name the server may admit others; `undefined` where there is none. */
  findAuthoriser(room: Room): Promise<UserId | undefined>
  /**
   * Who vouches for the user's join; `undefined` for rooms where nobody needs to.
   * @throws M_FORBIDDEN when the user is in none of the rooms, M_UNABLE_TO_GRANT_JOIN when nobody here may invite
   */
  authorise(room: Room, userId: UserId): Promise<UserId | undefined>
}

interface Needs {
  roomStates: RoomStates
  memberships: MembershipStore
  isLocal: (userId: string) => boolean
}

/** Members looked through for one who may invite, where nobody is named in the power levels. */
const candidatesTried = 100

/** Whether the room's join rule lets members of other rooms in. */
export const isRestricted = (room: Pick<Room, 'version'>, state: StateLookup): boolean => {
  const rule = joinRuleOf(state)
  return (rule === 'restricted' && room.version.restrictedJoins) || (rule === 'knock_restricted' && room.version.knockRestricted)
}

/** The rooms whose members may join. */
export const allowedRooms = (state: StateLookup): string[] => allowedIn(state('m.room.join_rules', '')?.pdu.content)

/** The rooms whose members may join, by the content of `m.room.join_rules`. */
export const allowedIn = (joinRules: JsonObject | undefined): string[] => {
  const allow = own(joinRules, 'allow')
  if (!Array.isArray(allow)) return []
  return allow
    .filter((condition) => own(condition, 'type') === 'm.room_membership')
    .map((condition) => own(condition, 'room_id'))
    .filter(isRoomId)
}

export function createRestrictedJoin({ roomStates, memberships, isLocal }: Needs): RestrictedJoin {
  const isJoined = async (roomId: string, userId: UserId): Promise<boolean> => {
    const other = isRoomId(roomId) ? await roomStates.open(roomId) : undefined
    if (other === undefined) return false
    await roomStates.loadMembers(other, [userId])
    return membershipOf(ruledState(other), userId) === 'join'
  }

  const admits = async (room: Room, userId: UserId): Promise<boolean> => {
    for (const roomId of allowedRooms(ruledState(room))) if (await isJoined(roomId, userId)) return true
    return false
  }

  const findAuthoriser = async (room: Room): Promise<UserId | undefined> => {
    const { version } = room
    const state = ruledState(room)
    const powerful = [
      ...creatorsOf(version, state('m.room.create', '')),
      ...levelsIn(version, state('m.room.power_levels', '')?.pdu.content ?? {}, 'users').keys(),
    ]
    const mayInvite = async (userIds: readonly string[]): Promise<UserId | undefined> => {
      const ours = userIds.filter(isLocal) as UserId[]
      await roomStates.loadMembers(room, ours)
      return ours.find(
        (userId) => membershipOf(state, userId) === 'join' && powerOf(version, userId, state) >= levelFor(version, 'invite', state),
      )
    }
    return (
      (await mayInvite(powerful)) ?? mayInvite((await memberships.inRoom(room.nid, ['join'], candidatesTried)).map(({ userId }) => userId))
    )
  }

  return {
    admits,
    findAuthoriser,
    authorise: async (room, userId) => {
      const state = ruledState(room)
      if (!isRestricted(room, state)) return undefined
      await roomStates.loadMembers(room, [userId])
      const membership = membershipOf(state, userId)
      if (membership === 'join' || membership === 'invite' || membership === 'ban') return undefined
      if (!(await admits(room, userId))) {
        throw new MatrixError('M_FORBIDDEN', 'Only people who were invited, or are in a room that this one names, can join it.')
      }
      const authoriser = await findAuthoriser(room)
      if (authoriser === undefined)
        throw new MatrixError('M_UNABLE_TO_GRANT_JOIN', 'Nobody of this server may invite to the room; ask a member for an invite.')
      return authoriser
    },
  }
}
