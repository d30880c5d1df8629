import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { NaiveRoom, Placed } from './naive-room.ts'
import type { Received } from './naive-receipt.ts'
import type { State } from './naive-state.ts'
import type { RoomGraph } from './room-graph.ts'

/** An event that brings branches together, and what the resolution had to do. */
export interface Merge {
  readonly event: Event
  readonly previous: readonly Event[]
  readonly states: readonly State[]
  readonly before: State
  /** The keys under which the states have different events, or only some of them one. */
  readonly conflicts: readonly string[]
}

/** A history, as one looks for what happened in it. */
export interface Story {
  readonly graph: RoomGraph
  readonly room: NaiveRoom
  readonly history: readonly Received[]
  /** Those that were not rejected. */
  readonly accepted: readonly Placed[]
  readonly merges: readonly Merge[]
  readonly previousOf: (event: Event) => Event[]
  readonly isBefore: (earlier: Event, later: Event) => boolean
  /** Neither comes before the other. */
  readonly areApart: (one: Event, other: Event) => boolean
  /** How many events come before the one, and not before the other. */
  readonly countOnlyBefore: (one: Event, other: Event) => number
}

export const tellStory = (graph: RoomGraph, room: NaiveRoom, history: readonly Received[]): Story => {
  const previousOf = ({ pdu }: Event): Event[] => citedIds(pdu.prev_events).map(room.known.eventOf)
  const places = new Map<EventId, bigint>(graph.events.map(({ eventId }, at) => [eventId, 1n << BigInt(at)]))
  // One bit for each event that comes before.
  const pasts = new Map<EventId, bigint>()
  const pastOf = ({ eventId }: Event): bigint => pasts.get(eventId) ?? 0n
  for (const event of graph.events) {
    let past = 0n
    for (const earlier of previousOf(event)) past |= pastOf(earlier) | (places.get(earlier.eventId) ?? 0n)
    pasts.set(event.eventId, past)
  }
  const isBefore = (earlier: Event, later: Event): boolean => (pastOf(later) & (places.get(earlier.eventId) ?? 0n)) !== 0n
  const accepted = history.flatMap(({ placed }) => (placed.rejection === undefined ? [placed] : []))
  return {
    graph,
    room,
    history,
    accepted,
    previousOf,
    isBefore,
    merges: accepted.flatMap((placed) => mergeAt(room, placed, previousOf(placed.event))),
    areApart: (one, other) => one !== other && !isBefore(one, other) && !isBefore(other, one),
    countOnlyBefore: (one, other) => countBits(pastOf(one) & ~pastOf(other)),
  }
}

const mergeAt = (room: NaiveRoom, { event, before }: Placed, previous: readonly Event[]): Merge[] => {
  if (previous.length < 2) return []
  const states = [...new Set(previous.map(({ eventId }) => room.placed(eventId).after))]
  const keys = new Set(states.flatMap((state) => [...state.keys()]))
  const conflicts = [...keys].filter((key) => states.some((state) => state.get(key) !== states[0]?.get(key)))
  return [{ event, previous, states, before, conflicts }]
}

const countBits = (bits: bigint): number => {
  let count = 0
  for (let left = bits; left !== 0n; left &= left - 1n) count++
  return count
}
