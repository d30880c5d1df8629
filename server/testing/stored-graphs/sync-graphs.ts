import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { type RoomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { pick } from '../room-deeds.ts'
import { receiveInOrder } from '../room-graphs/naive-receipt.ts'
import { createNaiveRoom } from '../room-graphs/naive-room.ts'
import type { State } from '../room-graphs/naive-state.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { inOwnRoom } from './own-room.ts'

/** Random graphs of which one is taken. */
const tried = 8

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

/** The graph with some of its messages relating to earlier ones, or mentioning a user of ours. */
const withMore = (graph: RoomGraph, random: () => number): RoomGraph => {
  const messages: EventId[] = []
  const events = graph.events.map((event): Event => {
    if (event.pdu.type !== 'm.room.message') return event
    const target = messages.length === 0 || random() < 0.4 ? undefined : pick(random, messages.slice(-6))
    const mentioned = random() < 0.5 ? undefined : [`@${pick(random, ownUsers)}:${ownName}`]
    messages.push(event.eventId)
    const relation = { rel_type: pick(random, ['m.thread', 'm.thread', 'm.reference']), event_id: target }
    const more = { ...(target && { 'm.relates_to': relation }), ...(mentioned && { 'm.mentions': { user_ids: mentioned } }) }
    return { ...event, pdu: { ...event.pdu, content: { ...event.pdu.content, ...more } } }
  })
  return { ...graph, events }
}

/** How often a user of ours got another membership than by an event that took its place. */
const turnedMembers = (graph: RoomGraph): number => {
  let turned = 0
  let before: State = new Map()
  for (const { placed, current } of receiveInOrder(createNaiveRoom(graph.version), graph.events)) {
    for (const [key, event] of [...before, ...current]) {
      const isOwn = key.startsWith('m.room.member') && key.endsWith(`:${ownName}`)
      if (isOwn && current.get(key) !== before.get(key) && current.get(key) !== placed.event && before.get(key) === event) turned += 1
    }
    before = current
  }
  return turned
}

/** The one of some random graphs in which most memberships turn, which is what few do. */
const eventfulGraph = (seed: number, version: RoomVersion, size: number, random: () => number): RoomGraph => {
  const graphs = Array.from({ length: tried }, (_, i) =>
    withOwnUsers(inOwnRoom(randomGraph(seed * tried + i, { version, size, seal: 'cheap' })), random),
  )
  const counts = graphs.map(turnedMembers)
  return graphs[counts.indexOf(Math.max(...counts))]!
}

/** Graphs of the versions from `first` on, each in a room that no other seed has. */
export const graphsToSync = (seed: number, count: number, random: () => number): RoomGraph[] =>
  Array.from({ length: count }, (_, i) => {
    const version = roomVersions[(seed + i * 5) % roomVersions.length]!
    return withMore(eventfulGraph(seed + i, version, 40 + (i % 3) * 15, random), random)
  })
