import type { UserId } from '../../spec/identifiers.ts'
import { stateMapKey } from '../protocol/state-map.ts'
import type { OffLine } from '../storage/off-line.ts'
import type { StateChangeStore } from '../storage/state-changes.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { policyOf } from './kind.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'
import { type FoundState, sightByChanges, sightOfJoined, type Sight } from './sight.ts'
import { createLru } from '../storage/lru.ts'

/** Tells what users may see. client-server-api/#room-history-visibility */
export interface Visibility {
  /**
   * The user's sight on events that found these versions of the state, or later ones; a promise only where memory does not know.
   * For who is joined that takes no query, unless an event is older than their last member event.
   */
  sightOn(userId: UserId, room: Room, events: readonly Seen[]): Sight | Promise<Sight>
  /** The user's sight on all of the room. */
  wholeSight(userId: UserId, room: Room): Promise<Sight>
}

/** What `sightOn` looks at of an event. */
export type Seen = FoundState & Partial<Pick<StoredEvent, 'nid'>>

interface Needs {
  roomStates: RoomStates
  stateChanges: StateChangeStore
  offLine: OffLine
  /** Whether the user is one of the organisation's people, for whom the policy `preview: 'org'` opens rooms. */
  isStaff: (userId: UserId) => boolean
  /** Sights kept in memory, at most. */
  capacity?: number
}

/** A sight, with what it depends on beside the past, which does not change. */
interface Kept {
  readonly sight: Sight
  readonly member: string | undefined
  readonly visibility: string | undefined
  readonly asJoining: boolean
  /** A resolution may bring back the same events, with another past. */
  readonly turnedVersion: number
}

/** The sight with a span that leaves out no event off the main line, nor of the past that came later: those may be seen whatever is seen of the line. */
const spanned = (sight: Sight, { offLineUpTo, beginning }: Room): Sight =>
  offLineUpTo === 0 && beginning === 0 ? sight : { ...sight, span: { after: beginning, upTo: Math.max(sight.span.upTo, offLineUpTo) } }

export function createVisibility({ roomStates, stateChanges, offLine, isStaff, capacity = 20_000 }: Needs): Visibility {
  const kept = createLru<string, Kept>(capacity)

  const dependencies = (userId: UserId, room: Room): Omit<Kept, 'sight'> => {
    const member = room.members.get(userId)
    const asJoining = member?.pdu.content['membership'] !== 'ban' && policyOf(committedState(room)).preview === 'org' && isStaff(userId)
    return {
      member: member?.eventId,
      visibility: room.state.get(stateMapKey('m.room.history_visibility', ''))?.eventId,
      asJoining,
      turnedVersion: room.turnedVersion,
    }
  }

  const known = (userId: UserId, room: Room): Sight | undefined => {
    const found = kept.get(`${room.nid} ${userId}`)
    if (found === undefined || !room.members.has(userId)) return undefined
    const { member, visibility, asJoining, turnedVersion } = dependencies(userId, room)
    const holds = found.member === member && found.visibility === visibility && found.asJoining === asJoining
    return holds && found.turnedVersion === turnedVersion ? spanned(found.sight, room) : undefined
  }

  const wholeSight = async (userId: UserId, room: Room): Promise<Sight> => {
    const atHand = known(userId, room)
    if (atHand !== undefined) return atHand
    await roomStates.loadMembers(room, [userId])
    // Taken before the query: what is committed meanwhile makes a sight that is not found again.
    const before = dependencies(userId, room)
    const changes = await stateChanges.ofEntries(room.nid, [
      { type: 'm.room.history_visibility', stateKey: '' },
      { type: 'm.room.member', stateKey: userId },
    ])
    const sight = sightByChanges(userId, changes, before.asJoining)
    kept.set(`${room.nid} ${userId}`, { sight, ...before })
    return spanned(sight, room)
  }

  /** With what the states off the main line say otherwise of the visibility and of the user. */
  const sightOffLine = async (userId: UserId, room: Room, overlays: ReadonlySet<number>): Promise<Sight> => {
    const sight = await wholeSight(userId, room)
    return spanned(sight.with(await offLine.told(userId, overlays)), room)
  }

  return {
    wholeSight,
    sightOn: (userId, room, events) => {
      const member = room.members.get(userId)
      const isJoined = member?.pdu.content['membership'] === 'join'
      const sinceJoined = ({ stateBefore, met, nid }: Seen): boolean =>
        met === undefined && (stateBefore > member!.stateBefore || nid === member!.nid) && stateBefore >= room.turnedVersion
      if (isJoined && member!.met === undefined && events.every(sinceJoined)) return sightOfJoined
      const overlays = events.map(({ overlay }) => overlay).filter((overlay) => overlay !== undefined)
      return overlays.length === 0 ? (known(userId, room) ?? wholeSight(userId, room)) : sightOffLine(userId, room, new Set(overlays))
    },
  }
}
