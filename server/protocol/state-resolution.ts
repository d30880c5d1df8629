import type { Contents, Resolution, ResolutionPlan } from './resolution-plan.ts'
import { resolveV1 } from './state-resolution-v1.ts'
import { resolveV2 } from './state-resolution-v2.ts'

export type { StateSet } from './conflicted-set.ts'
export {
  type Contents,
  eventsNeeded,
  planResolution,
  type Resolution,
  type ResolutionInput,
  type ResolutionPlan,
  type Trial,
} from './resolution-plan.ts'

/**
 * Second step: which event has each conflicted key, by the algorithm of the room's version. Neither the order of the states nor
 * that of their keys matters.
 * @param options `explain`: keep every trial with its verdict
 */
export const resolveState = (plan: ResolutionPlan, contents: Contents, { explain = false }: { explain?: boolean } = {}): Resolution =>
  plan.version.stateResolution === 'v1' ? resolveV1(plan, contents, explain) : resolveV2(plan, contents, explain)
