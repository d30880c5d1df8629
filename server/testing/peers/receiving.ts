import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import type { Peer } from '../../rooms/receive/peer.ts'
import type { Outcome } from '../../rooms/receive/receive-whole.ts'
import { storedRoom, type IdState } from '../stored-graphs/stored-room.ts'
import { onWire } from '../fake-peer.ts'
import type { MadeRoom } from './made-room.ts'
import type { WithPeers } from './open-with-peers.ts'

/** Short ways to what tests do with a server that receives a room. */
export function receiving(server: WithPeers, room: MadeRoom) {
  const { roomId, version } = room
  const stored = storedRoom(server, roomId, version)
  const open = async () => (await server.roomStates.open(roomId))!
  return {
    /** What became of each event, in a word. */
    receive: async (peer: Peer, ...events: readonly Event[]): Promise<Outcome['outcome'][]> => {
      await server.adoptRoom(roomId, version)
      const outcomes = await server.receivePdus(
        peer,
        roomId,
        events.map(({ pdu }) => onWire(pdu)),
      )
      return outcomes.map(({ outcome }) => outcome.outcome)
    },
    /** The same of PDUs that are no events of the room, perhaps; with reasons. */
    receivePdus: async (peer: Peer, ...pdus: readonly unknown[]): Promise<Outcome[]> => {
      await server.adoptRoom(roomId, version)
      return (await server.receivePdus(peer, roomId, pdus)).map(({ outcome }) => outcome)
    },
    open,
    current: (): Promise<IdState> => stored.current(),
    ends: () => stored.extremities(),
    stateBefore: async ({ eventId }: Event) => (await stored.statesBefore([eventId])).get(eventId),
    gaps: async () => server.eventGraph.backwardExtremities((await open()).nid),
    /** The timeline, the first event first, with positions. */
    timeline: async () => {
      const { nid, beginning } = await open()
      return server.events.inRoom({ roomNid: nid, after: beginning, upTo: server.streams.head(), limit: 10_000, backwards: false })
    },
    held: async (event: { eventId: EventId }) => server.events.byId(event.eventId),
  }
}
