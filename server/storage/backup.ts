import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Location } from './connection.ts'
import { dumpPostgres } from './postgres-dump.ts'
import { copySqlite } from './sqlite-copy.ts'

/**
 * Writes all that the database holds at one moment to a new file, while a server runs: an SQLite database, or a dump of PostgreSQL.
 * The file holds the server's signing key: it is readable by its owner alone.
 * @returns the file's size
 * @throws Error when the file exists; a backup that fails leaves none
 */
export type BackUp = (file: string) => Promise<{ readonly bytes: number }>

/** @param needs `location`: what to back up */
export const createBackUp =
  ({ location }: { readonly location: Location }): BackUp =>
  async (file) => {
    if (existsSync(file)) throw new Error(`${file} exists already: choose another name.`)
    if (location.engine === 'sqlite') await copySqlite(location.path, file)
    else await dumpPostgres(location, file)
    return { bytes: (await stat(file)).size }
  }
