import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { roomVersions } from '../../protocol/room-versions.ts'
import { pick } from '../room-deeds.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { inOwnRoom } from './own-room.ts'

/** The server of the graphs that is ours. */
export const ownName = 'one.example'
/** All users that graphs may have there. */
export const ownUsers = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gil', 'hal']

/** The graph with some of the other servers being ours too, so that more of its users read along. */
const withOwnUsers = (graph: RoomGraph, random: () => number): RoomGraph => {
  let text = JSON.stringify(graph.events)
  for (const name of ['two.example', 'three.example:8448', 'four.example']) if (random() < 0.6) text = text.replaceAll(name, ownName)
  const events = JSON.parse(text) as Event[]
  return { ...graph, events, roomId: events[0]!.roomId }
}

/** The graph with some of its messages relating to earlier ones. */
const withRelations = (graph: RoomGraph, random: () => number): RoomGraph => {
  const messages: EventId[] = []
  const events = graph.events.map((event): Event => {
    if (event.pdu.type !== 'm.room.message') return event
    const target = messages.length === 0 || random() < 0.4 ? undefined : pick(random, messages.slice(-6))
    messages.push(event.eventId)
    if (target === undefined) return event
    const relation = { rel_type: pick(random, ['m.thread', 'm.thread', 'm.reference']), event_id: target }
    return { ...event, pdu: { ...event.pdu, content: { ...event.pdu.content, 'm.relates_to': relation } } }
  })
  return { ...graph, events }
}

/** Graphs of the versions from `first` on, each in a room that no other seed has. */
export const graphsToSync = (seed: number, count: number, random: () => number): RoomGraph[] =>
  Array.from({ length: count }, (_, i) => {
    const version = roomVersions[(seed + i * 5) % roomVersions.length]!
    const graph = randomGraph(seed + i, { version, size: 40 + (i % 3) * 15, seal: 'cheap' })
    return withRelations(withOwnUsers(inOwnRoom(graph), random), random)
  })
