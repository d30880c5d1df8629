import type { Report, Verdict } from './report.ts'

/** A check whose verdict is not what it was; `undefined` on the side where it was not run. */
export interface Change {
  readonly id: string
  readonly before: Verdict | undefined
  readonly after: Verdict | undefined
}

const standing = (verdict: Verdict | undefined): number =>
  verdict === 'pass' ? 3 : verdict === 'flaky' ? 2 : verdict === 'warn' ? 1 : verdict === undefined || verdict === 'not applicable' ? 0 : -1

/** What changed from one report to another, worse things first. */
export const changesBetween = (before: Report, after: Report): Change[] => {
  const verdicts = (report: Report) => new Map(report.results.map(({ id, verdict }) => [id, verdict]))
  const [was, is] = [verdicts(before), verdicts(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((id) => ({ id, before: was.get(id), after: is.get(id) }))
    .filter((change) => change.before !== change.after)
    .sort(
      (one, other) =>
        standing(one.after) - standing(one.before) - standing(other.after) + standing(other.before) || (one.id < other.id ? -1 : 1),
    )
}

/** The changes as lines for a terminal. */
export const asDiff = (changes: readonly Change[]): string =>
  changes.length === 0
    ? 'No verdict has changed.'
    : changes
        .map(
          ({ id, before, after }) =>
            `${standing(after) < standing(before) ? '-' : '+'} ${id}: ${before ?? 'not run'} → ${after ?? 'not run'}`,
        )
        .join('\n')
