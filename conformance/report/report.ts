import type { Level, MatrixVersion } from '../check.ts'
import type { Exchange } from '../wire-log.ts'

/**
 * `warn` is a failure of what a server SHOULD or MAY do; `flaky` passed on the second try; `error` is a fault of the suite
 * or of the connection.
 */
export type Verdict = 'pass' | 'fail' | 'warn' | 'not applicable' | 'error' | 'flaky'

export interface Result {
  readonly id: string
  readonly area: string
  readonly clause: string
  readonly level: Level
  readonly since: MatrixVersion
  readonly expectation: string
  readonly verdict: Verdict
  /** Why it is not a pass, in a sentence. */
  readonly reason?: string
  /** The reason that is on file, if the failure was expected. */
  readonly known?: string
  readonly milliseconds: number
  /** What was said on the wire; only where the verdict is not a pass. */
  readonly exchanges?: readonly Exchange[]
}

/** The statuses that each operation of the contract has been seen to answer with, and how often. */
export type Coverage = { readonly [operation: string]: { readonly [status: string]: number } }

/** One run, as `--json` writes it. */
export interface Report {
  readonly schemaVersion: 1
  readonly server: { readonly name: string; readonly software: string; readonly version: string; readonly baseUrl: string }
  readonly suite: { readonly commit: string; readonly spec: string }
  readonly started: string
  readonly milliseconds: number
  readonly seed: number
  readonly roomVersion: string
  readonly results: readonly Result[]
  /** Listed as known failures, but they passed. */
  readonly unexpectedPasses: readonly string[]
  /** Listed as known failures, but there is no such check. */
  readonly staleKnown: readonly string[]
  readonly coverage: Coverage
  /** Operations of the contract that no check has called. */
  readonly untested: readonly string[]
}

/** How many results have each verdict; expected failures are counted apart. */
export const tally = (results: readonly Result[]): { readonly [V in Verdict | 'known']: number } => {
  const counts = { pass: 0, fail: 0, warn: 0, 'not applicable': 0, error: 0, flaky: 0, known: 0 }
  for (const { verdict, known } of results) counts[known === undefined ? verdict : 'known']++
  return counts
}

/** The exit code of a run. 5 before 1 before 2: what is worse wins. */
export const exitCodeOf = ({ results, unexpectedPasses, staleKnown }: Report): 0 | 1 | 2 | 5 => {
  const counts = tally(results)
  if (counts.error > 0 || staleKnown.length > 0) return 5
  if (counts.fail > 0) return 1
  return unexpectedPasses.length > 0 ? 2 : 0
}
