import type { EventId, RoomId } from '../../spec/identifiers.ts'
import type { RelationStore } from '../storage/relations.ts'
import type { ClientEvents } from './client-events.ts'
import type { Asking, RoomReading } from './room-reading.ts'
import { scanTimeline } from './timeline-scan.ts'
import type { PageRequest } from './timeline.ts'
import type { TimelineTokens } from './timeline-token.ts'

/** A page of what relates to an event; events as JSON text. */
export interface RelatedPage {
  readonly chunk: readonly string[]
  readonly nextBatch?: string
  readonly prevBatch?: string
  /** How far relations of relations were followed; exactly where that was asked for. */
  readonly recursionDepth?: number
}

export interface RelatedRequest extends Omit<PageRequest, 'filter'> {
  readonly relType?: string | undefined
  readonly eventType?: string | undefined
  /** Follow the relations of relations too. */
  readonly recurse: boolean
}

/**
 * Reads what relates to an event. client-server-api/#relationships-api
 * @throws M_FORBIDDEN for who may not read the room, M_NOT_FOUND for an event they cannot see, M_INVALID_PARAM for a foreign token
 */
export type RelationsPage = (asking: Asking, roomId: RoomId, eventId: EventId, request: RelatedRequest) => Promise<RelatedPage>

interface Needs {
  roomReading: RoomReading
  clientEvents: ClientEvents
  relations: Pick<RelationStore, 'related'>
  tokens: TimelineTokens
}

/** Events given at once, at most. */
const mostAtOnce = 1000
/** How far relations of relations are followed. */
const recursionDepth = 3

export function createRelationsPage({ roomReading, clientEvents, relations, tokens }: Needs): RelationsPage {
  return async (asking, roomId, eventId, { relType, eventType, recurse, backwards, from, to, limit }) => {
    const reading = await roomReading.open(asking, roomId)
    await roomReading.event(reading, eventId)
    const { room, reader, head } = reading
    const start = from === undefined ? (backwards ? head : room.beginning) : tokens.read(from)
    const stop = to === undefined ? (backwards ? room.beginning : head) : tokens.read(to)
    const { events, next } = await scanTimeline({
      ...(backwards ? { after: stop, upTo: Math.min(start, head) } : { after: start, upTo: Math.min(stop, head) }),
      backwards,
      limit: Math.min(limit, mostAtOnce),
      fetch: (part) =>
        relations.related({ ...part, roomNid: room.nid, target: eventId, relType, eventType, depth: recurse ? recursionDepth : 1 }),
      keep: (found) => roomReading.wanted(reading, found),
    })
    return {
      chunk: await clientEvents(events, room, reader, { withRoomId: true, bundledUpTo: head }),
      ...(next !== undefined && { nextBatch: tokens.write(next) }),
      ...(from !== undefined && { prevBatch: from }),
      ...(recurse && { recursionDepth }),
    }
  }
}
