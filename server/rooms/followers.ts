import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { own, ownString } from '../protocol/json-values.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import type { StateStore } from '../storage/state.ts'
import { kindOf } from './kind.ts'
import type { MembershipPolicy } from './membership-change.ts'
import type { FirstEvent } from './new-room.ts'
import { allowedIn } from './restricted-join.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** Somebody's place in a room that moves. */
export interface Follower {
  readonly userId: UserId
  readonly membership: 'join' | 'invite' | 'ban'
}

/** How people come into the room that takes the place of another. */
export interface Way {
  /** The join rule of the new room. */
  readonly rule: 'open' | 'vouched' | 'by-invite'
  /** Whether somebody may come in where the rule is `vouched`. */
  readonly isAdmitted: (userId: UserId) => boolean
}

/** Who follows a room into its successor, and by which events. */
export interface Followers {
  /** People of this server who are joined or invited, and whoever is banned: these first, then in the order in which they came. */
  of(from: Room): Promise<Follower[]>
  /** How people come into a room of a version with the join rules given. */
  way(joinRules: JsonObject | undefined): Promise<Way>
  /** The events by which some of them get the places they had, in the name of `host`. */
  arrivals(from: Room, some: readonly Follower[], way: Way, host: UserId): Promise<FirstEvent[][]>
}

interface Needs {
  roomStates: RoomStates
  memberships: Pick<MembershipStore, 'inRoom'>
  state: Pick<StateStore, 'current'>
  policy: MembershipPolicy
  isLocal: (userId: string) => boolean
}

export function createFollowers({ roomStates, memberships, state, policy, isLocal }: Needs): Followers {
  const joinedTo = async (roomId: string): Promise<UserId[]> => {
    const room = await roomStates.open(roomId as RoomId)
    return room === undefined ? [] : (await memberships.inRoom(room.nid, ['join'])).map(({ userId }) => userId)
  }

  const arrivalOf = (from: Room, { userId, membership }: Follower, said: JsonObject | undefined, way: Way, host: UserId): FirstEvent[] => {
    const member = (sender: UserId, content: JsonObject): FirstEvent => ({ sender, type: 'm.room.member', stateKey: userId, content })
    const lookup = committedState(from)
    if (membership === 'ban') {
      const reason = ownString(said, 'reason')
      return [member(host, { membership, ...(reason !== undefined && { reason }) })]
    }
    const profile = profileIn(said)
    const invited = member(host, { ...profile, membership: 'invite', ...(kindOf(lookup) === 'dm' && { is_direct: true }) })
    const joined = member(userId, { ...profile, membership: 'join' })
    if (membership === 'invite') return [invited]
    if (way.rule === 'open') return [joined]
    if (way.rule === 'vouched' && way.isAdmitted(userId))
      return [member(userId, { ...joined.content, join_authorised_via_users_server: host })]
    return policy.admitsAtOnce(lookup, userId) ? [invited, joined] : [invited]
  }

  /** Whether the organisation lets somebody who is in the room be in one like it. */
  const mayFollow = (from: Room, { userId, membership }: Follower): boolean => {
    if (membership === 'ban') return true
    try {
      policy.check({ state: committedState(from), sender: userId, target: userId, from: 'leave', to: membership, known: true })
      return true
    } catch (error) {
      if (error instanceof MatrixError) return false
      throw error
    }
  }

  return {
    of: async ({ nid }) => {
      const places = (await memberships.inRoom(nid, ['ban', 'join', 'invite'])) as Follower[]
      const meant = places.filter(({ userId, membership }) => membership === 'ban' || isLocal(userId))
      return [...meant.filter(({ membership }) => membership === 'ban'), ...meant.filter(({ membership }) => membership !== 'ban')]
    },
    way: async (joinRules) => {
      const rule = own(joinRules, 'join_rule')
      if (rule === 'public') return { rule: 'open', isAdmitted: () => true }
      if (rule !== 'restricted' && rule !== 'knock_restricted') return { rule: 'by-invite', isAdmitted: () => false }
      const admitted = new Set((await Promise.all(allowedIn(joinRules).map(joinedTo))).flat())
      return { rule: 'vouched', isAdmitted: (userId) => admitted.has(userId) }
    },
    arrivals: async (from, some, way, host) => {
      const entries = await state.current(from.nid, { kind: 'members', userIds: some.map(({ userId }) => userId) })
      const said = new Map(entries.map(({ stateKey, pdu }) => [stateKey, pdu.content]))
      return some
        .filter((follower) => mayFollow(from, follower))
        .map((follower) => arrivalOf(from, follower, said.get(follower.userId), way, host))
    },
  }
}

/** What somebody is called in a room, by what its member event says. */
const profileIn = (content: JsonObject | undefined): JsonObject => {
  const name = own(content, 'displayname')
  const avatar = own(content, 'avatar_url')
  return { ...(typeof name === 'string' && { displayname: name }), ...(typeof avatar === 'string' && { avatar_url: avatar }) }
}
