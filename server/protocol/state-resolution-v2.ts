import { indexesIn } from './conflicted-set.ts'
import { compareByAge, powerSet, topologicalOrder } from './event-order.ts'
import { mainlineOrder } from './mainline.ts'
import { powerOf } from './power-levels.ts'
import type { Contents, Resolution, ResolutionPlan } from './resolution-plan.ts'
import { createTrials, type Trials } from './resolution-trials.ts'

/** State resolution of versions 2 to 11, and 2.1 of version 12. rooms/v2/#state-resolution, rooms/v12/#state-resolution */
export const resolveV2 = (plan: ResolutionPlan, contents: Contents, explain: boolean): Resolution => {
  const { version, graph, fullConflicted, unconflicted, conflicted } = plan
  const startsEmpty = version.stateResolution === 'v2.1'
  const trials = createTrials(plan, contents, {
    beneath: (key) => (startsEmpty ? undefined : unconflicted.get(key)),
    fallsBack: true,
    explain,
  })
  const compare = (a: number, b: number): number => compareByAge(contents.eventAt(a), contents.eventAt(b))
  const checkEach = (indexes: Uint32Array, pass: 'power' | 'rest'): void => {
    for (const index of indexes) if (trials.judge(index, pass) === undefined) trials.put(index)
  }
  // 1
  const isPower = powerSet(plan)
  const powerEvents = topologicalOrder(graph, indexesIn(isPower), comparePower(plan, contents, trials, isPower, compare))
  // 2
  checkEach(powerEvents, 'power')
  // 3: without a power levels event in the state so far, nothing has a position, and age decides.
  const remaining = fullConflicted.filter((index) => isPower[index] === 0)
  const ordered = mainlineOrder(graph, trials.at('m.room.power_levels', ''), remaining, compare)
  // 4
  checkEach(ordered, 'rest')
  // 5: keys in the unconflicted state keep what they have there.
  const outcomes = new Map<number, number | undefined>()
  for (const key of conflicted.keys()) outcomes.set(key, undefined)
  for (const [key, index] of trials.state) if (!unconflicted.has(key)) outcomes.set(key, index)
  return { outcomes, trials: trials.list }
}

/** Orders events by the power that their senders have in what they cite, the greater first, then by `compare`. */
const comparePower = (
  { version, graph }: ResolutionPlan,
  { eventAt }: Contents,
  trials: Trials,
  isPower: Uint8Array,
  compare: (index: number, other: number) => number,
): ((index: number, other: number) => number) => {
  const powers = new Float64Array(graph.size)
  for (const index of indexesIn(isPower)) powers[index] = powerOf(version, eventAt(index).pdu.sender, trials.citedBy(index))
  return (a, b) => (powers[a] === powers[b] ? compare(a, b) : powers[a]! > powers[b]! ? -1 : 1)
}
