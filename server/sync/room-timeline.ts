import type { Room } from '../rooms/room.ts'
import type { EventStore } from '../storage/events.ts'
import { eventStatus, type StoredEvent } from '../storage/stored-event.ts'

/** The end of a room's timeline as a sync shows it. */
export interface TimelineSlice {
  /** Oldest first. */
  readonly events: readonly StoredEvent[]
  /** There are events after `after` that are not among `events`. */
  readonly limited: boolean
  /** What lies before the slice: events up to this position. */
  readonly before: number
}

export interface SliceRequest {
  /** Events after this position, exclusive. */
  readonly after: number
  /** Up to this one, inclusive. */
  readonly upTo: number
  readonly limit: number
  /** Which events the reader wants. */
  readonly allows?: ((event: StoredEvent) => boolean) | undefined
}

/** The latest events of a room that the reader wants, from memory where that reaches back far enough. */
export type RoomTimeline = (room: Room, request: SliceRequest) => TimelineSlice | Promise<TimelineSlice>

/** Stored events looked through for a slice, at most: a filter that lets little pass must not read a whole history. */
const scanned = 1000

function slice(found: StoredEvent[], complete: boolean, { after, upTo, limit, allows }: SliceRequest): TimelineSlice | undefined {
  // `found` is oldest first.
  const events: StoredEvent[] = []
  let dropped = false
  let before = upTo
  for (let i = found.length - 1; i >= 0; i--) {
    const event = found[i]!
    if (event.pos! <= after) break
    // Its arrival changed the state otherwise than it says: the slice begins after it, or with it.
    if (event.status === eventStatus.past || (event.status === eventStatus.withheld && event.met !== undefined)) {
      dropped = true
      before = event.pos!
      break
    }
    if (allows === undefined || allows(event)) {
      if (events.length === limit) {
        dropped = true
        break
      }
      events.push(event)
      before = event.pos! - 1
    }
    if (event.status === eventStatus.turning) {
      dropped = true
      break
    }
  }
  if (!dropped && !complete) return undefined
  events.reverse()
  return { events, limited: dropped, before: dropped || events.length > 0 ? before : upTo }
}

export function createRoomTimeline({ events: store }: { events: EventStore }): RoomTimeline {
  const fromStorage = async (room: Room, request: SliceRequest): Promise<TimelineSlice> => {
    const { after, upTo, limit, allows } = request
    const size = allows === undefined ? limit + 1 : Math.max(100, 2 * limit)
    const found: StoredEvent[] = []
    let end = upTo
    while (found.length < scanned) {
      const page = await store.inRoom({ roomNid: room.nid, after, upTo: end, limit: size, backwards: true })
      for (const event of page) found.unshift(event)
      const complete = page.length < size
      const result = slice(found, complete, request)
      if (result !== undefined) return result
      end = page.at(-1)!.pos! - 1
    }
    return { ...slice(found, true, request)!, limited: true, before: found[0]!.pos! - 1 }
  }

  return (room, request) => {
    const { recent, recentAfter } = room
    let end = recent.length
    while (end > 0 && recent[end - 1]!.pos! > request.upTo) end--
    const fromMemory = slice(end === recent.length ? recent : recent.slice(0, end), recentAfter <= request.after, request)
    return fromMemory ?? fromStorage(room, request)
  }
}

/**
 * What a reader gets of a slice, of which they may see `visible` alone. It begins after the last change of state that they may not
 * see: the state before the slice and the slice together must give the state after it.
 */
export function visibleSlice(slice: TimelineSlice, visible: readonly StoredEvent[]): TimelineSlice {
  if (visible.length === slice.events.length) return slice
  const hidden = slice.events.findLast((event) => event.stateKey !== undefined && !visible.includes(event))
  if (hidden === undefined) return { ...slice, events: visible }
  return { events: visible.filter(({ pos }) => pos! > hidden.pos!), limited: true, before: hidden.pos! }
}
