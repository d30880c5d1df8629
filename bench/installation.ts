import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Address, createConnection, formatRequest } from './connection.ts'
import { createMeter, type Meter } from './cpu.ts'
import { freePort } from './free-port.ts'
import type { PostgresCluster } from './postgres.ts'

/** A server that runs. */
export interface RunningServer {
  readonly address: Address
  /** All that the server costs, its database included; `undefined` when its processes are unknown. */
  readonly meter?: Meter
  /** The server's own processes, without PostgreSQL's. */
  readonly ownMeter?: Meter
  /** Milliseconds from spawning it to the first 200 of `/versions`; 0 when it ran before us. */
  readonly startedInMs: number
  /** Ends it with SIGTERM and waits. @throws when it takes longer than half a minute. */
  stop(): Promise<void>
}

/** The files and the database of one server; it may be started again and again, once at a time. */
export interface Installation {
  launch(): Promise<RunningServer>
  /** Bytes on disk, to be read while the server is stopped: all files in its folder, and its PostgreSQL database. */
  bytes(): Promise<number>
}

interface Needs {
  /** An executable that starts a server in the foreground from SERVER_NAME, BIND_ADDRESS, CLIENT_PORT, DATA_DIR … */
  readonly launcher: string
  /** A folder of the installation's own; it is made. */
  readonly directory: string
  readonly postgres?: PostgresCluster
}

const PATIENCE_MS = 120_000

const bytesBelow = (directory: string): number =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(`${entry.parentPath}/${entry.name}`).size : 0),
    0,
  )

/** Asks for `/versions` until it answers 200; gives up when the process ends. */
const untilServing = async (address: Address, child: ChildProcess, logFile: string): Promise<void> => {
  const connection = createConnection(address)
  const request = formatRequest(address, { method: 'GET', path: '/_matrix/client/versions' })
  const start = performance.now()
  try {
    while (!hasEnded(child) && performance.now() - start < PATIENCE_MS) {
      const status = await connection.send(request).then(
        (reply) => reply.status,
        () => 0,
      )
      if (status === 200) return
      await sleep(4)
    }
  } finally {
    connection.close()
  }
  const lastLines = readFileSync(logFile, 'utf8').split('\n').slice(-12).join('\n')
  throw new Error(`The server did not begin to serve. The end of ${logFile}:\n${lastLines}`)
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return
  const ended = new Promise<true>((resolve) => child.once('exit', () => resolve(true)))
  child.kill('SIGTERM')
  if (await Promise.race([ended, sleep(30_000, false, { ref: false })])) return
  throw new Error('The server did not end within 30 seconds of SIGTERM')
}

/** A clean environment: whatever is set around the benchmark must not change what is measured. */
const environmentOf = async (address: Address, dataDir: string, databaseUrl: string | undefined) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  LANG: 'C.UTF-8',
  SERVER_NAME: 'bench.localhost',
  BIND_ADDRESS: address.host,
  CLIENT_PORT: String(address.port),
  FEDERATION_PORT: String(await freePort()),
  DATA_DIR: dataDir,
  ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
})

interface Launch {
  readonly launcher: string
  readonly address: Address
  readonly env: NodeJS.ProcessEnv
  readonly logFile: string
  /** The process of a database server that works for this one. */
  readonly databasePid?: number
}

const launchServer = async ({ launcher, address, env, logFile, databasePid }: Launch): Promise<RunningServer> => {
  const log = openSync(logFile, 'a')
  const spawnedAt = performance.now()
  // A process group of its own, so that nothing of it outlives a benchmark that is broken off.
  const child = spawn(launcher, [], { env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const { pid } = child
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error]
    throw new Error(`${launcher} cannot be started: ${error.message}`)
  }
  const killGroup = (): void => {
    if (!hasEnded(child)) process.kill(-pid, 'SIGKILL')
  }
  process.once('exit', killGroup)
  await untilServing(address, child, logFile)
  return {
    address,
    meter: createMeter(databasePid === undefined ? [pid] : [pid, databasePid]),
    ownMeter: createMeter([pid]),
    startedInMs: performance.now() - spawnedAt,
    async stop() {
      await stopChild(child)
      process.off('exit', killGroup)
    },
  }
}

/** Lays out the installation `directory`; with `postgres`, on a database of its own there. */
export const createInstallation = async ({ launcher, directory, postgres }: Needs): Promise<Installation> => {
  const dataDir = `${directory}/data`
  mkdirSync(dataDir, { recursive: true })
  const databaseUrl = await postgres?.createDatabase()
  const database = postgres ? { databasePid: postgres.pid } : {}

  return {
    async launch() {
      const address = { host: '127.0.0.1', port: await freePort() }
      const env = await environmentOf(address, dataDir, databaseUrl)
      const server = await launchServer({ launcher, address, env, logFile: `${directory}/server.log`, ...database })
      if (postgres && databaseUrl !== undefined && !(await postgres.isUsed(databaseUrl)))
        throw new Error(`${launcher} does not keep its data at DATABASE_URL: measure it with --engine sqlite`)
      return server
    },
    async bytes() {
      const inDatabase = postgres && databaseUrl !== undefined ? await postgres.databaseBytes(databaseUrl) : 0
      return bytesBelow(dataDir) + inDatabase
    },
  }
}
