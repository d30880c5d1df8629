import { readFileSync } from 'node:fs'
import { type Check, type Level, minorOf } from './check.ts'
import type { Report } from './report/report.ts'
import { type Options, UsageError } from './options.ts'

const rank: { readonly [L in Level]: number } = { must: 2, should: 1, may: 0 }

/** Whether `pattern` is in `id`; with `*` it must match the whole of it. */
export const named = (id: string, pattern: string): boolean => {
  if (!pattern.includes('*')) return id.includes(pattern)
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`).test(id)
}

type Filters = Pick<Options, 'run' | 'skip' | 'area' | 'clause' | 'level' | 'spec' | 'failedFrom'>

/** The checks that the command line chose. What is not chosen is not part of the run. */
export const selected = (checks: readonly Check[], options: Filters): Check[] => {
  const failed = options.failedFrom === undefined ? undefined : failedIn(options.failedFrom)
  const any = (patterns: readonly string[], passes: (pattern: string) => boolean) => patterns.length === 0 || patterns.some(passes)
  return checks.filter(
    ({ id, area, clause, level, since }) =>
      any(options.run, (pattern) => named(id, pattern)) &&
      !options.skip.some((pattern) => named(id, pattern)) &&
      any(options.area, (name) => name === area) &&
      any(options.clause, (part) => clause.includes(part)) &&
      (options.level === undefined || rank[level] >= rank[options.level]) &&
      (options.spec === undefined || minorOf(since) <= minorOf(options.spec)) &&
      (failed === undefined || failed.has(id)),
  )
}

const failedIn = (file: string): Set<string> => {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    return new Set(report.results.filter(({ verdict }) => !['pass', 'not applicable'].includes(verdict)).map(({ id }) => id))
  } catch (cause) {
    throw new UsageError(`--failed-from: ${file} is no report of this suite.`, { cause })
  }
}

/** @throws Error for two checks with one ID, or an ID that is not `area/words-with-hyphens`. */
export const assertSound = (checks: readonly Check[]): void => {
  const seen = new Set<string>()
  for (const { id, about, clause } of checks) {
    if (!/^[a-z-]+\/[a-z0-9-]+$/.test(id)) throw new Error(`The ID ${id} is not of the form area/what-is-expected.`)
    if (seen.has(id)) throw new Error(`Two checks are called ${id}.`)
    if (about.length === 0 && !clause.startsWith('spec/') && !clause.includes('#'))
      throw new Error(`${id} says neither clause nor endpoint.`)
    seen.add(id)
  }
}
