import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { freePort, untilAnswering } from '../starting.ts'

export type Engine = 'sqlite' | 'postgres'

/** A server on a database of its own, which can be killed and started again on the same port. */
export interface Installation {
  readonly baseUrl: string
  readonly port: number
  readonly serverName: string
  /** The server's process; it changes with each start. */
  readonly pid: () => number
  /** Starts the server, and waits for its first answer. @throws when it ends instead */
  readonly start: () => Promise<void>
  /** `kill -9` of the whole process group. */
  readonly kill: () => Promise<void>
  /** What the server has written so far. */
  readonly said: () => string
  /** Reads the database beside the server. */
  readonly query: <Row extends object>(sql: string) => Promise<Row[]>
  /** Ends the server, and removes its data. */
  readonly remove: () => Promise<void>
}

interface Options {
  readonly engine?: Engine
  readonly env?: NodeJS.ProcessEnv
  /** A command that runs the launcher, such as a tracer. */
  readonly under?: readonly string[]
}

const launcher = join(import.meta.dirname, '..', 'targets', 'hallway', 'launch')
const serverName = 'robust.test'

/** Where the tests' PostgreSQL is; the test runner sets it. */
const postgresUrl = process.env['HALLWAY_TEST_POSTGRES']

/** The engines that this machine has. Without PostgreSQL under CI the tests on it fail by themselves. */
export const enginesHere: readonly Engine[] =
  postgresUrl === undefined && process.env['CI'] === undefined ? ['sqlite'] : ['sqlite', 'postgres']

const ask = async <Row extends object>(url: string, sql: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** A database of its own in the tests' PostgreSQL. */
const makeDatabase = async (): Promise<{ url: string; drop: () => Promise<void> }> => {
  if (postgresUrl === undefined) throw new Error('HALLWAY_TEST_POSTGRES is not set: start the tests by `npm test`.')
  const name = `robust_${randomBytes(6).toString('hex')}`
  await ask(postgresUrl, `CREATE DATABASE ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: async () => void (await ask(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`)) }
}

/** Lays out an installation; it is not started yet. */
export const createInstallation = async ({ engine = 'sqlite', env = {}, under = [] }: Options = {}): Promise<Installation> => {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-robust-'))
  const database = engine === 'postgres' ? await makeDatabase() : undefined
  const [port, federationPort] = [await freePort(), await freePort()]
  const baseUrl = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let said = ''

  const hasEnded = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null
  const signal = async (kind: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child?.pid === undefined || hasEnded()) return
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    process.kill(-child.pid, kind)
    await ended
  }
  process.once('exit', () => {
    if (child?.pid !== undefined && !hasEnded()) process.kill(-child.pid, 'SIGKILL')
  })

  const start = async (): Promise<void> => {
    const [command = launcher, ...args] = [...under, launcher]
    child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        SERVER_NAME: serverName,
        BIND_ADDRESS: '127.0.0.1',
        CLIENT_PORT: String(port),
        FEDERATION_PORT: String(federationPort),
        DATA_DIR: folder,
        HALLWAY_WEB_CLIENT__ENABLED: 'false',
        ...(database && { DATABASE_URL: database.url }),
        ...env,
      },
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-100_000)
      })
    if (!(await untilAnswering(baseUrl, hasEnded))) throw new Error(`The server did not start. It said: ${said}`)
  }

  return {
    baseUrl,
    port,
    serverName,
    start,
    pid: () => child?.pid ?? 0,
    kill: () => signal('SIGKILL'),
    said: () => said,
    query: async <Row extends object>(sql: string) => {
      if (database !== undefined) return ask<Row>(database.url, sql)
      const file = new DatabaseSync(join(folder, 'hallway.db'), { readOnly: true })
      try {
        return file.prepare(sql).all() as Row[]
      } finally {
        file.close()
      }
    },
    remove: async () => {
      await signal('SIGTERM')
      await database?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
