import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { EventFilter } from '../protocol/event-filter.ts'
import type { EventStore } from '../storage/events.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { RelationStore } from '../storage/relations.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { Streams } from '../storage/streams.ts'
import type { EventReader } from './client-events.ts'
import type { OpenForReading, OpenRoom } from './read-access.ts'
import type { Room } from './room.ts'
import type { Sight } from './sight.ts'
import type { Visibility } from './visibility.ts'

/** Who asks: told by the access token. */
export interface Asking {
  readonly userId: UserId
  readonly deviceNid: number | undefined
}

/** A room, opened for somebody who asks; all of one answer is of one moment. */
export interface Reading extends OpenRoom {
  readonly reader: EventReader
  /** The position up to which the answer is made. */
  readonly head: number
}

/** What all ways of reading a timeline share. */
export interface RoomReading {
  /** @throws M_FORBIDDEN for who may not read the room, whether or not there is one */
  open(asking: Asking, roomId: RoomId): Promise<Reading>
  /** @throws M_NOT_FOUND for an event that is not there, or that the reader may not see */
  event(reading: Reading, eventId: EventId): Promise<StoredEvent>
  /** Those of the events that the reader may see, wants to see and asked for, with the sight they were judged by. */
  wanted(reading: Reading, events: readonly StoredEvent[], filter?: EventFilter): Promise<{ events: StoredEvent[]; span: Sight['span'] }>
}

interface Needs {
  openForReading: OpenForReading
  visibility: Visibility
  events: Pick<EventStore, 'byId'>
  relations: Pick<RelationStore, 'withChild'>
  identifiers: Pick<Identifiers, 'user'>
  streams: Pick<Streams, 'head'>
  /** Of whom the user wants to read nothing. client-server-api/#ignoring-users */
  ignoredUsers: (userId: UserId) => Promise<ReadonlySet<UserId>>
}

/** What is said of every event that somebody does not get to see, whatever the reason. */
export const noSuchEvent = (): MatrixError => new MatrixError('M_NOT_FOUND', 'There is no such event in this room that you may read.')

export function createRoomReading({
  openForReading,
  visibility,
  events: store,
  relations,
  identifiers,
  streams,
  ignoredUsers,
}: Needs): RoomReading {
  const withChildren = async (
    room: Room,
    events: StoredEvent[],
    { relatedBySenders: senders, relatedByRelTypes: relTypes }: EventFilter,
  ): Promise<StoredEvent[]> => {
    if ((senders === undefined && relTypes === undefined) || events.length === 0) return events
    const parents = await relations.withChild(
      room.nid,
      events.map(({ eventId }) => eventId),
      { senders, relTypes },
    )
    return events.filter(({ eventId }) => parents.has(eventId))
  }

  return {
    open: async ({ userId, deviceNid }, roomId) => {
      const [opened, userNid, ignored] = await Promise.all([openForReading(userId, roomId), identifiers.user(userId), ignoredUsers(userId)])
      return { ...opened, reader: { userId, userNid, deviceNid, ignored }, head: streams.head() }
    },
    event: async ({ room, reader }, eventId) => {
      const event = await store.byId(eventId)
      if (event === undefined || event.roomNid !== room.nid) throw noSuchEvent()
      const sight = await visibility.sightOn(reader.userId, room, [event])
      if (!sight.sees(event)) throw noSuchEvent()
      return event
    },
    wanted: async ({ room, reader }, events, filter) => {
      const sight = await visibility.sightOn(reader.userId, room, events)
      const kept = events.filter(
        (event) =>
          sight.sees(event) &&
          (event.stateKey !== undefined || !reader.ignored.has(event.sender)) &&
          (filter?.allows({ type: event.type, sender: event.sender, roomId: event.roomId, content: event.pdu.content }) ?? true),
      )
      return { events: filter === undefined ? kept : await withChildren(room, kept, filter), span: sight.span }
    },
  }
}
