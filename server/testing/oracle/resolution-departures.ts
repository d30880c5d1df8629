import { hash } from 'node:crypto'
import type { EventId } from '../../../spec/identifiers.ts'
import { authKind, isPowerKind } from '../../protocol/auth-graph.ts'
import { indexesIn } from '../../protocol/conflicted-set.ts'
import type { Event } from '../../protocol/event.ts'
import { compareByAge, topologicalOrder } from '../../protocol/event-order.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { own } from '../../protocol/json-values.ts'
import { mainlineOrder } from '../../protocol/mainline.ts'
import { powerOf } from '../../protocol/power-levels.ts'
import type { Contents, ResolutionPlan } from '../../protocol/resolution-plan.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createTrials } from '../../protocol/resolution-trials.ts'
import { type StateLookup, stateMapKey } from '../../protocol/state-map.ts'
import { resolveEvents } from '../../protocol/test-resolution.ts'
import { isKeyedLevels, isLevelRule, judgeByOwnKey } from './keyed-levels.ts'

/** What was resolved, by the text. */
export interface Told {
  readonly version: RoomVersion
  /** By their indexes. */
  readonly events: readonly Event[]
  readonly states: readonly (readonly EventId[])[]
  readonly rejected: readonly EventId[]
}

/**
 * Where Synapse's resolution departs from the text. conformance/oracle/README.md has the reasons, under the same names.
 * A result is excused only where it is exactly what some of these make of the same states.
 */
export const resolutionDepartures = {
  fallback: { name: 'no event of a key passes', text: 'rooms/v1/#state-resolution, the last pass' },
  gaps: { name: 'power events behind a gap', text: 'rooms/v2/#algorithm, 1' },
  creates: { name: 'create events as power events', text: 'rooms/v2/#definitions, power events' },
  keys: { name: 'power events with a state key', text: 'rooms/v2/#definitions, power events' },
  levels: { name: 'power levels with a state key', text: 'rooms/v2/#authorisation-rules, 10' },
  closed: { name: 'member of another server in a closed room', text: 'rooms/v1/#authorisation-rules, 3' },
} as const

type Departure = keyof typeof resolutionDepartures

/** The names of the fewest departures that lead to a result; `undefined` where none do. @param state the IDs of the result, sorted */
export const departuresTo = (told: Told, state: readonly EventId[]): string | undefined => {
  const possible: readonly Departure[] =
    told.version.stateResolution === 'v1' ? ['fallback', 'closed'] : ['gaps', 'creates', 'keys', 'levels', 'closed']
  const sets = Array.from({ length: 2 ** possible.length }, (_, set) => possible.filter((_, at) => (set >> at) & 1))
  const wanted = state.join()
  const found = sets.sort((a, b) => a.length - b.length).find((set) => departing(told, new Set(set)).join() === wanted)
  return found?.map((departure) => resolutionDepartures[departure].name).join(', and ')
}

const departing = (told: Told, departures: ReadonlySet<Departure>): readonly EventId[] =>
  told.version.stateResolution === 'v1' ? likeV1(told, departures) : likeV2(told, departures)

const likeV1 = (told: Told, departures: ReadonlySet<Departure>): readonly EventId[] => {
  // A sender of another server is refused for the same reason as a member of another server.
  const shutOut = (event: Event): Event => ({ ...event, pdu: { ...event.pdu, sender: '@somebody:elsewhere' } })
  const create = told.events.find(
    ({ pdu, eventId }) => pdu.type === 'm.room.create' && told.states.every((state) => state.includes(eventId)),
  )
  const events = departures.has('closed') ? told.events.map((event) => (isShutOut(create, event) ? shutOut(event) : event)) : told.events
  const { plan, state } = resolveEvents(told.version, events, told.states, told.rejected)
  return departures.has('fallback') ? withLastTried(events, plan, state) : state
}

/** Synapse takes the shallowest event of a key when none is allowed. */
const withLastTried = (events: readonly Event[], { conflicted }: ResolutionPlan, state: readonly EventId[]): EventId[] => {
  const held = new Set(state)
  const digest = (event: Event): string => hash('sha1', event.eventId)
  const shallower = (a: Event, b: Event): number => a.pdu.depth - b.pdu.depth || (digest(a) > digest(b) ? -1 : 1)
  const keys = [...conflicted.values()].map((candidates) => candidates.map((index) => events[index]!))
  const lost = keys.filter((candidates) => !candidates.some(({ eventId }) => held.has(eventId)))
  return [...state, ...lost.map((candidates) => candidates.sort(shallower)[0]!.eventId)].sort()
}

/** The steps of version 2, with departures. */
const likeV2 = ({ version, events, states, rejected }: Told, departures: ReadonlySet<Departure>): readonly EventId[] => {
  const { plan } = resolveEvents(version, events, states, rejected)
  const { graph, unconflicted } = plan
  const startsEmpty = version.stateResolution === 'v2.1'
  const trials = createTrials(plan, contentsOf(events), {
    beneath: (key) => (startsEmpty ? undefined : unconflicted.get(key)),
    fallsBack: true,
    explain: true,
  })
  const chosen = powerSetOf(plan, events, departures)
  const powers = events.map(({ pdu }, index) => (chosen[index] === 1 ? powerOf(version, pdu.sender, trials.citedBy(index)) : 0))
  const byAge = (a: number, b: number): number => compareByAge(events[a]!, events[b]!)
  const byPower = (a: number, b: number): number => (powers[a] === powers[b] ? byAge(a, b) : powers[a]! > powers[b]! ? -1 : 1)
  const lookupFor =
    (index: number): StateLookup =>
    (type, stateKey) => {
      const cited = trials.citedBy(index)(type, stateKey)
      return events[trials.at(type, stateKey) ?? -1] ?? (cited !== undefined && rejected.includes(cited.eventId) ? undefined : cited)
    }
  const isAllowed = (index: number, pass: 'power' | 'rest'): boolean => {
    const event = events[index]!
    const lookup = lookupFor(index)
    if (departures.has('closed') && isShutOut(lookup('m.room.create', ''), event)) return false
    const verdict = trials.judge(index, pass)
    const isKeyed = departures.has('levels') && isKeyedLevels(event) && (verdict === undefined || isLevelRule(version, verdict.rule))
    return (isKeyed ? judgeByOwnKey(version, event, lookup) : verdict) === undefined
  }
  const check = (indexes: Uint32Array, pass: 'power' | 'rest'): void => {
    for (const index of indexes) if (isAllowed(index, pass)) trials.put(index)
  }
  check(topologicalOrder(graph, indexesIn(chosen), byPower), 'power')
  const rest = plan.fullConflicted.filter((index) => chosen[index] === 0)
  check(mainlineOrder(graph, trials.at('m.room.power_levels', ''), rest, byAge), 'rest')
  const others = [...trials.state].filter(([key]) => !unconflicted.has(key)).map(([, index]) => index)
  return [...unconflicted.values(), ...others].map((index) => events[index]!.eventId).sort()
}

const contentsOf = (events: readonly Event[]): Contents => {
  const keys = new Map<string, number>()
  for (const { pdu } of events) {
    const key = stateMapKey(pdu.type, pdu.state_key!)
    keys.set(key, keys.get(key) ?? keys.size)
  }
  return {
    eventAt: (index) => events[index]!,
    keyOf: (type, stateKey) => keys.get(stateMapKey(type, stateKey)),
  }
}

/**
 * Synapse follows auth chains only as long as they stay within the full conflicted set; and power levels and join rules are no power
 * events to it unless their state key is empty.
 */
const powerSetOf = (
  { graph, fullConflicted }: ResolutionPlan,
  events: readonly Event[],
  departures: ReadonlySet<Departure>,
): Uint8Array => {
  const { offsets, targets, kinds, size } = graph
  const conflicted = new Set(fullConflicted)
  const reached = new Uint8Array(size)
  for (let index = size - 1; index >= 0; index--) {
    const isKeyed = events[index]!.pdu.type !== 'm.room.member' && events[index]!.pdu.state_key !== ''
    const isCreate = departures.has('creates') && kinds[index] === authKind.create
    const isPower = isCreate || (isPowerKind(kinds[index]) && !(departures.has('keys') && isKeyed))
    if (conflicted.has(index) && isPower) reached[index] = 1
    if (reached[index] === 0 || (departures.has('gaps') && !conflicted.has(index))) continue
    for (const target of targets.subarray(offsets[index], offsets[index + 1])) reached[target] = 1
  }
  return reached.map((isReached, index) => (conflicted.has(index) ? isReached : 0))
}

/** Synapse also asks whether the member that an event is about is of the creator's server, where `m.federate` is false. */
const isShutOut = (create: Event | undefined, { pdu: { type, state_key: target = '' } }: Event): boolean =>
  own(create?.pdu.content, 'm.federate') === false &&
  type === 'm.room.member' &&
  serverNameOf(target) !== serverNameOf(create?.pdu.sender ?? '')
