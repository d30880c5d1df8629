import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { citedIds } from '../protocol/event.ts'
import { isRoomId, isUserId } from '../protocol/identifiers.ts'
import { levelToSend, powerOf } from '../protocol/power-levels.ts'
import { roomVersion, type RoomVersion } from '../protocol/room-versions.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AliasStore } from '../storage/aliases.ts'
import type { UpgradeNotes } from '../storage/upgrade-notes.ts'
import { closeRoom, closingTouches, upgradedAlready, type Closing } from './close-room.ts'
import type { Follower, Followers } from './followers.ts'
import type { MoveRoom } from './move-room.ts'
import type { FirstEvent } from './new-room.ts'
import type { People } from './people.ts'
import type { ReplaceRoom } from './replace-room.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'
import { predecessorOf, replacementOf, successorCreation, successorState, type SuccessorWish } from './successor-events.ts'
import { successorLevels } from './successor-levels.ts'

/** What the endpoint takes, in our words. */
export interface UpgradeRequest {
  readonly version: string
  readonly additionalCreators: readonly string[]
}

/** In whose name a room is upgraded, and who creates the new one beside. */
export interface UpgradeTerms {
  readonly actor: UserId
  /** For versions that have such. */
  readonly additionalCreators: readonly UserId[]
}

/** What the team's rooms ask of an upgrade. The requester's membership is in memory. @throws MatrixError that says why it must not be so */
export type UpgradeTermsOf = (room: Room, requester: UserId, wanted: readonly UserId[]) => UpgradeTerms

/** Replaces rooms by ones of other versions. client-server-api/#room-upgrades */
export interface Upgrades {
  /**
   * Gives the room that takes the place of the old one; people of this server have their places in it.
   * @throws M_UNSUPPORTED_ROOM_VERSION, M_FORBIDDEN for who may not send a tombstone, M_BAD_STATE when the room has a successor,
   * M_INVALID_PARAM, chat.hallway.POLICY
   */
  upgrade(requester: UserId, roomId: RoomId, request: UpgradeRequest): Promise<RoomId>
  /** For start-up: ends what a crash has interrupted. */
  resume(): Promise<void>
  /** Whether people are just being moved out of the room. */
  isUnderWay(roomId: RoomId): boolean
}

interface Needs {
  roomStates: RoomStates
  replaceRoom: ReplaceRoom
  moveRoom: MoveRoom
  followers: Followers
  people: People
  aliases: Pick<AliasStore, 'ofRoom'>
  notes: UpgradeNotes
  termsOf: UpgradeTermsOf
}

/** Whom the first commit takes along; the others follow in further ones. */
const bannedAtOnce = 1000
const peopleAtOnce = 100

export function createUpgrades(needs: Needs): Upgrades {
  const { roomStates, replaceRoom, moveRoom, followers, people, aliases, notes, termsOf } = needs
  const underWay = new Set<RoomId>()

  /** The room that took this one's place, if both say so. */
  const successorOf = async (room: Room): Promise<Room | undefined> => {
    const replacement = replacementOf(room)
    const successor = isRoomId(replacement) ? await roomStates.open(replacement) : undefined
    return successor !== undefined && predecessorOf(successor) === room.roomId ? successor : undefined
  }

  const openFor = async (requester: UserId, roomId: RoomId): Promise<Room> => {
    const room = await roomStates.open(roomId)
    if (room !== undefined) await roomStates.loadMembers(room, [requester])
    if (room === undefined || membershipOf(committedState(room), requester) !== 'join')
      throw new MatrixError('M_FORBIDDEN', 'You are not in this room; its members upgrade it.')
    return room
  }

  const requireMayClose = async (room: Room, { actor }: UpgradeTerms): Promise<void> => {
    await roomStates.loadMembers(room, [actor])
    const lookup = committedState(room)
    const level = levelToSend(room.version, 'm.room.tombstone', true, lookup)
    if (membershipOf(lookup, actor) !== 'join' || powerOf(room.version, actor, lookup) < level)
      throw new MatrixError('M_FORBIDDEN', 'You may not upgrade this room; ask somebody with more power in it.')
  }

  const firstEvents = async (wish: SuccessorWish): Promise<FirstEvent[]> => {
    const { from, to, actor, additionalCreators } = wish
    const creators = [actor, ...additionalCreators]
    const state = successorState(wish)
    const way = await followers.way(state.find(({ type }) => type === 'm.room.join_rules')?.content)
    const others = (await followers.of(from)).filter((follower) => isNoCreator(follower, creators, to, actor))
    const banned = others.filter(({ membership }) => membership === 'ban')
    const present = others.filter(({ membership }) => membership !== 'ban')
    const some = [...banned.slice(0, bannedAtOnce), ...present.slice(0, peopleAtOnce)]
    const arrivals = await followers.arrivals(from, some, way, actor)
    const bannedIds = new Set<string>(banned.map(({ userId }) => userId))
    const levels = successorLevels({ from: from.version, to, state: committedState(from), creators }, (userId) => bannedIds.has(userId))
    const member = { ...(await people.memberProfile(actor)), membership: 'join' }
    return [
      successorCreation(wish),
      { sender: actor, type: 'm.room.member', stateKey: actor, content: member },
      ...state,
      ...arrivals.flat(),
      // Last: until then whoever makes a room may do all this, whatever power they will have in it.
      { sender: actor, type: 'm.room.power_levels', stateKey: '', content: levels },
    ]
  }

  const replace = async (room: Room, requester: UserId, to: RoomVersion, terms: UpgradeTerms): Promise<Room> => {
    const moving = await aliases.ofRoom(room.roomId)
    const closing: Closing = {
      actor: terms.actor,
      requester,
      seen: committedState(room)('m.room.tombstone', '')?.eventId,
      aliases: moving,
    }
    return replaceRoom({
      version: to,
      events: async () => {
        const from = (await roomStates.open(room.roomId)) ?? room
        return firstEvents({ from, to, ...terms, lastEventId: citedIds(from.next.extremities).at(-1), aliases: moving })
      },
      roomId: room.roomId,
      touches: closingTouches(closing),
      close: (turn, newRoomId) => closeRoom(turn, closing, newRoomId),
    })
  }

  return {
    upgrade: async (requester, roomId, { version, additionalCreators }) => {
      const to = roomVersion(version)
      if (to === undefined)
        throw new MatrixError(
          'M_UNSUPPORTED_ROOM_VERSION',
          'This server does not know that room version; /capabilities lists those it does.',
        )
      const wanted = to.privilegedCreators ? requireUserIds(additionalCreators) : []
      const room = await openFor(requester, roomId)
      const terms = termsOf(room, requester, wanted)
      await requireMayClose(room, terms)
      if (underWay.has(roomId)) throw upgradedAlready()
      underWay.add(roomId)
      try {
        const present = await successorOf(room)
        if (present !== undefined) throw upgradedAlready(present.roomId)
        await notes.begin(roomId)
        const successor = await replace(room, requester, to, terms).catch(async (error) => {
          await notes.end(roomId)
          throw error
        })
        await moveRoom(roomId, successor.roomId)
        await notes.end(roomId)
        return successor.roomId
      } finally {
        underWay.delete(roomId)
      }
    },
    resume: async () => {
      for (const roomId of await notes.list()) {
        const room = await roomStates.open(roomId)
        const successor = room && (await successorOf(room))
        if (room !== undefined && successor !== undefined) await moveRoom(roomId, successor.roomId)
        await notes.end(roomId)
      }
    },
    isUnderWay: (roomId) => underWay.has(roomId),
  }
}

function requireUserIds(texts: readonly string[]): UserId[] {
  if (!texts.every(isUserId)) throw new MatrixError('M_INVALID_PARAM', 'Write "additional_creators" as a list of user IDs.')
  return [...new Set(texts as readonly UserId[])]
}

/** The actor is there from the first, and nobody can ban a creator of unlimited power. */
const isNoCreator = ({ userId, membership }: Follower, creators: readonly UserId[], to: RoomVersion, actor: UserId): boolean =>
  userId !== actor && !(membership === 'ban' && to.privilegedCreators && creators.includes(userId))
