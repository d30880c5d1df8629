/** Choices that a seed makes repeatable. */
export interface Chance {
  /** True so many times of one. */
  readonly in: (probability: number) => boolean
  /** A whole number, both ends included. */
  readonly between: (low: number, high: number) => number
  readonly pick: <T>(list: readonly T[]) => T
  /** One of those that the list has; `undefined` when it is empty. */
  readonly pickOf: <T>(list: readonly T[]) => T | undefined
  /** Up to so many of the list, each once, in the list's order. */
  readonly some: <T>(list: readonly T[], count: number) => T[]
  readonly weighted: <T extends { readonly weight: number }>(list: readonly T[]) => T
}

export const createChance = (random: () => number): Chance => {
  const below = (end: number): number => Math.floor(random() * end)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  return {
    in: (probability) => random() < probability,
    between: (low, high) => low + below(high - low + 1),
    pick,
    pickOf: (list) => (list.length === 0 ? undefined : pick(list)),
    some: (list, count) => {
      const left = [...list]
      while (left.length > Math.max(count, 0)) left.splice(below(left.length), 1)
      return left
    },
    weighted: (list) => {
      let left = random() * list.reduce((sum, { weight }) => sum + weight, 0)
      return list.find(({ weight }) => (left -= weight) < 0) ?? (list.at(-1) as (typeof list)[number])
    },
  }
}
