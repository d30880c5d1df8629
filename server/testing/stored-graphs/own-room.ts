import type { RoomId } from '../../../spec/identifiers.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'

/** The graph in a room that no other seed has, so that many can share a database. Its IDs must not be hashes. */
export const inOwnRoom = (graph: RoomGraph): RoomGraph => {
  if (graph.version.createOmitsRoomId) return graph
  const roomId: RoomId = `!room-${graph.version.id}-${graph.seed}:one.example`
  return { ...graph, roomId, events: graph.events.map((event) => ({ ...event, roomId, pdu: { ...event.pdu, room_id: roomId } })) }
}
