import type { Figure, Limit, Unit } from './measure.ts'
import { median } from './percentile.ts'

/** The figure `name`: the median of `runs`. */
export const medianFigure = (name: string, unit: Unit, runs: readonly number[], limit?: Limit): Figure => ({
  name,
  unit,
  value: median(runs),
  runs,
  ...(limit ? { limit } : {}),
})

/** The figure of server CPU, or none where a run has no reading. */
export const cpuFigures = (name: string, runs: readonly (number | undefined)[], limit?: Limit): Figure[] => {
  const known = runs.filter((run) => run !== undefined)
  return known.length === runs.length ? [medianFigure(name, 'cpu ms', known, limit)] : []
}
