import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { levelFor, powerOf } from '../protocol/power-levels.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AliasStore } from '../storage/aliases.ts'
import type { DirectoryStore } from '../storage/directory.ts'
import { noSuchRoom, type AlterRoom } from './alter-room.ts'
import type { Follower, Followers, Way } from './followers.ts'
import type { RestrictedJoin } from './restricted-join.ts'
import { committedState, ruledState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/**
 * Brings over what an upgrade leaves behind: aliases, the place in the directory, people, and what these keep about the room.
 * Done twice it does no more than once; who has had any place in the new room keeps it.
 */
export type MoveRoom = (from: RoomId, to: RoomId) => Promise<void>

interface Needs {
  roomStates: RoomStates
  alterRoom: AlterRoom
  followers: Followers
  restrictedJoin: Pick<RestrictedJoin, 'findAuthoriser'>
  stores: { readonly aliases: Pick<AliasStore, 'moveAll'>; readonly directory: DirectoryStore }
  /** Gives people who are in both rooms the settings in the second that they have in the first. */
  carrySettings: (from: Room, to: Room, userIds: readonly UserId[]) => Promise<void>
  /** What the team does about a room that has moved. */
  onMoved: (from: Room, to: Room) => Promise<void>
}

/** People that one commit lets in. */
const batch = 100

export function createMoveRoom(needs: Needs): MoveRoom {
  const { roomStates, alterRoom, followers, restrictedJoin, stores, carrySettings, onMoved } = needs

  /** Somebody of this server who may let people in. */
  const hostOf = async (to: Room): Promise<UserId | undefined> => {
    const lookup = ruledState(to)
    const maker = lookup('m.room.create', '')?.pdu.sender as UserId
    await roomStates.loadMembers(to, [maker])
    const mayInvite = powerOf(to.version, maker, lookup) >= levelFor(to.version, 'invite', lookup)
    return membershipOf(lookup, maker) === 'join' && mayInvite ? maker : restrictedJoin.findAuthoriser(to)
  }

  /** Lets those in who have no place yet. */
  const letIn = async (from: Room, toId: RoomId, some: readonly Follower[], way: Way, host: UserId): Promise<void> => {
    const arrivals = await followers.arrivals(from, some, way, host)
    const users = [host, ...some.map(({ userId }) => userId)]
    await alterRoom(toId, { users }, ({ state, send }) => {
      for (const events of arrivals) {
        const userId = events[0]?.stateKey
        if (userId === undefined || state('m.room.member', userId) !== undefined) continue
        try {
          for (const event of events) send(event)
        } catch (error) {
          // One whom the room's rules keep out keeps nobody else out.
          if (!(error instanceof MatrixError && error.errcode === 'M_FORBIDDEN')) throw error
        }
      }
    })
  }

  /** Memory is bounded: rooms are looked up anew after each wait that may be long. */
  const open = async (roomId: RoomId): Promise<Room> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    return room
  }

  const follow = async (fromId: RoomId, toId: RoomId): Promise<void> => {
    const way = await followers.way(committedState(await open(toId))('m.room.join_rules', '')?.pdu.content)
    const host = await hostOf(await open(toId))
    const all = await followers.of(await open(fromId))
    for (let i = 0; i < all.length; i += batch) {
      const some = all.slice(i, i + batch)
      const [from, to] = [await open(fromId), await open(toId)]
      await roomStates.loadMembers(
        to,
        some.map(({ userId }) => userId),
      )
      const missing = some.filter(({ userId }) => committedState(to)('m.room.member', userId) === undefined)
      if (missing.length > 0 && host !== undefined) await letIn(from, toId, missing, way, host)
      const settled = some.filter(({ membership }) => membership === 'join').map(({ userId }) => userId)
      await carrySettings(from, await open(toId), settled)
    }
  }

  return async (fromId, toId) => {
    await stores.aliases.moveAll(fromId, toId)
    const [from, to] = [await open(fromId), await open(toId)]
    if (await stores.directory.isPublished(from.nid)) {
      await stores.directory.setPublished(to.nid, true)
      await stores.directory.setPublished(from.nid, false)
    }
    await follow(fromId, toId)
    await onMoved(await open(fromId), await open(toId))
  }
}
