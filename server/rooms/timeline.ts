import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import type { EventFilter } from '../protocol/event-filter.ts'
import type { EventStore } from '../storage/events.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { ClientEvents } from './client-events.ts'
import type { Asking, Reading, RoomReading } from './room-reading.ts'
import type { StateAfter } from './state-after.ts'
import { scanTimeline, type Scanned } from './timeline-scan.ts'
import type { TimelineTokens } from './timeline-token.ts'

/** A page of a timeline; events as JSON text. */
export interface TimelinePage {
  readonly start: string
  /** Absent at the end of what there is. */
  readonly end?: string
  readonly chunk: readonly string[]
  /** The members that the chunk needs, where the filter loads them lazily. */
  readonly state?: readonly string[]
}

/** An event with its surroundings; events as JSON text. */
export interface EventContext {
  readonly start: string
  readonly end: string
  readonly event: string
  /** Newest first. */
  readonly eventsBefore: readonly string[]
  readonly eventsAfter: readonly string[]
  /** At the last event given. */
  readonly state: readonly string[]
}

export interface PageRequest {
  readonly backwards: boolean
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly filter?: EventFilter | undefined
}

/** Reads the history of rooms. */
export interface Timeline {
  /** @throws M_FORBIDDEN for who may not read the room, M_INVALID_PARAM for a foreign token */
  page(asking: Asking, roomId: RoomId, request: PageRequest): Promise<TimelinePage>
  /** @throws M_FORBIDDEN for who may not read the room, M_NOT_FOUND for an event they cannot see */
  context(asking: Asking, roomId: RoomId, eventId: EventId, request: Pick<PageRequest, 'limit' | 'filter'>): Promise<EventContext>
  /** One event as JSON text. @throws M_FORBIDDEN for who may not read the room, M_NOT_FOUND for an event they cannot see */
  event(asking: Asking, roomId: RoomId, eventId: EventId): Promise<string>
}

interface Needs {
  roomReading: RoomReading
  clientEvents: ClientEvents
  events: Pick<EventStore, 'inRoom'>
  stateAfter: StateAfter
  tokens: TimelineTokens
}

/** Events given at once, at most. */
const mostAtOnce = 1000

export function createTimeline({ roomReading, clientEvents, events: store, stateAfter, tokens }: Needs): Timeline {
  const tell = (reading: Reading, events: readonly StoredEvent[]) =>
    clientEvents(events, reading.room, reading.reader, { withRoomId: true, bundledUpTo: reading.head })
  const tellState = (reading: Reading, events: readonly StoredEvent[]) =>
    clientEvents(events, reading.room, reading.reader, { withRoomId: true, asState: true })

  const scan = (
    reading: Reading,
    stretch: { after: number; upTo: number; backwards: boolean; limit: number },
    filter: EventFilter | undefined,
  ): Promise<Scanned> =>
    scanTimeline({
      ...stretch,
      fetch: (part) => store.inRoom({ ...part, roomNid: reading.room.nid }),
      keep: (events) => roomReading.wanted(reading, events, filter),
    })

  return {
    page: async (asking, roomId, { backwards, from, to, limit, filter }) => {
      const reading = await roomReading.open(asking, roomId)
      const { beginning } = reading.room
      const start = from === undefined ? (backwards ? reading.head : beginning) : tokens.read(from)
      const stop = to === undefined ? (backwards ? beginning : reading.head) : tokens.read(to)
      const stretch = backwards
        ? { after: stop, upTo: Math.min(start, reading.head) }
        : { after: start, upTo: Math.min(stop, reading.head) }
      const { events, next } =
        filter?.allowsRoom(roomId) === false
          ? { events: [], next: undefined }
          : await scan(reading, { ...stretch, backwards, limit: Math.min(limit, mostAtOnce) }, filter)
      const newest = backwards ? events[0] : events.at(-1)
      const members =
        filter?.lazyLoadMembers && newest !== undefined
          ? await stateAfter(newest, { kind: 'members', userIds: senders(events) })
          : undefined
      return {
        start: from ?? tokens.write(start),
        ...(next !== undefined && { end: tokens.write(next) }),
        chunk: await tell(reading, events),
        ...(members && { state: await tellState(reading, members) }),
      }
    },
    context: async (asking, roomId, eventId, { limit, filter }) => {
      const reading = await roomReading.open(asking, roomId)
      const event = await roomReading.event(reading, eventId)
      const pos = event.pos ?? event.nid
      const most = Math.min(limit, mostAtOnce)
      const [before, after] = await Promise.all([
        scan(reading, { after: reading.room.beginning, upTo: pos - 1, backwards: true, limit: Math.floor(most / 2) }, filter),
        scan(reading, { after: pos, upTo: reading.head, backwards: false, limit: Math.ceil(most / 2) }, filter),
      ])
      const last = after.events.at(-1) ?? event
      const users = filter?.lazyLoadMembers ? senders([...before.events, event, ...after.events]) : undefined
      const [[told], eventsBefore, eventsAfter, atLast] = await Promise.all([
        tell(reading, [event]),
        tell(reading, before.events),
        tell(reading, after.events),
        stateAround(last, users),
      ])
      return {
        start: tokens.write((before.events.at(-1)?.pos ?? pos) - 1),
        end: tokens.write(last.pos ?? pos),
        event: told!,
        eventsBefore,
        eventsAfter,
        state: await tellState(
          reading,
          atLast.filter(({ type, sender, pdu }) => filter?.allows({ type, sender, roomId, content: pdu.content }) ?? true),
        ),
      }
    },
    event: async (asking, roomId, eventId) => {
      const reading = await roomReading.open(asking, roomId)
      return (await tell(reading, [await roomReading.event(reading, eventId)]))[0]!
    },
  }

  /** The state after an event, with the memberships of these users alone, or of all. */
  async function stateAround(event: StoredEvent, users: readonly UserId[] | undefined): Promise<readonly StoredEvent[]> {
    if (users === undefined) return stateAfter(event, { kind: 'all' })
    const parts = await Promise.all([
      stateAfter(event, { kind: 'without-members' }),
      stateAfter(event, { kind: 'members', userIds: users }),
    ])
    return parts.flat()
  }
}

const senders = (events: readonly StoredEvent[]): UserId[] => [...new Set(events.map(({ sender }) => sender))]
