/** The value below which `share` (0 to 1) of `values` lie, by nearest rank; `NaN` of nothing. The input stays unsorted. */
export const percentile = (values: readonly number[], share: number): number => {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return sorted[rank - 1] as number
}

/** The middle value; of an even number of values, the mean of the two in the middle. `NaN` of nothing. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2
}

/** The arithmetic mean; `NaN` of nothing. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
