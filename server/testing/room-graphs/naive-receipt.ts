import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { NaiveRoom, Placed } from './naive-room.ts'
import { lookupInState, refusal, type State } from './naive-state.ts'

/** What the receipt of an event did, and how it left the room. */
export interface Received {
  readonly placed: Placed
  /** The rule by which the current state refused it; only for what was not rejected. */
  readonly softFailure: string | undefined
  readonly extremities: readonly EventId[]
  /** The current state afterwards. */
  readonly current: State
}

/** Receives events one by one. What was placed before (in whatever order) is not placed anew. */
export const receiveInOrder = (room: NaiveRoom, order: readonly Event[], isPlaced = false): Received[] => {
  let extremities: readonly EventId[] = []
  let current: State = new Map()
  return order.map((event) => {
    const placed = isPlaced ? room.placed(event.eventId) : room.place(event)
    const softFailure = placed.rejection === undefined ? refusal(room.known, event, lookupInState(current))?.rule : undefined
    if (placed.rejection === undefined && softFailure === undefined) {
      const past = ancestorsOf(room, event)
      extremities = [...extremities.filter((eventId) => !past.has(eventId)), event.eventId]
      current = room.stateOver(extremities)
    }
    return { placed, softFailure, extremities, current }
  })
}

/** The current state if nothing had been soft-failed: over all events that were not rejected and have no such event after them. */
export const stateOverLeaves = (room: NaiveRoom, events: readonly Event[]): State => {
  const accepted = events.filter(({ eventId }) => !room.known.isRejected(eventId))
  const leaves = new Set(accepted.map(({ eventId }) => eventId))
  for (const event of accepted) for (const earlier of ancestorsOf(room, event)) leaves.delete(earlier)
  return room.stateOver(leaves)
}

/** All that an event comes after: what it cites as previous, what that cites, and so on, rejected and soft-failed or not. */
const ancestorsOf = ({ known }: NaiveRoom, event: Event): Set<EventId> => {
  const past = new Set<EventId>()
  const open = [event]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const eventId of citedIds(at.pdu.prev_events)) {
      if (!past.has(eventId)) open.push(known.eventOf(eventId))
      past.add(eventId)
    }
  }
  return past
}
