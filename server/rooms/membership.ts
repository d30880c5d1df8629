import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { ownString } from '../protocol/json-values.ts'
import { membershipOf } from '../protocol/state-map.ts'
import { noSuchRoom, type AlterRoom, type Turn } from './alter-room.ts'
import { sendMember, type MembershipPolicy } from './membership-change.ts'
import type { People } from './people.ts'
import type { RestrictedJoin } from './restricted-join.ts'
import type { RoomStates } from './room-state.ts'

/** Somebody does something to somebody's membership of a room. */
export interface Deed {
  readonly roomId: RoomId
  readonly sender: UserId
  readonly target: UserId
  readonly reason?: string | undefined
}

/**
 * Changes of memberships by people of this server, each durable when it resolves with its event.
 * All throw M_NOT_FOUND for an unknown room and M_FORBIDDEN when its rules forbid the change. client-server-api/#room-membership
 */
export interface Memberships {
  /** `content` holds further keys of the member event. A member who joins again gets the event by which they are one. */
  join(roomId: RoomId, userId: UserId, options?: { readonly reason?: string | undefined; readonly content?: JsonObject }): Promise<EventId>
  /** Asks to be let in. Whoever knocks again in the same words gets the event of their knock. */
  knock(roomId: RoomId, userId: UserId, reason?: string): Promise<EventId>
  /** @throws M_NOT_FOUND for an unknown account, M_INVITE_BLOCKED, chat.hallway.DM_LOCKED */
  invite(deed: Deed): Promise<EventId>
  /** @throws chat.hallway.POLICY in a mandatory room */
  leave(roomId: RoomId, userId: UserId, reason?: string): Promise<EventId>
  kick(deed: Deed): Promise<EventId>
  ban(deed: Deed): Promise<EventId>
  /** @throws M_BAD_STATE for somebody who is not banned */
  unban(deed: Deed): Promise<EventId>
  /** Any member event, as the endpoint for state sends it. */
  set(deed: Deed, content: JsonObject): Promise<EventId>
}

interface Needs {
  alterRoom: AlterRoom
  roomStates: RoomStates
  restrictedJoin: RestrictedJoin
  people: People
  policy: MembershipPolicy
}

type Change = Deed & { readonly content: JsonObject; readonly before?: (membership: string) => void }

const withReason = (membership: string, reason: string | undefined): JsonObject => ({ membership, ...(reason !== undefined && { reason }) })

export function createMemberships({ alterRoom, roomStates, restrictedJoin, people, policy }: Needs): Memberships {
  const change = ({ roomId, sender, target, content, before }: Change): Promise<EventId> =>
    alterRoom(roomId, { users: [sender, target] }, (turn) => {
      before?.(membershipOf(turn.state, target))
      return sendMember(policy, turn, sender, target, content).eventId
    })

  const enter = async (roomId: RoomId, userId: UserId, content: JsonObject, isRepeat: (turn: Turn) => boolean): Promise<EventId> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    const authoriser = await restrictedJoin.authorise(room, userId)
    const users = authoriser === undefined ? [userId] : [userId, authoriser]
    return alterRoom(roomId, { users }, (turn) => {
      const present = turn.state('m.room.member', userId)
      if (present !== undefined && isRepeat(turn)) return present.eventId
      const vouched = authoriser === undefined ? content : { ...content, join_authorised_via_users_server: authoriser }
      return sendMember(policy, turn, userId, userId, vouched).eventId
    })
  }

  const invite = async ({ roomId, sender, target }: Deed, content: JsonObject): Promise<EventId> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    await people.requireInvitable(target)
    const profile = await people.memberProfile(target)
    return alterRoom(roomId, { users: [sender, target] }, (turn) => {
      const invited = sendMember(policy, turn, sender, target, { ...profile, ...content })
      if (policy.admitsAtOnce(turn.state, target)) sendMember(policy, turn, target, target, { ...profile, membership: 'join' })
      return invited.eventId
    })
  }

  return {
    join: async (roomId, userId, { reason, content = {} } = {}) => {
      const whole = { ...content, ...(await people.memberProfile(userId)), ...withReason('join', reason) }
      return enter(roomId, userId, whole, ({ state }) => membershipOf(state, userId) === 'join')
    },
    knock: async (roomId, userId, reason) => {
      const content = { ...(await people.memberProfile(userId)), ...withReason('knock', reason) }
      return change({ roomId, sender: userId, target: userId, content })
    },
    invite: (deed) => invite(deed, withReason('invite', deed.reason)),
    leave: (roomId, userId, reason) => change({ roomId, sender: userId, target: userId, content: withReason('leave', reason) }),
    kick: (deed) => change({ ...deed, content: withReason('leave', deed.reason), before: requirePresent }),
    ban: (deed) => change({ ...deed, content: withReason('ban', deed.reason) }),
    unban: (deed) => change({ ...deed, content: withReason('leave', deed.reason), before: requireBanned }),
    set: async (deed, { join_authorised_via_users_server: _forged, ...content }) => {
      if (!isUserId(deed.target)) throw new MatrixError('M_INVALID_PARAM', 'The state key of a membership is a user ID.')
      const membership = ownString(content, 'membership')
      // Who vouches for a join is for the server to say: whatever the caller wrote there, the server's signature would make it true.
      if (membership === 'join' && deed.sender === deed.target) return enter(deed.roomId, deed.target, content, () => false)
      if (membership === 'invite' && content['third_party_invite'] === undefined) return invite(deed, content)
      return change({ ...deed, content })
    },
  }
}

function requirePresent(membership: string): void {
  if (membership === 'leave' || membership === 'ban') throw new MatrixError('M_FORBIDDEN', 'The user is not in the room.')
}

function requireBanned(membership: string): void {
  if (membership !== 'ban') throw new MatrixError('M_BAD_STATE', 'The user is not banned from the room.')
}
