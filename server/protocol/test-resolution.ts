import assert from 'node:assert'
import type { EventId } from '../../spec/identifiers.ts'
import { authGraphOf } from './auth-graph.ts'
import type { Event } from './event.ts'
import type { RoomVersion } from './room-versions.ts'
import { stateMapKey } from './state-map.ts'
import { eventsNeeded, planResolution, resolveState, type ResolutionPlan, type StateSet, type Trial } from './state-resolution.ts'

/** A resolution of states that are given as lists of their events. */
export interface Resolved {
  /** The IDs of all events of the resolved state, sorted. */
  readonly state: readonly EventId[]
  /** `pass ID`, or `pass ID: rule`. */
  readonly trials: readonly string[]
  /** The IDs of the full conflicted set. */
  readonly tried: readonly EventId[]
  readonly plan: ResolutionPlan
}

/**
 * Plans and resolves as a server does, and sees to it that no content is looked at before it was asked for.
 * @param events all there are, each after those it cites
 */
export const resolveEvents = (
  version: RoomVersion,
  events: readonly Event[],
  states: readonly (readonly EventId[])[],
  rejected: readonly EventId[] = [],
): Resolved => {
  const { graph, indexOf } = authGraphOf(events)
  const keys = new Map<string, number>()
  for (const event of events) keys.set(textOf(event), keys.get(textOf(event)) ?? keys.size)
  const stateSets = states.map((ids): StateSet => {
    const set = new Map<number, number>()
    for (const id of ids) {
      const index = indexOf.get(id)
      assert(index !== undefined, `no event ${id}`)
      set.set(keys.get(textOf(events[index] as Event)) as number, index)
    }
    return set
  })
  const isRejected = (index: number): boolean => rejected.includes((events[index] as Event).eventId)
  const plan = planResolution({ version, graph, states: stateSets, isRejected })
  const contentsOf = (needed: Uint32Array) => {
    const allowed = new Set(needed)
    return {
      eventAt: (index: number): Event => {
        assert(allowed.has(index), `${events[index]?.eventId} was not asked for`)
        return events[index] as Event
      },
      keyOf: (type: string, stateKey: string) => keys.get(stateMapKey(type, stateKey)),
    }
  }
  const needed = eventsNeeded(plan, contentsOf(eventsNeeded(plan)))
  const { outcomes, trials } = resolveState(plan, contentsOf(needed), { explain: true })
  const idOf = (index: number): EventId => (events[index] as Event).eventId
  const winners = [...plan.unconflicted.values(), ...[...outcomes.values()].filter((index) => index !== undefined)]
  return {
    state: winners.map(idOf).sort(),
    trials: trials.map((trial) => told(trial, idOf)),
    tried: [...plan.fullConflicted].map(idOf),
    plan,
  }
}

const textOf = ({ pdu: { type, state_key } }: Event): string => stateMapKey(type, state_key as string)

const told = ({ index, pass, verdict }: Trial, idOf: (index: number) => EventId): string =>
  `${pass} ${idOf(index)}${verdict === undefined ? '' : `: ${verdict.rule}`}`
