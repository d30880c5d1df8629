import { randomBytes } from 'node:crypto'

/** A number generator that a seed makes repeatable: from 0 up to, but not, 1. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A seed: the one in HALLWAY_TEST_SEED, to repeat a run, or a new one. */
export const chooseSeed = (): number => Number(process.env['HALLWAY_TEST_SEED'] ?? randomBytes(4).readUInt32LE())
