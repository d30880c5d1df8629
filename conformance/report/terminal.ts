import { asCurl } from '../wire-log.ts'
import { type Report, type Result, tally } from './report.ts'

interface Needs {
  readonly write: (text: string) => void
  /** Whether the output is a terminal that can redraw its last line. */
  readonly live: boolean
  readonly total: number
}

/** What a person sees while the suite runs, and at its end. */
export interface Terminal {
  readonly result: (result: Result) => void
  readonly summary: (report: Report) => void
}

export const createTerminal = ({ write, live, total }: Needs): Terminal => {
  let done = 0
  const progress = () => {
    if (live) write(`\r\u001b[K${done}/${total}`)
  }
  return {
    result: (result) => {
      done++
      if (result.verdict !== 'pass' && result.verdict !== 'not applicable' && result.known === undefined) {
        write(`${live ? '\r\u001b[K' : ''}${described(result)}\n`)
      }
      progress()
    },
    summary: (report) => {
      if (live) write('\r\u001b[K')
      write(`${summarized(report)}\n`)
    },
  }
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')

/** A failure in full: expectation, clause, what went wrong, the last exchanges, and how to repeat the last request. */
export const described = ({ id, verdict, level, clause, expectation, reason, exchanges = [] }: Result): string => {
  const last = exchanges.at(-1)
  const wire = exchanges
    .slice(-3)
    .map(({ method, url, requestBody, status, responseBody }) =>
      [`→ ${method} ${url}${requestBody === undefined ? '' : ` ${requestBody}`}`, `← ${status} ${responseBody}`]
        .map((line) => (line.length > 600 ? `${line.slice(0, 600)}…` : line))
        .join('\n'),
    )
    .join('\n')
  return [
    `${verdict.toUpperCase()} ${id}`,
    `  ${level.toUpperCase()}: ${expectation}`,
    `  ${clauseAddress(clause)}`,
    `  ${reason ?? ''}`,
    ...(wire === '' ? [] : [indented(wire)]),
    ...(last === undefined || verdict === 'flaky' ? [] : [`    ${asCurl(last)}`]),
    '',
  ].join('\n')
}

/** Where a reader finds the clause. */
export const clauseAddress = (clause: string): string =>
  /^(README\.md|spec\/)/.test(clause)
    ? `this repository's ${clause.startsWith('spec/') ? '' : 'spec/'}${clause}`
    : `https://spec.matrix.org/v1.19/${clause}`

const summarized = (report: Report): string => {
  const { results, server, suite, seed, milliseconds, unexpectedPasses, staleKnown, untested } = report
  const counts = tally(results)
  const idle = Map.groupBy(
    results.filter(({ verdict }) => verdict === 'not applicable'),
    ({ reason }) => reason,
  )
  const known = results.filter((result) => result.known !== undefined)
  return [
    ...[...idle].map(([reason, { length }]) => `not applicable (${length}): ${reason}`),
    ...known.map(({ id, known }) => `known failure: ${id} — ${known}`),
    ...unexpectedPasses.map((id) => `unexpected pass: ${id} is listed as a known failure; take it off the list`),
    ...staleKnown.map((id) => `stale: ${id} is listed as a known failure, and there is no such check`),
    `${server.software} ${server.version} (${server.name}), held against Matrix ${suite.spec}, seed ${seed}, ${(milliseconds / 1000).toFixed(1)} s`,
    `${untested.length} operations of the contract were not called${untested.length === 0 ? '' : ': the JSON report lists them'}`,
    `${counts.pass} passed, ${counts.fail} failed, ${counts.warn} warnings, ${counts.known} known failures, ${counts['not applicable']} not applicable, ${
      counts.error
    } errors, ${counts.flaky} flaky`,
  ].join('\n')
}
