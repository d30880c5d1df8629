import { authKeys } from './auth-events.ts'
import { authKind, type AuthGraph } from './auth-graph.ts'
import { type Division, divideStates, fullConflictedSet, type StateSet } from './conflicted-set.ts'
import type { Rejection } from './errors.ts'
import type { Event } from './event.ts'
import type { RoomVersion } from './room-versions.ts'

/** States of a room that are to become one. */
export interface ResolutionInput {
  readonly version: RoomVersion
  /** May hold events that are in no state; holds the auth chains of all that are. */
  readonly graph: AuthGraph
  readonly states: readonly StateSet[]
  /** Whether the event was rejected on receipt. */
  readonly isRejected: (index: number) => boolean
}

/** What the indexes alone tell of a resolution. */
export interface ResolutionPlan extends Division {
  readonly version: RoomVersion
  readonly graph: AuthGraph
  /** The events that are tried, ascending: the full conflicted set; in version 1, the conflicted events. */
  readonly fullConflicted: Uint32Array
  /** The create event that the room ID implies, in versions where no event cites it; otherwise −1. */
  readonly impliedCreate: number
  /** Whether the event was rejected on receipt. */
  readonly isRejected: (index: number) => boolean
}

/** What the second step knows of events. */
export interface Contents {
  /** Called for what `eventsNeeded` names, and nothing else. */
  readonly eventAt: (index: number) => Event
  /** The number of a key. Every event of the graph has one for its own, whether or not that is in one of the states. */
  readonly keyOf: (type: string, stateKey: string) => number | undefined
}

/** An event that was judged on the way: in which pass, and the rule that refused it. */
export interface Trial {
  readonly index: number
  readonly pass: 'power' | 'rest' | 'join-rules' | 'members' | 'others'
  readonly verdict: Rejection | undefined
}

/** What became of states' conflicts. */
export interface Resolution {
  /**
   * By key: the index of the event that has it, `undefined` where none passed. All conflicted keys are here, and those in no state for
   * which an event of the auth difference passed. All other keys stay as all states have them.
   */
  readonly outcomes: ReadonlyMap<number, number | undefined>
  /** Why, in order; empty unless asked for. */
  readonly trials: readonly Trial[]
}

/** First step, over the arrays alone: what is in conflict, and which events the second step tries. Linear in states and citations. */
export const planResolution = ({ version, graph, states, isRejected }: ResolutionInput): ResolutionPlan => {
  const division = divideStates(states)
  const { conflicted } = division
  const fullConflicted =
    version.stateResolution === 'v1' || conflicted.size === 0
      ? Uint32Array.from([...conflicted.values()].flat()).sort()
      : fullConflictedSet(graph, states, conflicted, version.stateResolution === 'v2.1')
  // Others that call themselves that may have come before it, and were rejected.
  const isCreate = (kind: number, index: number): boolean => kind === authKind.create && !isRejected(index)
  const impliedCreate = version.createImplied ? graph.kinds.findIndex(isCreate) : -1
  return { ...division, version, graph, isRejected, fullConflicted, impliedCreate }
}

/**
 * Indexes of the events whose contents the second step looks at, ascending: at first, without contents, what the graph tells;
 * then, once those are at hand, those of the unconflicted state that their keys name. Either list is whole: the second has the first.
 */
export const eventsNeeded = (plan: ResolutionPlan, contents?: Contents): Uint32Array => {
  const { version, graph, fullConflicted, unconflicted } = plan
  const needed = new Set<number>(fullConflicted)
  const citedCount = version.stateResolution === 'v1' ? 0 : fullConflicted.length
  for (const index of fullConflicted.subarray(0, citedCount)) {
    for (let at = graph.offsets[index]!; at < graph.offsets[index + 1]!; at++) needed.add(graph.targets[at]!)
  }
  if (plan.impliedCreate >= 0 && fullConflicted.length > 0) needed.add(plan.impliedCreate)
  if (contents !== undefined && version.stateResolution !== 'v2.1') {
    for (const index of fullConflicted) {
      const { type, sender, state_key, content } = contents.eventAt(index).pdu
      for (const [keyType, stateKey] of authKeys(version, { type, sender, stateKey: state_key, content })) {
        const key = contents.keyOf(keyType, stateKey)
        const found = key === undefined ? undefined : unconflicted.get(key)
        if (found !== undefined) needed.add(found)
      }
    }
  }
  return Uint32Array.from(needed).sort()
}
