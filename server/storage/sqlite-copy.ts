import { existsSync, globSync, rmSync } from 'node:fs'
import type { Location } from './connection.ts'
import { openWriter } from './connection.ts'
import { writeWholeFile } from './whole-file.ts'

/** Copies an SQLite database as it is at this moment, while others read and write it; without the free space. */
export const copySqlite = async (path: string, file: string): Promise<void> => {
  if (!existsSync(path)) throw new Error(`There is no database at ${path}: start the server once, or set data_dir.`)
  const connection = await openWriter({ engine: 'sqlite', path })
  try {
    await writeWholeFile(file, async (partial) => {
      await connection.query('VACUUM INTO $1', [partial])
    })
  } finally {
    await connection.close()
  }
}

const copiesKept = 2

/**
 * What `openDatabase` calls before it changes an existing schema: SQLite is copied to `….schema-N` beside it, N being the schema
 * it has; the last two such copies stay. PostgreSQL undoes a failed step by itself, and its copies are its administrator's.
 */
export const createMigrationCopy =
  (location: Location) =>
  async (from: number): Promise<void> => {
    if (location.engine !== 'sqlite') return
    const copyOf = (schema: number): string => `${location.path}.schema-${schema}`
    await copySqlite(location.path, copyOf(from))
    const schemas = globSync(`${location.path}.schema-*`)
      .map((file) => Number(/\.schema-(\d+)$/.exec(file)?.[1] ?? Number.NaN))
      .filter(Number.isInteger)
      .sort((a, b) => b - a)
    for (const schema of schemas.slice(copiesKept)) rmSync(copyOf(schema))
  }
