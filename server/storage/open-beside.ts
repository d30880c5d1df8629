import { existsSync } from 'node:fs'
import { openReaders, openWriter, type Location } from './connection.ts'
import { openDatabase, type Database } from './database.ts'
import type { Reading } from './engine.ts'
import { schemaOf, schemaVersion } from './schema-version.ts'
import { createWriteQueue } from './write-queue.ts'

const absent = () => new Error('There is no database yet: start the server once, or set data_dir or database.url.')
const older = (schema: number) =>
  new Error(`The database still has schema ${schema}: restart the server with this program first, which brings it up to date.`)

/**
 * Opens the database for an administrator's command that runs beside a live server: nothing is created or migrated.
 * @throws Error when there is no database, or its schema is not this program's
 */
export const openBeside = async (location: Location): Promise<Database> => {
  if (location.engine === 'sqlite') {
    if (!existsSync(location.path)) throw absent()
  } else {
    const connection = await openWriter(location)
    const schema = await schemaOf(connection.query, 'postgres').finally(() => connection.close())
    if (schema === 0) throw absent()
  }
  const beforeMigration = async (from: number): Promise<never> => {
    throw older(from)
  }
  return openDatabase(location, { readers: 1, beforeMigration })
}

/**
 * Reads the database as it is in one moment, beside a live server, on a connection that cannot write.
 * @throws Error when there is no database, or its schema is not this program's
 */
export const readBeside = async <T>(location: Location, work: (reading: Reading) => Promise<T>): Promise<T> => {
  if (location.engine === 'sqlite' && !existsSync(location.path)) throw absent()
  const { engine } = location
  const connection = await openReaders(location, 1)
  try {
    return await connection.hold(async (query) => {
      const schema = await schemaOf(query, engine)
      if (schema === 0) throw absent()
      if (schema < schemaVersion) throw older(schema)
      if (schema > schemaVersion)
        throw new Error(`The database has schema ${schema}, but this program knows only ${schemaVersion}: use the newer Hallway.`)
      await query(engine === 'sqlite' ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      // One connection takes one query at a time.
      const inTurn = createWriteQueue()
      return work({ engine, query: (sql, bind) => inTurn(() => query(sql, bind)) }).finally(() => query('ROLLBACK'))
    })
  } finally {
    await connection.close()
  }
}
