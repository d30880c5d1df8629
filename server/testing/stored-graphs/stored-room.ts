import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createAdoptRoom } from '../../rooms/receive/adopt-room.ts'
import type { Receipt } from '../../rooms/receive/receive-event.ts'
import type { SingleOut } from '../../rooms/mentions.ts'
import { createRoomStates } from '../../rooms/room-state.ts'
import { createVisibility } from '../../rooms/visibility.ts'
import type { Database } from '../../storage/database.ts'
import { wireReceive } from '../../wire-receive.ts'
import { wireStores } from '../../wire-storage.ts'

/** A state as IDs: the type and the state key, with a line's end between, → the event. */
export type IdState = ReadonlyMap<string, EventId>

/** A room of the database that takes in events from elsewhere, and tells what became of them. */
export interface StoredRoom {
  receive(event: Event): Promise<Receipt>
  /** The current state, as storage has it; memory is compared with it. */
  current(): Promise<IdState>
  /** The state before each of the events. */
  statesBefore(eventIds: readonly EventId[]): Promise<ReadonlyMap<EventId, IdState>>
  /** The events that a user may see. */
  seenBy(userId: UserId, eventIds: readonly EventId[]): Promise<ReadonlySet<EventId>>
  extremities(): Promise<readonly EventId[]>
}

const nobody: SingleOut = { candidates: () => [], concerned: () => [], hold: () => [], read: async () => {}, mentions: () => [] }

/** Everything that stands on a database, with a memory of its own: made anew, it is as after a restart. */
export function openStored(database: Database, options: { readonly apartFrom?: number } = {}) {
  const storage = wireStores(database, { numbersKept: 1000 })
  const { rooms, events, state, memberships, stateChanges, offLine, identifiers } = storage
  const roomStates = createRoomStates({ rooms, events, state, memberships, capacity: 10 })
  const receive = wireReceive(storage, { roomStates, singleOut: nobody, ...options })
  const visibility = createVisibility({ roomStates, stateChanges, offLine, isStaff: () => false, capacity: 1000 })
  return { ...storage, ...receive, roomStates, visibility, adoptRoom: createAdoptRoom({ roomStates, identifiers }) }
}

export type Stored = ReturnType<typeof openStored>

export function storedRoom(stored: Stored, roomId: RoomId, version: RoomVersion): StoredRoom {
  const { eventGraph, stateEntries, stateRefs, holdRoom, receiveEvent, roomStates, visibility, events } = stored

  // Neither ever changes.
  const texts = new Map<number, string>()
  const ids = new Map<number, EventId>()
  const named = async (entries: ReadonlyMap<number, number>): Promise<IdState> => {
    const keys = [...entries.keys()].filter((key) => !texts.has(key))
    if (keys.length > 0) for (const [key, { type, stateKey }] of await eventGraph.keyTexts(keys)) texts.set(key, `${type}\n${stateKey}`)
    const nids = [...entries.values()].filter((nid) => !ids.has(nid))
    if (nids.length > 0) for (const [nid, { eventId }] of await eventGraph.events(nids)) ids.set(nid, eventId)
    return new Map([...entries].map(([key, nid]) => [texts.get(key)!, ids.get(nid)!]))
  }

  const nowInMemory = async (stored: IdState): Promise<void> => {
    const room = (await roomStates.open(roomId))!
    const users = [...stored.keys()].filter((key) => key.startsWith('m.room.member\n')).map((key) => key.slice(14))
    await roomStates.loadMembers(room, users)
    for (const [key, eventId] of stored) {
      const [type, stateKey] = [key.slice(0, key.indexOf('\n')), key.slice(key.indexOf('\n') + 1)]
      const known =
        type === 'm.room.member'
          ? room.members.get(stateKey)
          : [...room.state.values()].find((one) => one.type === type && one.stateKey === stateKey)
      if (known?.eventId !== eventId) throw new Error(`Memory has ${known?.eventId} at ${key.replace('\n', ' ')}, storage ${eventId}.`)
    }
    const others = [...stored.keys()].length - users.length
    if (room.state.size !== others) throw new Error(`Memory has ${room.state.size} entries but members, storage ${others}.`)
    const joined = (await Promise.all(users.map((userId) => room.members.get(userId)))).filter(
      (one) => one?.pdu.content['membership'] === 'join',
    )
    if (room.counts.join !== joined.length) throw new Error(`Memory counts ${room.counts.join} members, there are ${joined.length}.`)
  }

  return {
    receive: async (event) => {
      await stored.adoptRoom(roomId, version)
      const sealed = { event, json: JSON.stringify(event.pdu) }
      return (await holdRoom(roomId, (room) => receiveEvent(room, sealed)))!
    },
    current: async () => {
      const room = (await roomStates.open(roomId))!
      const found = await named(await stateEntries.at(room.nid, room.stateVersion))
      await nowInMemory(found)
      return found
    },
    statesBefore: async (eventIds) => {
      const places = await eventGraph.places(eventIds)
      const states = new Map<EventId, IdState>()
      for (const place of places.values()) {
        const ref = await stateRefs.before(place)
        if (ref !== undefined) states.set(place.eventId, await named(await stateRefs.whole(place.roomNid, ref)))
      }
      return states
    },
    seenBy: async (userId, eventIds) => {
      const room = (await roomStates.open(roomId))!
      await roomStates.loadMembers(room, [userId])
      const found = await events.byIds(eventIds)
      const sight = await visibility.sightOn(userId, room, found)
      return new Set(found.filter((event) => sight.sees(event)).map(({ eventId }) => eventId))
    },
    extremities: async () => (await stored.rooms.head(roomId))!.extremities,
  }
}
