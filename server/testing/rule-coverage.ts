import { readFileSync } from 'node:fs'
import { type AuthVectors, trialsOf } from '../protocol/test-auth-vectors.ts'
import { allowing, byVersion, rejecting } from './rule-coverage-table.ts'

/** A rule of a version, and by how many cases of the vectors it decides. */
export interface Covered {
  readonly verdict: 'rejects' | 'allows'
  readonly name: string
  readonly version: string
  readonly rule: string
  readonly cases: number
}

/** The vectors of the authorisation rules. */
export const readAuthVectors = (): AuthVectors =>
  JSON.parse(readFileSync(new URL('../../spec/vectors/auth-rules.json', import.meta.url), 'utf8'))

/** Every rule of every version with its cases; and what the vectors name that no version has. */
export const ruleCoverage = (vectors: AuthVectors): { covered: Covered[]; unknown: string[] } => {
  const counts = new Map<string, number>()
  const keyOf = (verdict: string, version: string, rule: string) => `version ${version} ${verdict} by ${rule}`
  for (const { verdict, version, rule } of trialsOf(vectors)) {
    const key = keyOf(verdict, version, rule)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const covered: Covered[] = []
  const known = new Set<string>()
  for (const [verdict, rules] of [
    ['rejects', rejecting],
    ['allows', allowing],
  ] as const) {
    for (const [name, numbers] of Object.entries(rules)) {
      for (const [version, rule] of byVersion(numbers)) {
        const key = keyOf(verdict, version, rule)
        known.add(key)
        covered.push({ verdict, name, version, rule, cases: counts.get(key) ?? 0 })
      }
    }
  }
  return { covered, unknown: [...counts.keys()].filter((key) => !known.has(key)) }
}

const print = (): void => {
  const { covered } = ruleCoverage(readAuthVectors())
  const versions = Array.from({ length: 12 }, (_, at) => `${at + 1}`)
  console.log(
    'Each cell: the rule’s number in the text of the version, and how many cases it decides. “·”: the version has no such rule.\n',
  )
  for (const verdict of ['rejects', 'allows'] as const) {
    const rows = Map.groupBy(
      covered.filter((one) => one.verdict === verdict),
      ({ name }) => name,
    )
    console.log([verdict.padEnd(22), ...versions.map((version) => version.padStart(12))].join(''))
    for (const [name, cells] of rows) {
      const byId = new Map(cells.map((cell) => [cell.version, `${cell.rule}×${cell.cases}`]))
      console.log([name.padEnd(22), ...versions.map((version) => (byId.get(version) ?? '·').padStart(12))].join(''))
    }
    console.log()
  }
  const untested = covered.filter(({ cases }) => cases === 0)
  console.log(`${covered.length} rules by version, ${untested.length} of them without a case.`)
  if (untested.length > 0) process.exitCode = 1
}

if (import.meta.main) print()
