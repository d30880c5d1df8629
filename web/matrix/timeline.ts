import { type ReadonlySignal, signal } from './changes.ts'
import { isRedacted, type RoomEvent, redactedBy } from './event.ts'

/** A chunk of live events, oldest first, as a sync gives it. */
export interface LiveChunk {
  readonly events: readonly RoomEvent[]
  /** Where `/messages` goes on before the chunk. */
  readonly prevBatch?: string | undefined
  /** Whether events may be missing between what we hold and the chunk. */
  readonly gap: boolean
}

/** What is known of a room's events, oldest first, with the places where some are missing. */
export interface Timeline {
  readonly events: ReadonlySignal<readonly RoomEvent[]>
  has(eventId: string): boolean
  get(eventId: string): RoomEvent | undefined
  /** The `/messages` token of what is missing just before the event; `undefined`: nothing is. */
  missingBefore(eventId: string): string | undefined
  /** Events before which some are missing, oldest first. */
  gaps(): string[]
  /** Merges a live chunk; an event that is held already is not doubled. Gives back those that were new. */
  addLive(chunk: LiveChunk): RoomEvent[]
  /**
   * Merges a page of `/messages?dir=b` (newest first) before `eventId`, or at the very end for `undefined` (a room that is
   * read without being joined). `end`: the next token; `undefined` when the history begins here.
   */
  addOlder(eventId: string | undefined, page: readonly RoomEvent[], end: string | undefined): void
}

const withoutBody = (event: RoomEvent, because: RoomEvent): RoomEvent => ({
  ...event,
  content: {},
  unsigned: { ...(event.unsigned?.transaction_id && { transaction_id: event.unsigned.transaction_id }), redacted_because: because },
})

/** Creates an empty timeline. */
export const createTimeline = (): Timeline => {
  const events = signal<readonly RoomEvent[]>([])
  const held = new Map<string, RoomEvent>()
  const missing = new Map<string, string>()

  /** A redacted body is forgotten here too, whichever of the two arrives first. */
  const applyRedactions = (list: RoomEvent[]): RoomEvent[] => {
    const removals = new Map<string, RoomEvent>()
    for (const event of list) {
      const target = redactedBy(event)
      if (target !== undefined) removals.set(target, event)
    }
    if (removals.size === 0) return list
    return list.map((event) => {
      const removal = removals.get(event.event_id)
      if (!removal || isRedacted(event)) return event
      const bare = withoutBody(event, removal)
      held.set(event.event_id, bare)
      return bare
    })
  }

  const publish = (list: RoomEvent[]) => {
    events.value = applyRedactions(list)
  }

  const moveGap = (from: string, to: string | undefined, token: string | undefined) => {
    missing.delete(from)
    if (to !== undefined && token !== undefined) missing.set(to, token)
  }

  const addLive = ({ events: chunk, prevBatch, gap }: LiveChunk): RoomEvent[] => {
    const list = [...events.value]
    const overlap = chunk.find((event) => held.has(event.event_id))
    const fresh = chunk.filter((event) => !held.has(event.event_id))
    const indexOf = (event: RoomEvent) => list.findIndex((known) => known.event_id === event.event_id)
    const isGapBefore = gap || list.length === 0 || overlap !== undefined
    // The chunk has no holes: what is new in it stands right behind its neighbour there.
    let at = overlap ? indexOf(overlap) : list.length
    for (const [index, event] of chunk.entries()) {
      if (held.has(event.event_id)) {
        at = indexOf(event) + 1
        if (index > 0) missing.delete(event.event_id)
      } else {
        if (index === 0 && isGapBefore && prevBatch !== undefined) missing.set(event.event_id, prevBatch)
        list.splice(at, 0, event)
        at += 1
      }
    }
    for (const event of fresh) held.set(event.event_id, event)
    if (fresh.length > 0) publish(list)
    return fresh
  }

  const addOlder = (eventId: string | undefined, page: readonly RoomEvent[], end: string | undefined) => {
    const known = page.findIndex((event) => held.has(event.event_id) && event.event_id !== eventId)
    const fresh = (known < 0 ? page : page.slice(0, known)).filter((event) => !held.has(event.event_id)).reverse()
    for (const event of fresh) held.set(event.event_id, event)
    const list = [...events.value]
    const at = eventId === undefined ? list.length : list.findIndex((event) => event.event_id === eventId)
    list.splice(Math.max(at, 0), 0, ...fresh)
    const token = known < 0 ? end : undefined
    const edge = fresh[0]?.event_id ?? eventId
    if (eventId !== undefined) moveGap(eventId, edge, token)
    else if (edge !== undefined && token !== undefined) missing.set(edge, token)
    publish(list)
  }

  return {
    events,
    has: (eventId) => held.has(eventId),
    get: (eventId) => held.get(eventId),
    missingBefore: (eventId) => missing.get(eventId),
    gaps: () => events.value.filter((event) => missing.has(event.event_id)).map((event) => event.event_id),
    addLive,
    addOlder,
  }
}
