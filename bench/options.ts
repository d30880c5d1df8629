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
npm run bench -- rooms [--engine sqlite|postgres] [--quick] [--check]   what Hallway's rooms cost as they grow and branch

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

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean', default: false } as const

const OPTIONS = {
  engine: TEXT,
  only: TEXT,
  runs: TEXT,
  fill: TEXT,
  launcher: TEXT,
  'base-url': TEXT,
  pid: TEXT,
  'database-url': TEXT,
  'shared-secret': TEXT,
  work: TEXT,
  json: TEXT,
  quick: FLAG,
  check: FLAG,
  help: FLAG,
} as const

/** @throws TypeError for a running server that cannot be measured, or whose durability would stay unknown. */
const refuseRunning = (engines: readonly EngineName[], baseUrl: string, databaseUrl: string | undefined): void => {
  if (!/^http:\/\//.test(baseUrl)) throw new TypeError('--base-url takes plain HTTP, as http://127.0.0.1:8008')
  if (engines.length > 1) throw new TypeError('A running server has one engine: --engine sqlite or postgres')
  if (engines.includes('postgres') && databaseUrl === undefined)
    throw new TypeError('Name the running server’s PostgreSQL by --database-url, so that its durability can be read')
}

/** Reads the command line; `undefined` when it asks for help. @throws TypeError with what is wrong. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help) return undefined
  const { quick, check, only, pid, 'base-url': baseUrl, 'database-url': databaseUrl } = values
  const engines = enginesOf(values.engine ?? 'sqlite')
  const work = values.work ?? `${ROOT}/.cache/bench`
  if (baseUrl !== undefined) refuseRunning(engines, baseUrl, databaseUrl)
  return {
    engines,
    ...(only === undefined ? {} : { only: only.split(',') }),
    runs: wholeNumber('runs', values.runs ?? (quick ? '1' : '3')),
    quick,
    check,
    fill: wholeNumber('fill', values.fill ?? (quick ? '1000' : '100000')),
    launcher: values.launcher ?? `${ROOT}/conformance/targets/hallway/launch`,
    ...(baseUrl === undefined ? {} : { baseUrl: new URL(baseUrl) }),
    ...(pid === undefined ? {} : { pids: pid.split(',').map((one) => wholeNumber('pid', one)) }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    // The launchers' contract: people may also register by this secret.
    sharedSecret: values['shared-secret'] ?? 'complement',
    work,
    json: values.json ?? `${work}/report.json`,
  }
}
