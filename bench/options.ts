import { parseArgs } from 'node:util'
import type { EngineName } from './measure.ts'

/** What the command line asks for. */
export interface Options {
  readonly engines: readonly EngineName[]
  /** The measures to take, by name; all, when left out. */
  readonly only?: readonly string[]
  readonly runs: number
  readonly quick: boolean
  readonly check: boolean
  /** Messages in the filled database. */
  readonly fill: number
  readonly launcher: string
  readonly baseUrl?: URL
  readonly pids?: readonly number[]
  readonly databaseUrl?: string
  readonly sharedSecret?: string
  /** The folder for databases and logs, and the file for the JSON. */
  readonly work: string
  readonly json: string
}

const ROOT = `${import.meta.dirname}/..`

/** Printed by `--help`. */
export const USAGE = `npm run bench -- [options]

  --engine sqlite|postgres|both   what the server keeps its data in (sqlite)
  --only NAME[,NAME…]             take these measures alone
  --runs N                        take each figure N times; the median counts (3)
  --quick                         seconds a measure, for development; the figures mean little
  --fill N                        messages in the filled database (100000)
  --check                         exit 1 when a limit is broken
  --launcher PATH                 an executable that starts a server (conformance/targets/hallway/launch)
  --base-url URL                  measure a server that runs already; start-up, memory and disk are left out
  --pid PID[,PID…]                its processes, for its CPU; name PostgreSQL's postmaster, too
  --database-url URL              its PostgreSQL database, whose durability is checked
  --shared-secret SECRET          register people by it when registration is closed
  --work DIR                      databases and logs, on a disk (.cache/bench)
  --json FILE                     the report as JSON (DIR/report.json)
`

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} takes a whole number from 1, not "${text}"`)
  return value
}

const enginesOf = (text: string): EngineName[] => {
  if (text === 'both') return ['sqlite', 'postgres']
  if (text === 'sqlite' || text === 'postgres') return [text]
  throw new TypeError(`--engine is sqlite, postgres or both, not "${text}"`)
}

/** Reads the command line; `undefined` when it asks for help. @throws TypeError with what is wrong. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: text,
      only: text,
      runs: text,
      fill: text,
      launcher: text,
      pid: text,
      'database-url': text,
      work: text,
      json: text,
      'base-url': text,
      'shared-secret': text,
      quick: flag,
      check: flag,
      help: flag,
    },
  })
  if (values.help) return undefined
  const quick = values.quick
  const work = values.work ?? `${ROOT}/.cache/bench`
  const baseUrl = values['base-url']
  const databaseUrl = values['database-url']
  const engines = enginesOf(values.engine ?? 'sqlite')
  if (baseUrl !== undefined && !/^http:\/\//.test(baseUrl)) throw new TypeError('--base-url takes plain HTTP, as http://127.0.0.1:8008')
  if (baseUrl !== undefined && engines.includes('postgres') && (engines.length > 1 || databaseUrl === undefined))
    throw new TypeError(
      'A running server on PostgreSQL is measured with --engine postgres and --database-url, so that its durability is known',
    )
  return {
    engines,
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    runs: wholeNumber('runs', values.runs ?? (quick ? '1' : '3')),
    quick,
    check: values.check,
    fill: wholeNumber('fill', values.fill ?? (quick ? '1000' : '100000')),
    launcher: values.launcher ?? `${ROOT}/conformance/targets/hallway/launch`,
    ...(baseUrl === undefined ? {} : { baseUrl: new URL(baseUrl) }),
    ...(values.pid === undefined ? {} : { pids: values.pid.split(',').map((pid) => wholeNumber('pid', pid)) }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    // The launchers' contract: people may also register by this secret.
    sharedSecret: values['shared-secret'] ?? 'complement',
    work,
    json: values.json ?? `${work}/report.json`,
  }
}
