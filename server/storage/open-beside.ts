import { existsSync } from 'node:fs'
import { openWriter, type Location } from './connection.ts'
import { openDatabase, type Database } from './database.ts'
import { schemaOf } from './schema-version.ts'

const absent = () => new Error('There is no database yet: start the server once, or set data_dir or database.url.')

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
    throw new Error(`The database still has schema ${from}: restart the server with this program first, which brings it up to date.`)
  }
  return openDatabase(location, { readers: 1, beforeMigration })
}
