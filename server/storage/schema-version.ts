import type { Engine, Query } from './engine.ts'
import { migrations } from './migrations/all.ts'

/** The schema's number that this program writes. */
export const schemaVersion = migrations.at(-1)!.id

/** Makes the table that tells which schema a database has: a row a migration. */
export const createVersionTable = 'CREATE TABLE schema_version (id INTEGER PRIMARY KEY, name TEXT NOT NULL, ts BIGINT NOT NULL)'

const findVersionTable: { readonly [engine in Engine]: string } = {
  sqlite: "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'",
  postgres: "SELECT 1 WHERE to_regclass('schema_version') IS NOT NULL",
}

/** The number of the schema that a database has; 0: there is no Hallway in it. */
export const schemaOf = async (query: Query, engine: Engine): Promise<number> => {
  if ((await query(findVersionTable[engine])).length === 0) return 0
  return (await query<{ id: number }>('SELECT MAX(id) AS id FROM schema_version'))[0]!.id
}

/** @throws Error when a backup is of a newer schema than this program's */
export const checkBackupSchema = (schema: number): void => {
  if (schema <= schemaVersion) return
  throw new Error(`The backup has schema ${schema}, but this program knows only ${schemaVersion}: restore it with the newer Hallway.`)
}
