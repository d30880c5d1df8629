import type { RoomId, UserId } from '../../../spec/identifiers.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { creatorsOf, founderOf, levelsIn, levelToSend, powerOf } from '../../protocol/power-levels.ts'
import { StaleBuildError } from '../../storage/group-commit.ts'
import type { Identifiers } from '../../storage/identifiers.ts'
import type { MembershipStore } from '../../storage/memberships.ts'
import { eventClass, eventStatus } from '../../storage/stored-event.ts'
import type { AppendEvents } from '../append-event.ts'
import type { BuildEvent } from '../build-event.ts'
import { builderState, type Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'

/**
 * Where branches have left a room with many ends, brings them together: an event that nobody sees follows all of them, in the name of a
 * local user who may send one. Where nobody may, the ends stay until somebody says something; `withinBounds` keeps them few.
 */
export type MergeExtremities = (roomId: RoomId) => Promise<void>

interface Needs {
  serverName: string
  roomStates: Pick<RoomStates, 'open' | 'loadMembers'>
  identifiers: Pick<Identifiers, 'user'>
  memberships: Pick<MembershipStore, 'joinedOf'>
  buildEvent: BuildEvent
  appendEvents: AppendEvents
}

/** Ends that a room may have before they are merged: each costs every event that is built here a citation, and arrivals a resolution. */
const endsKept = 10
/** What other servers merge with, too. */
const dummyType = 'org.matrix.dummy_event'
/** Users who are looked at for one who may send, at most. */
const lookedAt = 20
/** How often it is tried when the room changes meanwhile. */
const attempts = 10

export function createMergeExtremities({
  serverName,
  roomStates,
  identifiers,
  memberships,
  buildEvent,
  appendEvents,
}: Needs): MergeExtremities {
  // Whoever could do it the last time is looked at first.
  const spoke = new WeakMap<Room, UserId>()

  /** Those whom the room names as powerful. */
  const named = ({ version, state }: Room): string[] => {
    const stateOf = (type: string) => [...state.values()].find((event) => event.type === type && event.stateKey === '')
    const [create, levels] = [stateOf('m.room.create'), stateOf('m.room.power_levels')]
    const founder = create && founderOf(version, create)
    const users = levels === undefined ? [] : levelsIn(version, levels.pdu.content, 'users').keys()
    return [...creatorsOf(version, create), ...(founder === undefined ? [] : [founder]), ...users].filter(
      (userId) => serverNameOf(userId) === serverName,
    )
  }

  const speaker = async (room: Room): Promise<UserId | undefined> => {
    const lookup = builderState(room)
    const needed = levelToSend(room.version, dummyType, false, lookup)
    const amongThem = async (userIds: readonly string[]): Promise<UserId | undefined> => {
      const able = [...new Set(userIds)].filter((userId) => powerOf(room.version, userId, lookup) >= needed).slice(0, lookedAt)
      await roomStates.loadMembers(room, able)
      return able.find((userId) => lookup('m.room.member', userId)?.pdu.content['membership'] === 'join') as UserId | undefined
    }
    const last = spoke.get(room)
    return (
      (await amongThem([...(last === undefined ? [] : [last]), ...named(room)])) ??
      (await amongThem(await memberships.joinedOf(room.nid, serverName, lookedAt)))
    )
  }

  const merge = async (room: Room, sender: UserId): Promise<void> => {
    const senderNid = await identifiers.user(sender)
    await appendEvents(room, (next) => {
      // Who built here meanwhile has merged them.
      if (room.next.extremities.length <= endsKept) return
      const built = buildEvent(room, { roomId: room.roomId, sender, type: dummyType, content: {} }, { senderNid })
      next({ ...built, pos: undefined, status: eventStatus.dummy, class: eventClass.silent })
    })
    spoke.set(room, sender)
  }

  return async (roomId) => {
    for (let left = attempts; left > 0; left--) {
      const room = await roomStates.open(roomId)
      if (room === undefined || room.next.extremities.length <= endsKept) return
      await room.held
      const sender = await speaker(room)
      if (sender === undefined) return
      try {
        return await merge(room, sender)
      } catch (error) {
        // The rules may know more than levels.
        if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') return
        if (!(error instanceof StaleBuildError)) throw error
      }
    }
  }
}
