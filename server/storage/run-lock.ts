import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import pg from 'pg'
import sqlite3 from 'sqlite3'
import type { Location } from './connection.ts'

/** Held while a server runs: no second one starts on the same database. It ends with the process, however that dies. */
export interface RunLock {
  release(): Promise<void>
}

interface Needs {
  readonly location: Location
  /** Called when the lock is lost while it should be held (PostgreSQL closed the connection): stop the server. */
  readonly onLost: (error: Error) => void
}

const taken = () => new Error('Another Hallway runs on this database: stop it first.')

/**
 * The lock is SQLite's own, on an empty database beside the real one: the system lets go of it when the process dies, so that
 * nothing stale is left to be recognised, and it holds between containers, which do not see each other's process IDs.
 */
const lockSqlite = async (path: string): Promise<RunLock> => {
  mkdirSync(dirname(path), { recursive: true })
  const file = `${path}.lock`
  const handle = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error === null ? resolve(opened) : reject(error)))
  })
  handle.configure('busyTimeout', 0)
  const close = () => new Promise<void>((resolve) => handle.close(() => resolve()))
  const failure = await new Promise<Error | null>((resolve) => handle.exec('BEGIN EXCLUSIVE', resolve))
  if (failure === null) return { release: close }
  await close()
  throw /SQLITE_(BUSY|LOCKED)/.test(failure.message) ? taken() : failure
}

/** The first key of the advisory lock; the second is of the schema. */
const lockSpace = 0x68616c6c

const lockPostgres = async ({ url, schema }: Location & { engine: 'postgres' }, onLost: Needs['onLost']): Promise<RunLock> => {
  const options = schema === undefined ? {} : { options: `-c search_path=${schema}` }
  const client = new pg.Client({ connectionString: url, keepAlive: true, ...options })
  let held = false
  const lose = (error: Error): void => {
    if (held) onLost(error)
    held = false
  }
  client.on('error', lose)
  client.on('end', () => lose(new Error('PostgreSQL closed the connection that tells others that this server runs.')))
  await client.connect()
  // It is idle for days on end. Servers before 14 have no such limit.
  await client.query(
    "SELECT set_config('idle_session_timeout', '0', false) WHERE current_setting('idle_session_timeout', true) IS NOT NULL",
  )
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1, hashtext(current_schema())) AS got', [lockSpace])
  if (rows[0]?.got !== true) {
    await client.end()
    throw taken()
  }
  held = true
  return {
    release: async () => {
      held = false
      await client.end()
    },
  }
}

/** @throws Error when another server holds the lock */
export const acquireRunLock = ({ location, onLost }: Needs): Promise<RunLock> =>
  location.engine === 'sqlite' ? lockSqlite(location.path) : lockPostgres(location, onLost)
