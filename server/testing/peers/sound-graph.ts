import { citedIds } from '../../protocol/event.ts'
import { checkReceived } from '../../rooms/receive/check-received.ts'
import { keyOfGraphs, onWire } from '../fake-peer.ts'
import { createNaiveRoom, type NaiveRoom } from '../room-graphs/naive-room.ts'
import { growRoom } from '../room-graphs/random-graph.ts'
import type { GraphOptions, RoomGraph } from '../room-graphs/room-graph.ts'

/**
 * A random room whose verdicts do not hang on the order in which its events come. They do where an event cites another that the
 * state before it has rejected: that state is known once the event has its place, and not while it is held for what cites it.
 * Such events are left out, with all that cites them.
 */
export const soundGraph = (seed: number, options: Omit<GraphOptions, 'seal'>): { graph: RoomGraph; room: NaiveRoom } => {
  const { graph, room } = growRoom(seed, { ...options, seal: 'real' })
  const unsound = new Set<string>()
  for (const event of graph.events) {
    const prev = citedIds(event.pdu.prev_events)
    const auth = citedIds(event.pdu.auth_events)
    const byState = auth.some((eventId) => room.placed(eventId).rejection?.by === 'state before')
    const isDropped = 'dropped' in checkReceived(graph.version, onWire(event.pdu), keyOfGraphs)
    if (byState || isDropped || [...prev, ...auth].some((eventId) => unsound.has(eventId))) unsound.add(event.eventId)
  }
  const kept = graph.events.filter(({ eventId }) => !unsound.has(eventId))
  const model = createNaiveRoom(graph.version)
  for (const event of kept) model.place(event)
  return { graph: { ...graph, events: kept }, room: model }
}
