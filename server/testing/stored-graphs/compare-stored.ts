import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { redactionApplies } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Receipt } from '../../rooms/receive/receive-event.ts'
import type { Database } from '../../storage/database.ts'
import { receiveInOrder, type Received } from '../room-graphs/naive-receipt.ts'
import { createNaiveRoom } from '../room-graphs/naive-room.ts'
import { lookupInState, type State } from '../room-graphs/naive-state.ts'
import { seenBy } from '../room-graphs/naive-visibility.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { type IdState, openStored, type Stored, type StoredRoom, storedRoom } from './stored-room.ts'

/** The first thing that storage has otherwise than the model; `undefined`: nothing. */
export type Difference = string | undefined

const verdictOf = (receipt: Receipt): string =>
  receipt.outcome === 'rejected' || receipt.outcome === 'soft-failed' ? `${receipt.outcome} by ${receipt.rejection.rule}` : receipt.outcome

const wanted = ({ placed, softFailure }: Received): string => {
  if (placed.rejection !== undefined) return `rejected by ${placed.rejection.rule}`
  return softFailure === undefined ? 'accepted' : `soft-failed by ${softFailure}`
}

const differs = (model: State, stored: IdState): Difference => {
  for (const [key, event] of model)
    if (stored.get(key) !== event.eventId) return `${key.replace('\n', ' ')}: ${event.eventId} in the model, ${stored.get(key)} in storage`
  for (const key of stored.keys()) if (!model.has(key)) return `${key.replace('\n', ' ')} is in storage alone`
  return undefined
}

export interface CompareOptions {
  /** Before which events everything begins anew on the same database, as after a restart. */
  readonly restarts?: ReadonlySet<number>
  /** The size of rooms from which on conflicts are settled in another thread. */
  readonly apartFrom?: number
}

/** Receives a graph's events in this order into storage and into the model, and compares all that both tell of them. */
export async function compareStored(
  database: Database,
  graph: RoomGraph,
  order: readonly Event[],
  { restarts = new Set(), ...options }: CompareOptions = {},
): Promise<Difference> {
  const model = createNaiveRoom(graph.version)
  const history = receiveInOrder(model, order)
  let stored: Stored = openStored(database, options)
  let room = storedRoom(stored, graph.roomId, graph.version)
  try {
    for (const [i, event] of order.entries()) {
      if (restarts.has(i)) {
        await stored.stop()
        stored = openStored(database, options)
        room = storedRoom(stored, graph.roomId, graph.version)
      }
      const difference = await compareArrival(room, event, history[i]!)
      if (difference !== undefined) return `event ${i} (${event.eventId}): ${difference}`
    }
  } finally {
    // A thread that goes on would keep the process.
    await stored.stop()
  }
  const ids = order.map(({ eventId }) => eventId)
  const ends = (await room.extremities()).toSorted()
  if (ends.join() !== history.at(-1)!.extremities.toSorted().join())
    return `ends: ${history.at(-1)!.extremities.join()} in the model, ${ends.join()} in storage`
  return (await compareStates(room, history, ids)) ?? (await compareSight(graph.version, room, history, ids))
}

/** An event's verdict, and the state after it in memory and in storage. */
const compareArrival = async (room: StoredRoom, event: Event, received: Received): Promise<Difference> => {
  const is = verdictOf(await room.receive(event))
  if (is !== wanted(received)) return `${wanted(received)} in the model, ${is} in storage`
  const { current } = received
  const difference =
    (await room.differsInMemory(new Map([...current].map(([key, { eventId }]) => [key, eventId])))) ??
    differs(current, await room.current())
  return difference && `the current state after it: ${difference}`
}

const compareStates = async (room: StoredRoom, history: readonly Received[], ids: readonly EventId[]): Promise<Difference> => {
  const before = await room.statesBefore(ids)
  for (const { placed } of history) {
    const stored = before.get(placed.event.eventId)
    if (stored === undefined) return `the state before ${placed.event.eventId} is not known`
    const difference = differs(placed.before, stored)
    if (difference !== undefined) return `the state before ${placed.event.eventId}: ${difference}`
  }
  return undefined
}

/** Whether an event is a redaction that has nothing to take away, or may not. rooms/v3/#handling-redactions */
export const isWithheld = (version: RoomVersion, history: readonly Received[], at: number): boolean => {
  const { event, before } = history[at]!.placed
  if (event.pdu.type !== 'm.room.redaction') return false
  const targetId = version.redactsInContent ? event.pdu.content['redacts'] : event.pdu.redacts
  const target = history.slice(0, at).find(({ placed }) => placed.event.eventId === targetId)?.placed.event
  return (
    target === undefined ||
    (!version.redactionsJudgedByRules && !redactionApplies(version, event.pdu.sender, target.pdu.sender, lookupInState(before)))
  )
}

const compareSight = async (
  version: RoomVersion,
  room: StoredRoom,
  history: readonly Received[],
  ids: readonly EventId[],
): Promise<Difference> => {
  const users = new Set(
    history.flatMap(({ placed: { event } }) => [
      event.pdu.sender,
      ...(event.pdu.type === 'm.room.member' ? [event.pdu.state_key as `@${string}:${string}`] : []),
    ]),
  )
  const withheld = history.map((_, i) => isWithheld(version, history, i))
  for (const [userId, seen] of await room.seenBy([...users], ids)) {
    const wanted = seenBy(userId, history)
    for (const [i, { placed }] of history.entries()) {
      const { eventId } = placed.event
      if (seen.has(eventId) !== (wanted[i]! && !withheld[i]!))
        return `${userId} ${seen.has(eventId) ? 'sees' : 'does not see'} event ${i} (${eventId}) in storage alone`
    }
  }
  return undefined
}
