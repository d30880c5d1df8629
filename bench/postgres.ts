import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { POSTGRES_SETTINGS, refuseWeakPostgres } from './durability.ts'
import { freePort } from './free-port.ts'

/** A throw-away PostgreSQL server of our own, durable as in production. */
export interface PostgresCluster {
  /** The postmaster: all backends descend from it. */
  readonly pid: number
  /** Makes an empty database. Its URL. */
  createDatabase(): Promise<string>
  /** Whether somebody made tables in the database at `url`. */
  isUsed(url: string): Promise<boolean>
  /** Bytes of the database at `url`, after a checkpoint. */
  databaseBytes(url: string): Promise<number>
  stop(): Promise<void>
}

interface Owner {
  readonly uid?: number
  readonly gid?: number
}

const USER = 'hallway'

/** The folder with `initdb` and `postgres`: from PATH, or the newest of Debian's. `undefined` when there is none. */
export const findPostgres = (): string | undefined => {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => `${debian}/${version}/bin`), ...(process.env.PATH ?? '').split(delimiter)]
  return folders.find((folder) => existsSync(`${folder}/initdb`) && existsSync(`${folder}/postgres`))
}

/** PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`. */
const findOwner = (): Owner => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (name: string, kind: '-u' | '-g') => Number(execFileSync('id', [kind, name], { encoding: 'latin1', stdio: 'pipe' }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf(name, '-u'), gid: idOf(name, '-g') }
    } catch {
      // no such user here: the next
    }
  }
  throw new Error('PostgreSQL cannot run as root and there is no user "postgres" or "nobody": run as another user')
}

const query = async (url: string, sql: string): Promise<Record<string, string>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const untilReady = async (url: string, child: ChildProcess, logFile: string): Promise<void> => {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) break
    const ready = await query(url, 'SELECT 1').then(
      () => true,
      () => false,
    )
    if (ready) return
    await sleep(50)
  }
  throw new Error(`PostgreSQL did not start: read ${logFile}`)
}

/** Makes the files of a cluster in `directory`, which must be empty. The password of its one user. */
const initialise = (bin: string, directory: string, owner: Owner): string => {
  const password = randomBytes(16).toString('hex')
  mkdirSync(directory, { recursive: true })
  const passwordFile = `${directory}/password`
  writeFileSync(passwordFile, password)
  if (owner.uid !== undefined && owner.gid !== undefined)
    for (const path of [directory, passwordFile]) chownSync(path, owner.uid, owner.gid)
  const choices = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--no-locale']
  execFileSync(`${bin}/initdb`, ['-D', `${directory}/cluster`, '-U', USER, ...choices], { ...owner, cwd: directory, stdio: 'pipe' })
  return password
}

const spawnPostmaster = (bin: string, directory: string, owner: Owner, port: number): ChildProcess => {
  const log = openSync(`${directory}/postgres.log`, 'a')
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const args = ['-D', `${directory}/cluster`, '-p', String(port), ...options]
  return spawn(`${bin}/postgres`, args, { ...owner, cwd: directory, stdio: ['ignore', log, log] })
}

/**
 * Starts a cluster in `directory` on a free port of loopback, with PostgreSQL's own settings.
 * @throws when PostgreSQL is not installed, or when it runs with weaker durability than its default.
 */
export const startPostgres = async (directory: string): Promise<PostgresCluster> => {
  const bin = findPostgres()
  if (!bin) throw new Error('PostgreSQL is not installed: apt-get install postgresql, or measure with --engine sqlite')
  const owner = findOwner()
  const password = initialise(bin, directory, owner)
  const port = await freePort()
  const child = spawnPostmaster(bin, directory, owner, port)
  const quitNow = (): void => void child.kill('SIGQUIT')
  process.once('exit', quitNow)
  const urlOf = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`
  const main = urlOf('postgres')
  await untilReady(main, child, `${directory}/postgres.log`)
  let made = 0

  return {
    pid: child.pid as number,
    async createDatabase() {
      const name = `bench${made++}`
      await query(main, `CREATE DATABASE ${name}`)
      await checkPostgres(urlOf(name))
      return urlOf(name)
    },
    isUsed: async (url) => (await query(url, 'SELECT 1 FROM pg_stat_user_tables LIMIT 1')).length > 0,
    async databaseBytes(url) {
      await query(url, 'CHECKPOINT')
      return Number((await query(url, 'SELECT pg_database_size(current_database()) AS bytes'))[0]?.bytes)
    },
    async stop() {
      process.off('exit', quitNow)
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT') // the fast way: ends sessions, then shuts down cleanly
      await ended
    },
  }
}

/** @throws when the database at `url` grants its users weaker durability than PostgreSQL's default. */
export const checkPostgres = async (url: string): Promise<void> => {
  const names = POSTGRES_SETTINGS.map((name) => `'${name}'`).join(', ')
  const rows = await query(url, `SELECT name, setting FROM pg_settings WHERE name IN (${names})`)
  refuseWeakPostgres(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])) as Record<string, string>)
}
