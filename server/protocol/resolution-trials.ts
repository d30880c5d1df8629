import assert from 'node:assert'
import { authorise } from './auth-rules.ts'
import type { Rejection } from './errors.ts'
import type { Event } from './event.ts'
import { judgedOf } from './judged.ts'
import type { Contents, ResolutionPlan, Trial } from './resolution-plan.ts'
import type { StateLookup } from './state-map.ts'

/** What a resolution has come to so far, and the trial of one event after another by it. */
export interface Trials {
  /** What stands under a key of the state so far; `undefined`: nothing does. */
  readonly at: (type: string, stateKey: string) => number | undefined
  /** What was put there, by the number of the key. */
  readonly state: ReadonlyMap<number, number>
  /** Judges an event by the state so far. */
  readonly judge: (index: number, pass: Trial['pass']) => Rejection | undefined
  /** Puts an event under its key in the state so far. */
  readonly put: (index: number) => void
  /** Looks up what the event itself cites, or its room ID implies. */
  readonly citedBy: (index: number) => StateLookup
  readonly list: readonly Trial[]
}

/** Signatures were checked when the event arrived. */
const evidence = { signedBy: () => true }

/**
 * @param beneath what stands under a key before anything is put there
 * @param fallsBack where the state has nothing, an event is judged by what it cites itself, unless that was rejected
 */
export const createTrials = (
  plan: ResolutionPlan,
  { eventAt, keyOf }: Contents,
  { beneath, fallsBack, explain }: { beneath: (key: number) => number | undefined; fallsBack: boolean; explain: boolean },
): Trials => {
  const { version, graph, impliedCreate, isRejected } = plan
  const state = new Map<number, number>()
  const list: Trial[] = []

  const atKey = (key: number): number | undefined => state.get(key) ?? beneath(key)
  const at = (type: string, stateKey: string): number | undefined => {
    const key = keyOf(type, stateKey)
    return key === undefined ? undefined : atKey(key)
  }

  const cited = (index: number, type: string, stateKey: string): number => {
    if (impliedCreate >= 0 && type === 'm.room.create' && stateKey === '') return impliedCreate
    for (let edge = graph.offsets[index]!; edge < graph.offsets[index + 1]!; edge++) {
      const { pdu } = eventAt(graph.targets[edge]!)
      if (pdu.type === type && pdu.state_key === stateKey) return graph.targets[edge]!
    }
    return -1
  }

  let judged = 0
  const lookup: StateLookup = (type, stateKey): Event | undefined => {
    const found = at(type, stateKey)
    if (found !== undefined) return eventAt(found)
    const own = fallsBack ? cited(judged, type, stateKey) : -1
    return own < 0 || isRejected(own) ? undefined : eventAt(own)
  }

  return {
    at,
    state,
    list,
    judge: (index, pass) => {
      judged = index
      const verdict = authorise(version, judgedOf(eventAt(index)), lookup, evidence)
      if (explain) list.push({ index, pass, verdict })
      return verdict
    },
    put: (index) => {
      const { type, state_key = '' } = eventAt(index).pdu
      const key = keyOf(type, state_key)
      assert(key !== undefined, 'an event of the graph whose key has no number')
      state.set(key, index)
    },
    citedBy: (index) => (type, stateKey) => {
      const found = cited(index, type, stateKey)
      return found < 0 ? undefined : eventAt(found)
    },
  }
}
