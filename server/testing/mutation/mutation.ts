/** One fault put into the sources, to see whether anything notices. */
export interface Mutation {
  /** What the fault does: `4.3.3: a banned user may join`. */
  readonly fault: string
  /** From the repository's root. */
  readonly file: string
  /** Occurs in the file exactly once. */
  readonly find: string
  readonly replace: string
}

/** Faults, and the program that must notice each of them. */
export interface Suite {
  readonly name: string
  readonly mutations: readonly Mutation[]
  /**
   * From the repository's root; run in a copy of the sources with one fault in it. It ends with `redExitCode` where it notices
   * and with 0 where it does not; anything else is a fault that does not even run, which proves nothing.
   */
  readonly check: string
}

/** How a check ends that noticed the fault. */
export const redExitCode = 3

/** Faults of one file: what each does, what it replaces, and by what. */
export const faultsIn = (file: string, faults: readonly (readonly [fault: string, find: string, replace: string])[]): Mutation[] =>
  faults.map(([fault, find, replace]) => ({ fault, file, find, replace }))
