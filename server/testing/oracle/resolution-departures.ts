import { hash } from 'node:crypto'
import type { EventId } from '../../../spec/identifiers.ts'
import { isPowerKind } from '../../protocol/auth-graph.ts'
import { indexesIn } from '../../protocol/conflicted-set.ts'
import type { Event } from '../../protocol/event.ts'
import { compareByAge, topologicalOrder } from '../../protocol/event-order.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { own } from '../../protocol/json-values.ts'
import { mainlineOrder } from '../../protocol/mainline.ts'
import { powerOf } from '../../protocol/power-levels.ts'
import type { Contents, ResolutionPlan } from '../../protocol/resolution-plan.ts'
import { createTrials } from '../../protocol/resolution-trials.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import type { Resolved } from '../../protocol/test-resolution.ts'

/** What was resolved, by the text. */
export interface Told {
  /** By their indexes. */
  readonly events: readonly Event[]
  readonly rejected: readonly EventId[]
  readonly resolved: Resolved
}

/** Where Synapse's resolution departs from the text. conformance/oracle/README.md has the reasons, under the same names. */
export interface ResolutionDeparture {
  readonly name: string
  /** The text that says otherwise. */
  readonly text: string
  /** The state, as IDs in order, that the departure alone leads to. */
  readonly resolve: (told: Told) => readonly EventId[]
}

/** All that is excused: a result must be exactly what one of these, or the last two together, make of the same states. */
export const resolutionDepartures: readonly ResolutionDeparture[] = [
  {
    name: 'no event of a key passes in version 1',
    text: 'rooms/v1/#state-resolution, the last pass',
    resolve: (told) => (told.resolved.plan.version.stateResolution === 'v1' ? withLastTried(told) : told.resolved.state),
  },
  { name: 'power events behind a gap', text: 'rooms/v2/#algorithm, 1', resolve: (told) => departing(told, { gaps: true, closed: false }) },
  {
    name: 'member of another server in a closed room',
    text: 'rooms/v1/#authorisation-rules, 3; rooms/v12/#authorisation-rules, 4',
    resolve: (told) => departing(told, { gaps: false, closed: true }),
  },
  {
    name: 'power events behind a gap, and a member of another server in a closed room',
    text: 'as above',
    resolve: (told) => departing(told, { gaps: true, closed: true }),
  },
]

/** Synapse takes the shallowest event of a key when none is allowed. */
const withLastTried = ({ events, resolved: { plan, state } }: Told): EventId[] => {
  const held = new Set(state)
  const digest = (index: number): string => hash('sha1', events[index]!.eventId)
  const shallower = (a: number, b: number): number => events[a]!.pdu.depth - events[b]!.pdu.depth || (digest(a) > digest(b) ? -1 : 1)
  const more = [...plan.conflicted.values()].filter((candidates) => !candidates.some((index) => held.has(events[index]!.eventId)))
  return [...state, ...more.map((candidates) => events[[...candidates].sort(shallower)[0]!]!.eventId)].sort()
}

/** The steps of version 2, with departures. */
const departing = ({ events, rejected, resolved }: Told, { gaps, closed }: { gaps: boolean; closed: boolean }): readonly EventId[] => {
  const { plan } = resolved
  const { version, graph, unconflicted } = plan
  if (version.stateResolution === 'v1') return resolved.state
  const contents = contentsOf(events, rejected)
  const startsEmpty = version.stateResolution === 'v2.1'
  const trials = createTrials(plan, contents, {
    beneath: (key) => (startsEmpty ? undefined : unconflicted.get(key)),
    fallsBack: true,
    explain: true,
  })
  const chosen = gaps ? reachedWithin(plan) : triedAsPower(resolved, events)
  const powers = events.map(({ pdu }, index) => (chosen[index] === 1 ? powerOf(version, pdu.sender, trials.citedBy(index)) : 0))
  const byAge = (a: number, b: number): number => compareByAge(events[a]!, events[b]!)
  const byPower = (a: number, b: number): number => (powers[a] === powers[b] ? byAge(a, b) : powers[a]! > powers[b]! ? -1 : 1)
  const check = (indexes: Uint32Array, pass: 'power' | 'rest'): void => {
    for (const index of indexes) {
      if (!(closed && isShutOut(events, index)) && trials.judge(index, pass) === undefined) trials.put(index)
    }
  }
  check(topologicalOrder(graph, indexesIn(chosen), byPower), 'power')
  const rest = plan.fullConflicted.filter((index) => chosen[index] === 0)
  check(mainlineOrder(graph, trials.at('m.room.power_levels', ''), rest, byAge), 'rest')
  const others = [...trials.state].filter(([key]) => !unconflicted.has(key)).map(([, index]) => index)
  return [...unconflicted.values(), ...others].map((index) => events[index]!.eventId).sort()
}

const contentsOf = (events: readonly Event[], rejected: readonly EventId[]): Contents => {
  const keys = new Map<string, number>()
  for (const { pdu } of events) {
    const key = stateMapKey(pdu.type, pdu.state_key!)
    keys.set(key, keys.get(key) ?? keys.size)
  }
  return {
    eventAt: (index) => events[index]!,
    isRejected: (index) => rejected.includes(events[index]!.eventId),
    keyOf: (type, stateKey) => keys.get(stateMapKey(type, stateKey)),
  }
}

const triedAsPower = ({ trials }: Resolved, events: readonly Event[]): Uint8Array => {
  const ids = new Set(trials.filter((trial) => trial.startsWith('power ')).map((trial) => trial.split(/ |: /)[1]))
  return Uint8Array.from(events, ({ eventId }) => Number(ids.has(eventId)))
}

/** Synapse follows auth chains only as long as they stay within the full conflicted set. */
const reachedWithin = ({ graph: { offsets, targets, kinds, size }, fullConflicted }: ResolutionPlan): Uint8Array => {
  const within = new Set(fullConflicted)
  const reached = new Uint8Array(size)
  for (const index of fullConflicted.toReversed()) {
    if (isPowerKind(kinds[index])) reached[index] = 1
    if (reached[index] === 0) continue
    for (const target of targets.subarray(offsets[index], offsets[index + 1])) if (within.has(target)) reached[target] = 1
  }
  return reached
}

/** Synapse also asks whether the member that an event is about is of the creator's server, where `m.federate` is false. */
const isShutOut = (events: readonly Event[], index: number): boolean => {
  const { type, state_key: target = '' } = events[index]!.pdu
  const create = events.find(({ pdu }) => pdu.type === 'm.room.create')?.pdu
  const isClosed = own(create?.content, 'm.federate') === false
  return isClosed && type === 'm.room.member' && serverNameOf(target) !== serverNameOf(create?.sender ?? '')
}
