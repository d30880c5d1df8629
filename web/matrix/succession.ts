import { signal } from './changes.ts'
import { objectOf, type RoomEvent, textOf } from './event.ts'
import type { History } from './history.ts'
import type { Room } from './room.ts'
import { type StateMap, stateOf } from './room-state.ts'
import type { Unread } from './unread.ts'

/** Rooms that took the place of others. A step from one to the other counts only if both say so. client-server-api/#room-upgrades */
export interface Succession {
  /** The room in which this one goes on for the reader, who has joined it; `undefined` where there is none. */
  successor(room: Room): Room | undefined
  /** The rooms whose place it took and that the reader has joined, the last one first. */
  before(room: Room): readonly Room[]
  /** What is unread in it and in the rooms before it. */
  unread(room: Room): Unread
  /** Whether a room before it is known, or may be found by `seek`. */
  mayHaveEarlier(room: Room): boolean
  /** Finds the room before it, reading there if need be; `undefined` where there is none that can be read. */
  seek(room: Room): Promise<Room | undefined>
}

interface Needs {
  readonly rooms: { get(roomId: string): Room | undefined; open(roomId: string): Room }
  readonly history: Pick<History, 'older'>
}

/** The room that a state says it goes on in. */
export const replacementIn = (state: StateMap): string | undefined => textOf(stateOf(state, 'm.room.tombstone'), 'replacement_room')

/** The room that a state says it took the place of. */
export const predecessorIn = (state: StateMap): string | undefined =>
  textOf(objectOf(stateOf(state, 'm.room.create'), 'predecessor'), 'room_id')

/** Who looks on from outside gets no state, but the tombstone stands among the last events. */
const leadsTo = (room: Room, roomId: string): boolean =>
  replacementIn(room.state.value) === roomId ||
  room.timeline.events.value.some(({ type, content }) => type === 'm.room.tombstone' && textOf(content, 'replacement_room') === roomId)

/** Follows steps as far as they lead; one that leads back ends it. */
const walk = (room: Room, step: (from: Room) => Room | undefined): Room[] => {
  const seen = new Set([room])
  for (let next = step(room); next !== undefined && !seen.has(next); next = step(next)) seen.add(next)
  return [...seen].slice(1)
}

/** Creates it over the rooms that are known. */
export const createSuccession = ({ rooms, history }: Needs): Succession => {
  /** Rooms that were found to have none before them. */
  const firsts = signal<ReadonlySet<string>>(new Set())

  const next = (room: Room): Room | undefined => {
    const replacement = rooms.get(replacementIn(room.state.value) ?? '')
    return replacement?.membership.value === 'join' && predecessorIn(replacement.state.value) === room.roomId ? replacement : undefined
  }
  const previous = (room: Room): Room | undefined => {
    const predecessor = rooms.get(predecessorIn(room.state.value) ?? '')
    return predecessor?.membership.value === 'join' && leadsTo(predecessor, room.roomId) ? predecessor : undefined
  }
  const before = (room: Room) => walk(room, previous)

  const look = async (room: Room, roomId: string): Promise<Room | undefined> => {
    const found = rooms.open(roomId)
    // Until a sync says otherwise, it is a room that the reader has not joined.
    if (found.state.value.size === 0) found.setMembership('leave')
    if (found.timeline.events.value.length === 0) await history.older(found, undefined).catch(() => undefined)
    return leadsTo(found, room.roomId) && found.timeline.events.value.length > 0 ? found : undefined
  }

  return {
    successor: (room) => walk(room, next).at(-1),
    before,
    unread: (room) =>
      [room, ...before(room)].reduce(
        (sum, { unread: { current } }) => ({
          messages: sum.messages + current.value.messages,
          mentions: sum.mentions + current.value.mentions,
        }),
        { messages: 0, mentions: 0 },
      ),
    mayHaveEarlier: (room) => predecessorIn(room.state.value) !== undefined && !firsts.value.has(room.roomId),
    seek: async (room) => {
      const roomId = predecessorIn(room.state.value)
      const found = roomId === undefined || roomId === room.roomId ? undefined : (previous(room) ?? (await look(room, roomId)))
      if (found === undefined) firsts.value = new Set([...firsts.value, room.roomId])
      return found
    },
  }
}

const moveMs = 60_000

/**
 * The events that tell of an upgrade, as the mark between two rooms does: how the new one was furnished and filled, and the tombstone of one
 * that is followed by another.
 */
export const upgradeEvents = (events: readonly RoomEvent[], isFollowed: boolean): Set<string> => {
  const [create] = events
  const isNew = create?.type === 'm.room.create' && objectOf(create.content, 'predecessor') !== undefined
  const said = events.findIndex((event) => event.state_key === undefined)
  const isFurnishing = (event: RoomEvent, index: number) =>
    isNew && (said < 0 || index < said) && event.origin_server_ts - create.origin_server_ts < moveMs
  return new Set(
    events
      .filter((event, index) => (isFollowed && event.type === 'm.room.tombstone') || isFurnishing(event, index))
      .map((event) => event.event_id),
  )
}
