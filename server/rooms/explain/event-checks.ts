import type { EventId } from '../../../spec/identifiers.ts'
import type { Check } from '../../../spec/admin/room-explanation.ts'
import type { Cited } from '../../protocol/auth-events.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { impliedCreate, judgeByCited, judgeByState, keysToJudge } from '../receive/judge-arrival.ts'
import type { LookupStored } from '../receive/state-lookups.ts'
import type { StateRef, StateRefs } from '../receive/state-refs.ts'
import type { ExplainedRoom } from './noted.ts'
import { madeItsVersion } from './turns.ts'

/** Judges an event once more as it was on receipt, and by the state that the room has now. server-server-api/#checks-performed-on-receipt-of-a-pdu */
export type ChecksOf = (room: ExplainedRoom, row: NotedRow, event: Event) => Promise<Check[]>

interface Needs {
  history: RoomHistory
  eventGraph: Pick<EventGraph, 'places' | 'events'>
  stateRefs: Pick<StateRefs, 'before'>
  lookupStored: LookupStored
}

const told = (by: Check['by'], rejection: Rejection | undefined): Check =>
  rejection === undefined ? { by, verdict: 'allowed' } : { by, verdict: 'refused', ...rejection }
const unknown = (by: Check['by'], reason: string): Check => ({ by, verdict: 'unknown', reason })

export function createChecksOf({ history, eventGraph, stateRefs, lookupStored }: Needs): ChecksOf {
  const byCited = async ({ version, nid }: ExplainedRoom, event: Event): Promise<Check> => {
    const ids = citedIds(event.pdu.auth_events)
    const implied = impliedCreate(version, event)
    const places = await eventGraph.places(implied === undefined ? ids : [...ids, implied])
    const missing = ids.find((eventId) => !places.has(eventId))
    if (missing !== undefined) return unknown('auth-events', `It cites ${missing}, which is not held.`)
    const events = await eventGraph.events([...places.values()].map((place) => place.nid))
    const citedAs = (eventId: EventId): Cited | undefined => {
      const place = places.get(eventId)
      return place && { event: events.get(place.nid)!, rejected: place.status === eventStatus.rejected }
    }
    const create = implied === undefined || places.get(implied)?.roomNid !== nid ? undefined : citedAs(implied)
    return told(
      'auth-events',
      judgeByCited(
        version,
        event,
        ids.map((eventId) => citedAs(eventId)!),
        create,
      ),
    )
  }

  const byState = async (by: Check['by'], room: ExplainedRoom, event: Event, ref: StateRef): Promise<Check> =>
    told(by, judgeByState(room.version, event, await lookupStored(room.nid, ref, keysToJudge(room.version, event))))

  /** The version that the room's state had when the event came. */
  const versionOnArrival = async (row: NotedRow): Promise<number> =>
    row.met === undefined ? row.stateBefore : (await madeItsVersion(history, row)) ? row.met - 1 : row.met

  const onArrival = async (room: ExplainedRoom, row: NotedRow, event: Event, before: StateRef | undefined): Promise<Check> => {
    const by = 'state-on-arrival'
    if (before === undefined) return unknown(by, 'It has no place in the history that is held.')
    if (row.pos !== undefined && row.pos < 0) return unknown(by, 'It is older than what was held when it came, so that state has no say.')
    return byState(by, room, event, { version: await versionOnArrival(row), overlay: undefined })
  }

  return async (room, row, event) => {
    const before = await stateRefs.before(row)
    return [
      await byCited(room, event),
      before === undefined
        ? unknown('state-before', 'The state before it is not known.')
        : await byState('state-before', room, event, before),
      await onArrival(room, row, event, before),
      await byState('present-state', room, event, { version: room.stateVersion, overlay: undefined }),
    ]
  }
}
