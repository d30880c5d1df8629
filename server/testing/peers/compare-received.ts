import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { citedIds } from '../../protocol/event.ts'
import { redactionApplies } from '../../protocol/power-levels.ts'
import { eventStatus, type StoredEvent } from '../../storage/stored-event.ts'
import type { NaiveRoom } from '../room-graphs/naive-room.ts'
import { lookupInState, type State } from '../room-graphs/naive-state.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { type IdState, storedRoom } from '../stored-graphs/stored-room.ts'
import type { WithPeers } from './open-with-peers.ts'

/** The first thing that storage has otherwise than the model; `undefined`: nothing. */
export type Difference = string | undefined

export const differs = (model: State, stored: IdState): Difference => {
  for (const [key, event] of model)
    if (stored.get(key) !== event.eventId) return `${key.replace('\n', ' ')}: ${event.eventId} in the model, ${stored.get(key)} in storage`
  for (const key of stored.keys()) if (!model.has(key)) return `${key.replace('\n', ' ')} is in storage alone`
  return undefined
}

export interface CompareOptions {
  /** Whether all that was accepted must lie behind the ends: false where some may have been let go of. */
  readonly endsAreAll?: boolean
}

/** Compares what must be the same in whatever order events came: verdicts, states, and the current state over the ends that came about. */
export async function compareReceived(
  server: WithPeers,
  graph: RoomGraph,
  model: NaiveRoom,
  { endsAreAll = true }: CompareOptions = {},
): Promise<Difference> {
  const room = storedRoom(server, graph.roomId, graph.version)
  const ids = graph.events.map(({ eventId }) => eventId)
  const found = new Map((await server.events.byIds(ids)).map((event) => [event.eventId, event]))
  const before = await room.statesBefore(ids)
  for (const { eventId } of graph.events) {
    const stored = found.get(eventId)
    if (stored === undefined) return `${eventId} is not held`
    const placed = model.placed(eventId)
    const state = before.get(eventId)
    if (state === undefined) return `the state before ${eventId} is not known`
    const difference = differs(placed.before, state)
    if (difference !== undefined) return `the state before ${eventId}: ${difference}`
    const isRejected = stored.status === eventStatus.rejected
    if (isRejected !== (placed.rejection !== undefined)) return `${eventId}: ${stored.status}, in the model ${placed.rejection?.rule}`
  }
  const ends = await room.extremities()
  return (
    differs(model.stateOver(ends), await room.current()) ??
    (await room.differsInMemory(await room.current())) ??
    compareEnds(graph.events, found, ends, endsAreAll) ??
    compareRedactions(graph, model, found)
  )
}

/** All that was accepted is an end, or lies behind one; no end lies behind another. */
const compareEnds = (
  events: readonly Event[],
  found: ReadonlyMap<EventId, StoredEvent>,
  ends: readonly EventId[],
  areAll: boolean,
): Difference => {
  const byId = new Map(events.map((event) => [event.eventId, event]))
  const behind = new Set<EventId>()
  const open = [...ends]
  for (let eventId = open.pop(); eventId !== undefined; eventId = open.pop()) {
    for (const earlier of citedIds(byId.get(eventId)!.pdu.prev_events)) {
      if (!behind.has(earlier)) open.push(earlier)
      behind.add(earlier)
    }
  }
  const isUnseen = ({ status }: StoredEvent) => status === eventStatus.rejected || status === eventStatus.softFailed
  const wrong = ends.find((eventId) => behind.has(eventId) || isUnseen(found.get(eventId)!))
  if (wrong !== undefined) return `${wrong} should not be an end`
  if (!areAll) return undefined
  const lost = events.find(({ eventId }) => !behind.has(eventId) && !ends.includes(eventId) && !isUnseen(found.get(eventId)!))
  return lost && `nothing leads to ${lost.eventId}`
}

const compareRedactions = ({ version, events }: RoomGraph, model: NaiveRoom, found: ReadonlyMap<EventId, StoredEvent>): Difference => {
  const redacted = new Set<unknown>()
  for (const { eventId, pdu } of events) {
    const { status } = found.get(eventId)!
    if (pdu.type !== 'm.room.redaction' || status === eventStatus.rejected || status === eventStatus.softFailed) continue
    const target = version.redactsInContent ? pdu.content['redacts'] : pdu.redacts
    const author = found.get(target as EventId)?.sender
    const lookup = lookupInState(model.placed(eventId).before)
    if (author !== undefined && (version.redactionsJudgedByRules || redactionApplies(version, pdu.sender, author, lookup)))
      redacted.add(target)
  }
  const wrong = [...found.values()].find((event) => (event.redactedBy !== undefined) !== redacted.has(event.eventId))
  return wrong && `${wrong.eventId} ${wrong.redactedBy === undefined ? 'is not' : 'is'} redacted in storage alone`
}
