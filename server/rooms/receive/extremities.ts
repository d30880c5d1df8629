import { type Citation, citedIds } from '../../protocol/event.ts'
import type { EventGraph, Place } from '../../storage/event-graph.ts'
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
