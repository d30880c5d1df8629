import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { allChecks } from './all-checks.ts'
import { conform } from './conform.ts'
import { Unmet, Unreachable } from './expect.ts'
import { proveChecks } from './mutation/prove-checks.ts'
import { type Options, parseOptions, usage, UsageError } from './options.ts'
import { asDiff, changesBetween } from './report/diff.ts'
import { asHtml } from './report/html.ts'
import { asJunit } from './report/junit.ts'
import { exitCodeOf, type Report } from './report/report.ts'
import { clauseAddress } from './report/terminal.ts'
import { assertSound, selected } from './selection.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const main = async (args: readonly string[]): Promise<number> => {
  const options = parseOptions(args)
  if (options.action === 'help') {
    say(usage)
    return 0
  }
  assertSound(allChecks)
  if (options.action === 'list') {
    list(options)
    return 0
  }
  if (options.action === 'explain') {
    explain(options.operands[0] ?? '')
    return 0
  }
  if (options.action === 'diff') {
    say(diff(options.operands))
    return 0
  }
  const checks = selected(allChecks, options)
  if (checks.length === 0) throw new UsageError('No check is of that kind; see --list.')
  if (options.mutate) return proveChecks(checks, options)
  const report = await conform(checks, options, commit())
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`)
  if (options.junit !== undefined) writeFileSync(options.junit, asJunit(report))
  if (options.html !== undefined) writeFileSync(options.html, asHtml(report))
  return options.updateKnown ? 0 : exitCodeOf(report)
}

const list = (options: Options) => {
  for (const { id, level, since, expectation } of selected(allChecks, options)) say(`${id}  ${level}, ${since}: ${expectation}`)
}

const explain = (id: string) => {
  const check = allChecks.find((check) => check.id === id)
  if (check === undefined) throw new UsageError(`There is no check ${id}; see --list.`)
  say(
    [
      check.id,
      `${check.level.toUpperCase()}, since ${check.since}`,
      check.expectation,
      clauseAddress(check.clause),
      ...(check.needs.length > 0 ? [`needs: ${check.needs.join(', ')}`] : []),
      ...(check.roomVersions.length > 0 ? [`room versions: ${check.roomVersions.join(', ')}`] : []),
      ...check.about.map(({ method, path }) => `about: ${method} ${path}`),
    ].join('\n'),
  )
}

const diff = (files: readonly string[]): string => {
  const [before, after] = files.map((file) => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Report
    } catch (cause) {
      throw new UsageError(`${file} is no report of this suite.`, { cause })
    }
  })
  if (before === undefined || after === undefined) throw new UsageError('Name two reports.')
  return asDiff(changesBetween(before, after))
}

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}

const codeOf = (error: unknown): number =>
  error instanceof UsageError ? 3 : error instanceof Unreachable ? 4 : error instanceof Unmet ? 4 : 5

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = codeOf(error)
  const words = error instanceof Error ? (process.exitCode === 5 ? error.stack : error.message) : String(error)
  process.stderr.write(`${words}\n`)
}
