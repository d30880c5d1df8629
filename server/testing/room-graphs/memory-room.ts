import assert from 'node:assert/strict'
import type { EventId, UserId } from '../../../spec/identifiers.ts'
import { checkAuthEvents } from '../../protocol/auth-events.ts'
import { type AuthGraph, authGraphOf } from '../../protocol/auth-graph.ts'
import { authorise } from '../../protocol/auth-rules.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { createIdOfRoom } from '../../protocol/event-id.ts'
import { canSee, type HistoryVisibility, readHistoryVisibility } from '../../protocol/history-visibility.ts'
import { judgedOf } from '../../protocol/judged.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { membershipOf, type StateLookup } from '../../protocol/state-map.ts'
import { type Contents, eventsNeeded, planResolution, resolveState, type StateSet } from '../../protocol/state-resolution.ts'
import { signaturesOf } from './sealing.ts'

/** What came of an event's receipt. */
export interface Arrival {
  readonly event: Event
  readonly before: StateSet
  readonly after: StateSet
  readonly rejection: { readonly by: 'cited events' | 'state before'; readonly rule: string } | undefined
  readonly softFailure: string | undefined
  readonly extremities: ReadonlySet<EventId>
  readonly current: StateSet
}

/** A room in memory that takes in events by the server's own rules and its own state resolution. */
export interface MemoryRoom {
  receive(event: Event): Arrival
  readonly numberOf: (type: string, stateKey: string) => number | undefined
  readonly eventAt: (index: number) => Event
  /** The resolution of the states after these events. */
  stateOver(eventIds: Iterable<EventId>): StateSet
  /** Of each event, in the order of their arrival, whether the user may see it. */
  sightOf(userId: UserId, arrivals: readonly Arrival[]): boolean[]
}

/** What the room keeps of an event. */
interface Kept {
  readonly event: Event
  readonly after: StateSet
  readonly isRejected: boolean
  readonly isExtremity: boolean
}

const nothing: StateSet = new Map()

export const createMemoryRoom = (version: RoomVersion): MemoryRoom => {
  const kept = new Map<EventId, Kept>()
  const { numberOf, giveNumber } = createNumbers()
  const stateEvents: Event[] = []
  const extremities = new Set<EventId>()
  let current = nothing
  const resolve = createResolution(version, stateEvents, numberOf)

  const keptOf = (eventId: EventId): Kept => {
    const found = kept.get(eventId)
    assert(found !== undefined, `${eventId} has not arrived.`)
    return found
  }
  const stateOver = (eventIds: Iterable<EventId>): StateSet => resolve([...eventIds].map((eventId) => keptOf(eventId).after))
  const lookupIn =
    (state: StateSet): StateLookup =>
    (type, stateKey) => {
      const index = state.get(numberOf(type, stateKey) ?? -1)
      return index === undefined ? undefined : stateEvents[index]
    }
  const lookupInCited = ({ roomId, pdu }: Event): StateLookup => {
    const cited = citedIds(pdu.auth_events).map((eventId) => keptOf(eventId).event)
    const create = version.createImplied ? kept.get(createIdOfRoom(roomId)) : undefined
    if (create?.isRejected === false) cited.push(create.event)
    return (type, stateKey) => cited.find((event) => event.pdu.type === type && event.pdu.state_key === stateKey)
  }
  const judge = (event: Event, lookup: StateLookup): Rejection | undefined =>
    authorise(version, judgedOf(event), lookup, signaturesOf(event))

  const rejectionOf = (event: Event, before: StateSet): Arrival['rejection'] => {
    const { type, sender, state_key: stateKey, content, auth_events } = event.pdu
    const cited = citedIds(auth_events).map((eventId) => ({ event: keptOf(eventId).event, rejected: keptOf(eventId).isRejected }))
    const refused =
      checkAuthEvents(version, { type, sender, stateKey, content, roomId: event.roomId }, cited) ?? judge(event, lookupInCited(event))
    if (refused !== undefined) return { by: 'cited events', rule: refused.rule }
    const rule = judge(event, lookupIn(before))?.rule
    return rule === undefined ? undefined : { by: 'state before', rule }
  }
  /** The state with the event in it; the event gets its number. */
  const enter = (state: StateSet, event: Event): StateSet => {
    return new Map(state).set(giveNumber(event.pdu.type, event.pdu.state_key as string), stateEvents.push(event) - 1)
  }
  /** What the event comes after is an extremity no longer; rejected and soft-failed events on the way are passed through. */
  const advance = (event: Event): void => {
    const open = [...citedIds(event.pdu.prev_events)]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (!extremities.delete(id) && !keptOf(id).isExtremity) open.push(...citedIds(keptOf(id).event.pdu.prev_events))
    }
    extremities.add(event.eventId)
    current = stateOver(extremities)
  }

  const receive = (event: Event): Arrival => {
    const before = stateOver(citedIds(event.pdu.prev_events))
    const rejection = rejectionOf(event, before)
    const softFailure = rejection === undefined ? judge(event, lookupIn(current))?.rule : undefined
    const after = rejection === undefined && event.pdu.state_key !== undefined ? enter(before, event) : before
    const isExtremity = rejection === undefined && softFailure === undefined
    kept.set(event.eventId, { event, after, isRejected: rejection !== undefined, isExtremity })
    if (isExtremity) advance(event)
    return { event, before, after, rejection, softFailure, extremities: new Set(extremities), current }
  }
  return {
    receive,
    stateOver,
    sightOf: (userId, arrivals) => sightOf(userId, arrivals, lookupIn),
    numberOf,
    eventAt: (index) => stateEvents[index] as Event,
  }
}

/** Numbers of keys, given as keys come up. */
const createNumbers = () => {
  const byType = new Map<string, Map<string, number>>()
  let next = 0
  const giveNumber = (type: string, stateKey: string): number => {
    const numbers = byType.get(type) ?? new Map<string, number>()
    byType.set(type, numbers)
    const number = numbers.get(stateKey) ?? next++
    numbers.set(stateKey, number)
    return number
  }
  return { giveNumber, numberOf: (type: string, stateKey: string): number | undefined => byType.get(type)?.get(stateKey) }
}

/** Resolves states of a room whose state events grow; what is not in the plan's needs is not at hand. */
const createResolution = (version: RoomVersion, stateEvents: readonly Event[], keyOf: Contents['keyOf']) => {
  let graph: AuthGraph | undefined
  return (given: readonly StateSet[]): StateSet => {
    const states = [...new Set(given)]
    if (states.length < 2) return states[0] ?? nothing
    if (graph?.size !== stateEvents.length) graph = authGraphOf(stateEvents).graph
    const plan = planResolution({ version, graph, states, isRejected: () => false })
    if (plan.conflicted.size === 0) return plan.unconflicted
    const contentsOf = (needed: Uint32Array): Contents => ({
      eventAt: (index) => {
        assert(needed.includes(index), `The event ${index} is looked at, yet was not asked for.`)
        return stateEvents[index] as Event
      },
      keyOf,
    })
    const needed = eventsNeeded(plan, contentsOf(eventsNeeded(plan)))
    const resolved = new Map(plan.unconflicted)
    for (const [key, index] of resolveState(plan, contentsOf(needed)).outcomes) if (index !== undefined) resolved.set(key, index)
    return resolved
  }
}

const sightOf = (userId: UserId, arrivals: readonly Arrival[], lookupIn: (state: StateSet) => StateLookup): boolean[] => {
  const facts = new Map<StateSet, { visibility: HistoryVisibility; membership: string }>()
  const factsOf = (state: StateSet) => {
    const known = facts.get(state)
    if (known !== undefined) return known
    const lookup = lookupIn(state)
    const visibility = readHistoryVisibility(lookup('m.room.history_visibility', '')?.pdu.content['history_visibility'])
    const found = { visibility, membership: membershipOf(lookup, userId) }
    facts.set(state, found)
    return found
  }
  let joinedSince = false
  const sees = arrivals.toReversed().map(({ event, before, after, rejection, softFailure, current }) => {
    const { type, state_key } = event.pdu
    joinedSince ||= factsOf(current).membership === 'join'
    return (
      rejection === undefined &&
      softFailure === undefined &&
      canSee({
        ...factsOf(before),
        visibilityAfter: type === 'm.room.history_visibility' && state_key === '' ? factsOf(after).visibility : undefined,
        membershipAfter: type === 'm.room.member' && state_key === userId ? factsOf(after).membership : undefined,
        joinedSince,
      })
    )
  })
  return sees.reverse()
}
