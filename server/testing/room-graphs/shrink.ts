import type { EventId } from '../../../spec/identifiers.ts'
import type { Citation, Event } from '../../protocol/event.ts'
import type { RoomGraph } from './room-graph.ts'

const idOf = (citation: Citation): EventId => (typeof citation === 'string' ? citation : citation[0])

/**
 * The graph without some events. What came after one of them comes after what that came after; nothing cites it as its authority.
 * Good for cheaply sealed graphs alone: events change, and keep their IDs.
 */
const without = (graph: RoomGraph, dropped: ReadonlySet<Event>): RoomGraph => {
  const stand = new Map<EventId, readonly Citation[]>()
  const events: Event[] = []
  for (const event of graph.events) {
    const previous = new Map(event.pdu.prev_events.flatMap((one) => stand.get(idOf(one)) ?? []).map((one) => [idOf(one), one]))
    if (dropped.has(event)) {
      stand.set(event.eventId, [...previous.values()])
      continue
    }
    stand.set(event.eventId, [graph.version.citesWithHashes ? [event.eventId, { sha256: '' }] : event.eventId])
    const isUntouched = event.pdu.prev_events.every((one) => previous.has(idOf(one)))
    const authEvents = event.pdu.auth_events.filter((one) => !isDropped(dropped, idOf(one)))
    if (isUntouched && authEvents.length === event.pdu.auth_events.length) events.push(event)
    else events.push({ ...event, pdu: { ...event.pdu, prev_events: [...previous.values()], auth_events: authEvents } })
  }
  return { ...graph, events }
}

const isDropped = (dropped: ReadonlySet<Event>, eventId: EventId): boolean => [...dropped].some((event) => event.eventId === eventId)

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
  for (let size = graph.events.length >> 1; size > 0; size = size > 1 ? size >> 1 : 0) {
    let hasShrunk = true
    while (hasShrunk) {
      hasShrunk = false
      // The last first: nothing rests on them. The create event stays.
      for (let end = smallest.events.length; end > 1; end -= size) {
        const dropped = new Set(smallest.events.slice(Math.max(1, end - size), end))
        if (keep(without(smallest, dropped))) hasShrunk = true
      }
    }
  }
  for (let at = smallest.events.length - 1; at > 0; at--) {
    for (const field of ['prev_events', 'auth_events'] as const) {
      const least = field === 'prev_events' ? 1 : 0
      for (let place = (smallest.events[at] as Event).pdu[field].length - 1; place >= least; place--)
        keep(citingLess(smallest, at, field, place))
    }
  }
  return smallest
}
