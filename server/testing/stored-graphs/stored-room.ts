import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createAdoptRoom } from '../../rooms/receive/adopt-room.ts'
import type { Receipt } from '../../rooms/receive/receive-event.ts'
import type { SingleOut } from '../../rooms/mentions.ts'
import { createRoomStates } from '../../rooms/room-state.ts'
import { createVisibility } from '../../rooms/visibility.ts'
import type { Database } from '../../storage/database.ts'
import type { Place } from '../../storage/place.ts'
import { wireReceive } from '../../wire-receive.ts'
import { wireStores } from '../../wire-storage.ts'

/** A state as IDs: the type and the state key, with a line's end between, → the event. */
export type IdState = ReadonlyMap<string, EventId>

/** A room of the database that takes in events from elsewhere, and tells what became of them. */
export interface StoredRoom {
  receive(event: Event): Promise<Receipt>
  /** The current state, as storage has it. */
  current(): Promise<IdState>
  /** What memory has otherwise than this state; `undefined`: nothing. */
  differsInMemory(state: IdState): Promise<string | undefined>
  /** The state before each of the events. */
  statesBefore(eventIds: readonly EventId[]): Promise<ReadonlyMap<EventId, IdState>>
  /** The events that each of the users may see. */
  seenBy(userIds: readonly UserId[], eventIds: readonly EventId[]): Promise<ReadonlyMap<UserId, ReadonlySet<EventId>>>
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

  const differsInMemory: StoredRoom['differsInMemory'] = async (state) => {
    const room = (await roomStates.open(roomId))!
    const users = [...state.keys()].filter((key) => key.startsWith('m.room.member\n')).map((key) => key.slice(14))
    await roomStates.loadMembers(room, users)
    const others = new Map([...room.state.values()].map((one) => [`${one.type}\n${one.stateKey}`, one.eventId]))
    for (const [key, eventId] of state) {
      const known = key.startsWith('m.room.member\n') ? room.members.get(key.slice(14))?.eventId : others.get(key)
      if (known !== eventId) return `${key.replace('\n', ' ')}: ${eventId}, in memory ${known}`
    }
    if (others.size !== state.size - users.length) return `${state.size - users.length} entries but members, in memory ${others.size}`
    const joined = users.filter((userId) => room.members.get(userId)?.pdu.content['membership'] === 'join')
    return room.counts.join === joined.length ? undefined : `${joined.length} members, in memory ${room.counts.join}`
  }

  /** The state before an event; what versions of the main line hold is read once. */
  const wholeBefore = async (place: Place, lines: Map<number, ReadonlyMap<number, number>>): Promise<IdState | undefined> => {
    const ref = await stateRefs.before(place)
    if (ref === undefined) return undefined
    const { version, overlay } = ref
    if (!lines.has(version)) lines.set(version, await stateRefs.whole(place.roomNid, { version, overlay: undefined }))
    const entries = new Map([...lines.get(version)!, ...(overlay?.entries ?? [])])
    return named(new Map([...entries].filter(([, nid]) => nid > 0)))
  }

  return {
    receive: async (event) => {
      await stored.adoptRoom(roomId, version)
      const sealed = { event, json: JSON.stringify(event.pdu) }
      return (await holdRoom(roomId, (room) => receiveEvent(room, sealed)))!
    },
    current: async () => {
      const room = (await roomStates.open(roomId))!
      return named(await stateEntries.at(room.nid, room.stateVersion))
    },
    differsInMemory,
    statesBefore: async (eventIds) => {
      const lines = new Map<number, ReadonlyMap<number, number>>()
      const states = new Map<EventId, IdState>()
      for (const place of (await eventGraph.places(eventIds)).values()) {
        const state = await wholeBefore(place, lines)
        if (state !== undefined) states.set(place.eventId, state)
      }
      return states
    },
    seenBy: async (userIds, eventIds) => {
      const room = (await roomStates.open(roomId))!
      await roomStates.loadMembers(room, userIds)
      const found = await events.byIds(eventIds)
      const seen = new Map<UserId, ReadonlySet<EventId>>()
      for (const userId of userIds) {
        const sight = await visibility.sightOn(userId, room, found)
        seen.set(userId, new Set(found.filter((event) => sight.sees(event)).map(({ eventId }) => eventId)))
      }
      return seen
    },
    extremities: async () => (await stored.rooms.head(roomId))!.extremities,
  }
}
