import { hash } from 'node:crypto'
import { authKind } from './auth-graph.ts'
import type { Contents, Resolution, ResolutionPlan, Trial } from './resolution-plan.ts'
import { createTrials, type Trials } from './resolution-trials.ts'

/** One key on which states disagree, with the events that they have there. */
interface Conflict {
  readonly key: number
  /** By ascending depth, then by descending SHA-1 of the event ID. */
  readonly candidates: readonly number[]
}

const passOf = (kind: number | undefined): Trial['pass'] => {
  switch (kind) {
    case authKind.powerLevels:
      return 'power'
    case authKind.joinRules:
      return 'join-rules'
    case authKind.member:
    case authKind.removal:
      return 'members'
  }
  return 'others'
}

/**
 * State resolution of version 1 rooms. rooms/v1/#state-resolution
 * A key that some states lack, and on which the others agree, is no conflict there. Within a pass the text gives keys no order, so
 * that none of them sees what becomes of another. Where none of the events for a key passes (only those that affect no rules are all
 * tried), the state has nothing under that key.
 */
export const resolveV1 = (plan: ResolutionPlan, contents: Contents, explain: boolean): Resolution => {
  const outcomes = new Map<number, number | undefined>()
  const passes: Record<Trial['pass'], Conflict[]> = { power: [], 'join-rules': [], members: [], others: [], rest: [] }
  for (const [key, candidates] of plan.conflicted) {
    outcomes.set(key, candidates.length === 1 ? candidates[0] : undefined)
    if (candidates.length > 1) passes[passOf(plan.graph.kinds[candidates[0]!])].push({ key, candidates: byDepth(candidates, contents) })
  }
  const beneath = (key: number): number | undefined => plan.unconflicted.get(key) ?? outcomes.get(key)
  const list: Trial[] = []
  for (const pass of ['power', 'join-rules', 'members', 'others'] as const) {
    const winners = passes[pass].map((conflict): [number, number | undefined] => {
      const trials = createTrials(plan, contents, { beneath, fallsBack: false, explain })
      const winner = (pass === 'others' ? highestAllowed : lastAllowed)(trials, pass, conflict.candidates)
      list.push(...trials.list)
      return [conflict.key, winner]
    })
    for (const [key, winner] of winners) outcomes.set(key, winner)
  }
  return { outcomes, trials: list }
}

/** The first event, then each that is allowed after the one before it, up to the first that is not. */
const lastAllowed = (trials: Trials, pass: Trial['pass'], candidates: readonly number[]): number | undefined => {
  let winner: number | undefined
  for (const index of candidates) {
    if (winner !== undefined && trials.judge(index, pass) !== undefined) break
    trials.put(index)
    winner = index
  }
  return winner
}

/** The deepest event that is allowed. */
const highestAllowed = (trials: Trials, pass: Trial['pass'], candidates: readonly number[]): number | undefined =>
  candidates.findLast((index) => trials.judge(index, pass) === undefined)

const byDepth = (candidates: readonly number[], { eventAt }: Contents): number[] =>
  candidates
    .map((index) => {
      const { eventId, pdu } = eventAt(index)
      return { index, depth: pdu.depth, digest: hash('sha1', eventId) }
    })
    .sort((a, b) => a.depth - b.depth || (a.digest > b.digest ? -1 : 1))
    .map(({ index }) => index)
