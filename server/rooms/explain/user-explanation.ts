import type { UserExplanation } from '../../../spec/admin/room-explanation.ts'
import type { UserId } from '../../../spec/identifiers.ts'
import { isRoomId } from '../../protocol/identifiers.ts'
import { ownString } from '../../protocol/json-values.ts'
import { isCreator, powerOf } from '../../protocol/power-levels.ts'
import { membershipOf, type StateLookup } from '../../protocol/state-map.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { RoomFigures } from '../../storage/room-figures.ts'
import type { RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { LookupStored, StateKeys } from '../receive/state-lookups.ts'
import { allowedRooms, isRestricted } from '../restricted-join.ts'
import { dryRun } from './dry-run.ts'
import type { ChecksOf } from './event-checks.ts'
import { type ExplainedRoom, notedEvent } from './noted.ts'

/** Tells what a user was and is in a room, what they may do there, and what of theirs was refused. */
export type ExplainUser = (room: ExplainedRoom, userId: UserId) => Promise<UserExplanation>

interface Needs {
  history: RoomHistory
  figures: Pick<RoomFigures, 'room'>
  eventGraph: Pick<EventGraph, 'keys' | 'events'>
  lookupStored: LookupStored
  checksOf: ChecksOf
}

const most = { memberships: 50, refused: 20, conditions: 20 }
const refusedStatuses = [eventStatus.rejected, eventStatus.softFailed]

const keysFor = (userId: UserId): StateKeys => [
  ['m.room.create', ''],
  ['m.room.power_levels', ''],
  ['m.room.join_rules', ''],
  ['m.room.member', userId],
]

export function createExplainUser({ history, figures, eventGraph, lookupStored, checksOf }: Needs): ExplainUser {
  const memberships = async (room: ExplainedRoom, userId: UserId): Promise<UserExplanation['memberships']> => {
    const [key] = await eventGraph.keys([['m.room.member', userId]])
    if (key === undefined) return { count: 0, shown: [] }
    const stretches = await history.stretches(room.nid, key.skeyNid, most.memberships)
    const nids = stretches.map(({ eventNid }) => eventNid).filter((nid) => nid > 0)
    const [rows, events] = [await history.noted(nids), await eventGraph.events(nids)]
    const shown: UserExplanation['memberships']['shown'] = []
    for (const { from, pos, eventNid } of stretches) {
      const row = rows.get(eventNid)
      shown.push({
        version: from,
        membership: ownString(events.get(eventNid)?.pdu.content, 'membership') ?? 'leave',
        ...(row !== undefined && { event: notedEvent(row) }),
        by_resolution: (await history.at(room.nid, pos)) !== eventNid,
      })
    }
    return { count: await history.countStretches(room.nid, key.skeyNid), shown }
  }

  /** The rooms whose members may join, where the join rule says so. client-server-api/#restricted-rooms */
  const joinConditions = async (
    room: ExplainedRoom,
    lookup: StateLookup,
    userId: UserId,
  ): Promise<Pick<UserExplanation, 'join_conditions'>> => {
    if (!isRestricted(room, lookup)) return {}
    const conditions: NonNullable<UserExplanation['join_conditions']> = []
    for (const roomId of allowedRooms(lookup).slice(0, most.conditions)) {
      const other = isRoomId(roomId) ? await figures.room(roomId) : undefined
      const there =
        other && (await lookupStored(other.nid, { version: other.stateVersion, overlay: undefined }, [['m.room.member', userId]]))
      conditions.push({
        room_id: roomId,
        known: other !== undefined,
        joined: there !== undefined && membershipOf(there, userId) === 'join',
      })
    }
    return { join_conditions: conditions }
  }

  const refusedEvents = async (room: ExplainedRoom, userId: UserId): Promise<UserExplanation['refused_events']> => {
    const nids = await history.ofStatus(room.nid, refusedStatuses, most.refused, userId)
    const [rows, events] = [await history.noted(nids), await eventGraph.events(nids)]
    const shown: UserExplanation['refused_events']['shown'] = []
    for (const nid of nids) {
      const row = rows.get(nid)!
      shown.push({ event: notedEvent(row), checks: await checksOf(room, row, events.get(nid)!) })
    }
    return { count: await history.countOfStatus(room.nid, refusedStatuses, userId), shown }
  }

  return async (room, userId) => {
    const { version, roomId, extremities } = room
    const lookup = await lookupStored(room.nid, { version: room.stateVersion, overlay: undefined }, keysFor(userId))
    const creator = isCreator(version, userId, lookup('m.room.create', ''))
    return {
      user_id: userId,
      membership: membershipOf(lookup, userId),
      power: creator ? 'unlimited' : powerOf(version, userId, lookup),
      creator,
      memberships: await memberships(room, userId),
      deeds: dryRun({ version, roomId, extremities, lookup }, userId),
      ...(await joinConditions(room, lookup, userId)),
      refused_events: await refusedEvents(room, userId),
    }
  }
}
