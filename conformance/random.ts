import { randomBytes } from 'node:crypto'

/** A pseudo-random integer in [0, limit). */
export type Random = (limit: number) => number

/** A small generator (mulberry32): the same seed gives the same numbers on every machine. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** A seed for tests: the one in HALLWAY_TEST_SEED, to repeat a run, or a new one. */
export const chooseSeed = (): number => Number(process.env['HALLWAY_TEST_SEED'] ?? randomBytes(4).readUInt32LE())

/** A copy in another order (Fisher–Yates). */
export const shuffled = <T>(values: readonly T[], random: Random): T[] => {
  const copy = [...values]
  for (let last = copy.length - 1; last > 0; last--) {
    const other = random(last + 1)
    const value = copy[last] as T
    copy[last] = copy[other] as T
    copy[other] = value
  }
  return copy
}
