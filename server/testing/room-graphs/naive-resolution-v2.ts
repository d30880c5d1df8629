import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { powerOf } from '../../protocol/power-levels.ts'
import { isAllowed, keyOf, keyOfEvent, type Known, lookupInCited, type State } from './naive-state.ts'
import { mainlineOrder } from './naive-mainline.ts'

/** An event's auth chain: all that it cites, all that those cite, and so on; not the event itself. */
export type AuthChain = (event: Event) => ReadonlySet<Event>

/**
 * State resolution of versions 2 to 11 and, where the room's version says so, of version 12; definition by definition as the
 * text has them. rooms/v2/#state-resolution, rooms/v12/#state-resolution
 */
export const resolveV2 = (known: Known, states: readonly State[], authChain: AuthChain): State => {
  const { unconflicted, conflicted } = divide(states)
  const full = union(conflicted, authDifference(states, authChain))
  if (known.version.stateResolution === 'v2.1') for (const event of subgraph(conflicted, authChain)) full.add(event)

  // 1
  const powerEvents = new Set<Event>()
  for (const event of full) {
    if (!isPowerEvent(event)) continue
    powerEvents.add(event)
    for (const earlier of authChain(event)) if (full.has(earlier)) powerEvents.add(earlier)
  }
  // 2
  const initial = known.version.stateResolution === 'v2.1' ? new Map<string, Event>() : new Map(unconflicted)
  const partial = iterativeAuthChecks(known, initial, powerOrder(known, powerEvents))
  // 3
  const remaining = [...full].filter((event) => !powerEvents.has(event))
  const ordered = mainlineOrder(known, partial.get(keyOf('m.room.power_levels', '')), remaining)
  // 4
  const resolved = iterativeAuthChecks(known, partial, ordered)
  // 5
  for (const [key, event] of unconflicted) resolved.set(key, event)
  return resolved
}

/** The unconflicted state map and the conflicted state set. */
const divide = (states: readonly State[]): { unconflicted: Map<string, Event>; conflicted: Set<Event> } => {
  const unconflicted = new Map<string, Event>()
  const conflicted = new Set<Event>()
  for (const state of states) {
    for (const [key, event] of state) {
      if (states.every((other) => other.get(key) === event)) unconflicted.set(key, event)
      else conflicted.add(event)
    }
  }
  return { unconflicted, conflicted }
}

const union = (...sets: readonly ReadonlySet<Event>[]): Set<Event> => {
  const all = new Set<Event>()
  for (const set of sets) for (const event of set) all.add(event)
  return all
}

/** Every event that is in the full auth chain of some state, but not of all. */
const authDifference = (states: readonly State[], authChain: AuthChain): Set<Event> => {
  const chains = states.map((state) => union(...[...state.values()].map(authChain)))
  const difference = new Set<Event>()
  for (const event of union(...chains)) if (!chains.every((chain) => chain.has(event))) difference.add(event)
  return difference
}

/** Every event on a path of citations from one conflicted event to another, both included. */
const subgraph = (conflicted: ReadonlySet<Event>, authChain: AuthChain): Set<Event> => {
  const found = new Set<Event>()
  for (const start of conflicted) {
    for (const event of authChain(start)) {
      const leadsOn = conflicted.has(event) || [...authChain(event)].some((earlier) => conflicted.has(earlier))
      if (leadsOn) found.add(event).add(start)
    }
  }
  return found
}

const isPowerEvent = ({ pdu: { type, sender, state_key, content } }: Event): boolean => {
  if (type === 'm.room.power_levels' || type === 'm.room.join_rules') return true
  const { membership } = content
  return type === 'm.room.member' && (membership === 'leave' || membership === 'ban') && sender !== state_key
}

/** The reverse topological power ordering: of all that nothing unplaced precedes, the smallest is placed next. */
const powerOrder = (known: Known, events: ReadonlySet<Event>): Event[] => {
  const powers = new Map<EventId, number>()
  for (const event of events) powers.set(event.eventId, powerOf(known.version, event.pdu.sender, lookupInCited(known, event)))
  const isLess = (x: Event, y: Event): boolean => {
    const [power, other] = [powers.get(x.eventId) as number, powers.get(y.eventId) as number]
    if (power !== other) return power > other
    if (x.pdu.origin_server_ts !== y.pdu.origin_server_ts) return x.pdu.origin_server_ts < y.pdu.origin_server_ts
    return x.eventId < y.eventId
  }
  const left = new Set(events)
  const ordered: Event[] = []
  while (left.size > 0) {
    let smallest: Event | undefined
    for (const event of left) {
      if (known.authEventsOf(event).some((earlier) => left.has(earlier))) continue
      if (smallest === undefined || isLess(event, smallest)) smallest = event
    }
    left.delete(smallest as Event)
    ordered.push(smallest as Event)
  }
  return ordered
}

/** Applies each event that the rules allow in the state so far; what the state lacks, the event's own citations provide. */
const iterativeAuthChecks = (known: Known, initial: State, events: readonly Event[]): Map<string, Event> => {
  const state = new Map(initial)
  for (const event of events) {
    const cited = lookupInCited(known, event)
    const notRejected = (found: Event | undefined) => (found === undefined || known.isRejected(found.eventId) ? undefined : found)
    const allowed = isAllowed(known, event, (type, key) => state.get(keyOf(type, key)) ?? notRejected(cited(type, key)))
    if (allowed) state.set(keyOfEvent(event), event)
  }
  return state
}
