import { createRandom } from '../random.ts'
import { createChance } from './chance.ts'
import { createComparison, type Disagreement } from './compare.ts'
import { shuffle } from './holding-back.ts'
import { type Arrival, createMemoryRoom } from './memory-room.ts'
import { createNaiveRoom, type NaiveRoom } from './naive-room.ts'
import { type Received, receiveInOrder, stateOverLeaves } from './naive-receipt.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { EventId } from '../../../spec/identifiers.ts'
import type { RoomGraph } from './room-graph.ts'

/** What a graph came to in the model, and where the server's own code came to something else. */
export interface Checked {
  readonly room: NaiveRoom
  readonly history: readonly Received[]
  readonly disagreement: Disagreement
}

/**
 * Receives a graph in the model and in memory, and compares each verdict, each state before and after an event, each current state,
 * and what each user may see.
 * @param placed a model in which the events were placed already
 */
export const checkGraph = ({ version, events }: RoomGraph, placed?: NaiveRoom): Checked => {
  const room = placed ?? createNaiveRoom(version)
  const history = receiveInOrder(room, events, placed !== undefined)
  const memory = createMemoryRoom(version)
  const comparison = createComparison(memory)
  const arrivals: Arrival[] = []
  for (const [at, event] of events.entries()) {
    const arrival = memory.receive(event)
    const disagreement = comparison.receipts(event, history[at] as Received, arrival)
    if (disagreement !== undefined) return { room, history, disagreement }
    arrivals.push(arrival)
  }
  return { room, history, disagreement: comparison.sights(history, arrivals) }
}

/**
 * Receives a graph in memory once more, in an order by chance. Soft failures depend on the order, and with them extremities and the
 * current state. What must be the same whatever the order: which events are rejected, the state before and after each, and what
 * the state would be after all that were not rejected.
 * @param order a seed for the order
 */
export const checkShuffled = ({ seed, events }: RoomGraph, room: NaiveRoom, order = seed): Disagreement => {
  const memory = createMemoryRoom(room.known.version)
  const comparison = createComparison(memory)
  for (const event of shuffle(events, createChance(createRandom(order)))) {
    const { before, after, rejection } = memory.receive(event)
    const placed = room.placed(event.eventId)
    const disagreement =
      comparison.states(`received in another order, the state before ${event.eventId}`, placed.before, before) ??
      comparison.states(`received in another order, the state after ${event.eventId}`, placed.after, after)
    if (disagreement !== undefined) return disagreement
    if (rejection?.rule !== placed.rejection?.rule || rejection?.by !== placed.rejection?.by)
      return `received in another order, ${event.eventId}: ${rejection?.rule ?? 'accepted'}, not ${placed.rejection?.rule ?? 'accepted'}`
  }
  return comparison.states('the state after all events', stateOverLeaves(room, events), memory.stateOver(leavesOf(room, events)))
}

/** Those that were not rejected, and that nothing comes after which was not. */
const leavesOf = ({ known }: NaiveRoom, events: readonly Event[]): Set<EventId> => {
  const leaves = new Set<EventId>()
  const passed = new Set<EventId>()
  for (const { eventId, pdu } of events.toReversed()) {
    const isAccepted = !known.isRejected(eventId)
    if (isAccepted && !passed.has(eventId)) leaves.add(eventId)
    if (isAccepted || passed.has(eventId)) for (const earlier of citedIds(pdu.prev_events)) passed.add(earlier)
  }
  return leaves
}
