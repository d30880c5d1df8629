/** A piece of a source, and what is to stand in its place. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string
  /** Occurs in the file exactly once. */
  readonly find: string
  readonly replace: string
}

/** One fault put into the sources, to see whether anything notices. */
export interface Mutation extends Edit {
  /** What the fault does: `4.3.3: a banned user may join`. */
  readonly fault: string
  /** Further edits of the same fault: a defence that stands twice falls only where both are taken away. */
  readonly also?: readonly Edit[]
  /** The test files that must notice it, from the repository's root. Absent: the suite's check knows what to look at. */
  readonly tests?: readonly string[]
}

/** Faults, and the program that must notice each of them. */
export interface Suite {
  readonly name: string
  readonly mutations: readonly Mutation[]
  /**
   * From the repository's root; run in a copy of the sources with one fault in it, and given the fault's tests. It ends with
   * `redExitCode` where it notices and with 0 where it does not; anything else is a fault that does not even run, which proves nothing.
   */
  readonly check: string
  /** What the check imports, from the repository's root; absent: what rules and resolution do. */
  readonly imports?: readonly string[]
}

/** How a check ends that noticed the fault. */
export const redExitCode = 3

/** Faults of one file: what each does, what it replaces, and by what. */
export const faultsIn = (file: string, faults: readonly (readonly [fault: string, find: string, replace: string])[]): Mutation[] =>
  faults.map(([fault, find, replace]) => ({ fault, file, find, replace }))

/** The faults, each with the test files that must notice it. */
export const noticedBy = (tests: readonly string[], ...mutations: readonly (readonly Mutation[])[]): Mutation[] =>
  mutations.flat().map((mutation) => ({ ...mutation, tests }))

/** One fault of several edits. */
export const together = (fault: string, edits: readonly (readonly [file: string, find: string, replace: string])[]): Mutation[] => {
  const [first, ...also] = edits.map(([file, find, replace]) => ({ file, find, replace }))
  return [{ fault, ...first!, also }]
}

/** All that a fault changes. */
export const editsOf = ({ file, find, replace, also = [] }: Mutation): readonly Edit[] => [{ file, find, replace }, ...also]
