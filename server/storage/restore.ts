import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openWriter, type Location } from './connection.ts'
import type { Engine } from './engine.ts'
import { loadPostgres } from './postgres-load.ts'
import { acquireRunLock } from './run-lock.ts'
import { checkBackupSchema, schemaOf } from './schema-version.ts'
import { renewIncarnation } from './server-identity.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Makes the database what a backup holds, as a new incarnation: clients then sync afresh instead of missing what is gone.
 * `force`: what is there is moved aside instead of being a reason to refuse.
 * @returns where what was there has gone: a file or a PostgreSQL schema
 * @throws Error when a server runs, a database is there, or the file is no whole backup for this engine and program
 */
export type Restore = (file: string, options: { readonly force: boolean }) => Promise<{ readonly movedTo: string | undefined }>

const engineOf = async (file: string): Promise<Engine | undefined> => {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new Error(`${file} cannot be read: give the file that \`hallway backup\` has written.`, { cause: error })
  })
  try {
    const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    if (buffer.toString('latin1') === 'SQLite format 3\0') return 'sqlite'
    return buffer.readUInt16BE(0) === 0x1f8b ? 'postgres' : undefined
  } finally {
    await handle.close()
  }
}

/** Makes a copy of a backup ready to run on. */
const prepareSqlite = async (path: string): Promise<void> => {
  const connection = await openWriter({ engine: 'sqlite', path })
  try {
    const [check] = await connection.query<{ quick_check: string }>('PRAGMA quick_check(1)')
    if (check?.quick_check !== 'ok') throw new Error(`The backup is damaged: ${check?.quick_check}`)
    const known = await connection.query("SELECT 1 FROM sqlite_master WHERE name IN ('schema_version', 'meta')")
    if (known.length !== 2) throw new Error('This is an SQLite database, but no backup of Hallway.')
    checkBackupSchema(await schemaOf(connection.query, 'sqlite'))
    await renewIncarnation(connection.query)
  } finally {
    // The last connection to close moves all of the WAL into the file.
    await connection.close()
  }
}

/** Moves a database away, its WAL first: a WAL must never lie beside a file that is not its own. */
const moveAside = async (path: string): Promise<string | undefined> => {
  const aside = `${path}.before-${new Date().toISOString().replace(/\D/g, '')}`
  const ends = ['-wal', '-shm', ''].filter((end) => existsSync(path + end))
  for (const end of ends) await rename(path + end, aside + end)
  return ends.length > 0 ? aside : undefined
}

const restoreSqlite = async (path: string, file: string, force: boolean): Promise<string | undefined> => {
  if (existsSync(path) && !force) throw new Error(`There is a database at ${path}: give --force to move it aside.`)
  mkdirSync(dirname(path), { recursive: true })
  let movedTo: string | undefined
  await writeWholeFile(path, async (partial) => {
    copyFileSync(file, partial)
    await prepareSqlite(partial)
    movedTo = await moveAside(path)
  })
  return movedTo
}

/** @param needs `location`: where to restore to */
export const createRestore =
  ({ location }: { readonly location: Location }): Restore =>
  async (file, { force }) => {
    const engine = await engineOf(file)
    if (engine === undefined) throw new Error(`${file} is no backup of Hallway.`)
    if (engine !== location.engine) {
      const names = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
      throw new Error(
        `${file} is a backup of ${names[engine]}, but the configuration names ${names[location.engine]}: restore it to what it was made of.`,
      )
    }
    const lock = await acquireRunLock({ location, onLost: () => {} })
    try {
      const restored = location.engine === 'sqlite' ? restoreSqlite(location.path, file, force) : loadPostgres(location, file, force)
      return { movedTo: await restored }
    } finally {
      await lock.release()
    }
  }
