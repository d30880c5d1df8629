import type { EventId } from '../../../spec/identifiers.ts'
import type { Citation, Event } from '../../protocol/event.ts'
import type { RoomGraph } from './room-graph.ts'

const idOf = (citation: Citation): EventId => (typeof citation === 'string' ? citation : citation[0])

/**
 * The graph without some events. What came after one of them comes after what that came after, and what cited one as its authority
 * cites the one before it of the same type and state key. Good for cheaply sealed graphs alone: events change, and keep their IDs.
 */
export const without = (graph: RoomGraph, dropped: ReadonlySet<Event>): RoomGraph => {
  const citing = (event: Event): Citation => (graph.version.citesWithHashes ? [event.eventId, { sha256: '' }] : event.eventId)
  const stand = new Map<EventId, readonly Citation[]>()
  const authority = new Map<EventId, readonly Citation[]>()
  const lastKept = new Map<string, Citation>()
  const replaced = (citations: readonly Citation[], by: ReadonlyMap<EventId, readonly Citation[]>): readonly Citation[] => {
    const isUntouched = citations.every((one) => by.get(idOf(one))?.some((kept) => idOf(kept) === idOf(one)))
    if (isUntouched) return citations
    return [...new Map(citations.flatMap((one) => by.get(idOf(one)) ?? []).map((one) => [idOf(one), one])).values()]
  }
  const events: Event[] = []
  for (const event of graph.events) {
    const { pdu } = event
    const key = JSON.stringify([pdu.type, pdu.state_key])
    const [previous, authEvents] = [replaced(pdu.prev_events, stand), replaced(pdu.auth_events, authority)]
    if (dropped.has(event)) {
      stand.set(event.eventId, previous)
      const before = lastKept.get(key)
      authority.set(event.eventId, before === undefined ? [] : [before])
      continue
    }
    for (const by of [stand, authority]) by.set(event.eventId, [citing(event)])
    lastKept.set(key, citing(event))
    const isUntouched = previous === pdu.prev_events && authEvents === pdu.auth_events
    events.push(isUntouched ? event : { ...event, pdu: { ...pdu, prev_events: [...previous], auth_events: [...authEvents] } })
  }
  return { ...graph, events }
}

/** The graph with one event citing less. */
const citingLess = (graph: RoomGraph, at: number, field: 'prev_events' | 'auth_events', place: number): RoomGraph => {
  const event = graph.events[at] as Event
  return { ...graph, events: graph.events.with(at, { ...event, pdu: { ...event.pdu, [field]: event.pdu[field].toSpliced(place, 1) } }) }
}

/** A graph that still fails, from which nothing can be left out without it failing no longer. */
export const shrink = (graph: RoomGraph, fails: (graph: RoomGraph) => boolean): RoomGraph => {
  let smallest = graph
  const keep = (smaller: RoomGraph): boolean => {
    if (!fails(smaller)) return false
    smallest = smaller
    return true
  }
  // The last first: nothing rests on them. The create event stays.
  const leavesOut = (size: number): boolean => {
    let hasShrunk = false
    for (let end = smallest.events.length; end > 1; end -= Math.ceil(size / 2)) {
      const dropped = new Set(smallest.events.slice(Math.max(1, end - size), end))
      if (dropped.size > 0 && keep(without(smallest, dropped))) hasShrunk = true
    }
    return hasShrunk
  }
  // What only goes together is found by the larger sizes again, once there is less around it.
  for (let size = graph.events.length >> 1; size > 0; size = leavesOut(size) ? smallest.events.length >> 1 : size >> 1);
  for (let at = smallest.events.length - 1; at > 0; at--) {
    for (const field of ['prev_events', 'auth_events'] as const) {
      const least = field === 'prev_events' ? 1 : 0
      for (let place = (smallest.events[at] as Event).pdu[field].length - 1; place >= least; place--)
        keep(citingLess(smallest, at, field, place))
    }
  }
  return smallest
}
