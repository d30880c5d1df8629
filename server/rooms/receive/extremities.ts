import { type Citation, citedIds, type Event } from '../../protocol/event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { Place } from '../../storage/place.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { maxPrevEvents } from '../../protocol/event-format.ts'
import { eventStatus } from '../../storage/stored-event.ts'

/** Events walked back through at an arrival, at most: such as were rejected or soft-failed have been cited by somebody nevertheless. */
const walkedMost = 1000

const isUnseen = ({ status }: Place): boolean => status === eventStatus.rejected || status === eventStatus.softFailed

/**
 * The ends of a room's history once an event has arrived that cites `prev`: what it cites is an end no more, nor is what lies behind
 * rejected and soft-failed events that it cites.
 */
export async function extremitiesAfter(
  eventGraph: Pick<EventGraph, 'places' | 'events'>,
  before: readonly Citation[],
  arriving: Citation,
  prev: readonly Place[],
): Promise<Citation[]> {
  const covered = new Set(prev.map(({ eventId }) => eventId))
  let unseen = prev.filter(isUnseen)
  for (let walked = 0; unseen.length > 0 && walked < walkedMost; walked += unseen.length) {
    const events = await eventGraph.events(unseen.map(({ nid }) => nid))
    const cited = [...events.values()].flatMap(({ pdu }) => citedIds(pdu.prev_events)).filter((eventId) => !covered.has(eventId))
    for (const eventId of cited) covered.add(eventId)
    unseen = [...(await eventGraph.places(cited)).values()].filter(isUnseen)
  }
  return [...before.filter((citation) => !citedIds([citation]).some((eventId) => covered.has(eventId))), arriving]
}

/**
 * As many ends as an event may cite. Beyond that some are let go of: they stay in the history, but nothing is built on them here, and the
 * room's state is that of the others. Of the server that has most of them, the oldest goes first, so that one that floods the room with
 * branches pushes out its own.
 */
export async function withinBounds(
  eventGraph: Pick<EventGraph, 'places' | 'events'>,
  ends: readonly Citation[],
  arriving: Event,
): Promise<readonly Citation[]> {
  if (ends.length <= maxPrevEvents) return ends
  const places = await eventGraph.places(citedIds(ends))
  const events = await eventGraph.events([...places.values()].map(({ nid }) => nid))
  const byServer = new Map<string, Citation[]>()
  for (const end of ends) {
    const place = places.get(citedIds([end])[0]!)
    const sender = (place === undefined ? arriving : events.get(place.nid)!).pdu.sender
    byServer.set(serverNameOf(sender), [...(byServer.get(serverNameOf(sender)) ?? []), end])
  }
  const letGo = new Set<Citation>()
  while (ends.length - letGo.size > maxPrevEvents) {
    const most = [...byServer.values()].reduce((one, other) => (other.length > one.length ? other : one))
    letGo.add(most.shift()!)
  }
  return ends.filter((end) => !letGo.has(end))
}
