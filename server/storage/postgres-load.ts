import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { openWriter, type Location } from './connection.ts'
import type { Query } from './engine.ts'
import { migrations } from './migrations/all.ts'
import { ownTables, type DumpMark } from './postgres-dump.ts'
import { checkBackupSchema, createVersionTable } from './schema-version.ts'
import { renewIncarnation } from './server-identity.ts'

/** Characters of rows that are sent in one statement, about. */
const batchCharacters = 1_000_000

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of source) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** The empty tables of a schema's number; a later one is reached by migration at the next start. */
const createTables = async (query: Query, schema: number): Promise<void> => {
  checkBackupSchema(schema)
  await query(createVersionTable)
  for (const { up } of migrations.filter(({ id }) => id <= schema)) for (const sql of up('postgres')) await query(sql)
}

const load = async (query: Query, lines: AsyncIterable<string>): Promise<void> => {
  let table: string | undefined
  let waiting: string[] = []
  let size = 0
  let count = 0
  let ended = false
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    await query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [`[${waiting.join(',')}]`])
    count += waiting.length
    waiting = []
    size = 0
  }
  const follow = async (mark: DumpMark): Promise<void> => {
    await flush()
    if (mark.kind === 'begin') await createTables(query, mark.schema)
    else if (mark.kind === 'end') ended = mark.rows === count
    else {
      if (!(await ownTables(query)).includes(mark.table)) throw new Error(`The backup has a table "${mark.table}" that Hallway has not.`)
      table = mark.table
      await query(`DELETE FROM ${table}`)
      const { column, last } = mark.identity ?? {}
      if (column !== undefined)
        await query('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint, $3::bigint > 0)', [table, column, last])
    }
  }
  for await (const line of lines) {
    if (line.startsWith('#')) await follow(JSON.parse(line.slice(1)) as DumpMark)
    else if ((size += waiting.push(line) && line.length) > batchCharacters) await flush()
  }
  if (!ended) throw new Error('The backup is not whole; nothing was restored.')
}

/** Moves our tables to a schema of their own; gives its name. */
const moveAside = async (query: Query, tables: readonly string[]): Promise<string> => {
  const aside = `hallway_before_${new Date().toISOString().replace(/\D/g, '')}`
  await query(`CREATE SCHEMA ${aside}`)
  for (const table of tables) await query(`ALTER TABLE ${table} SET SCHEMA ${aside}`)
  return aside
}

/**
 * Puts a dump into a database, in one transaction, as a new incarnation.
 * @returns the schema to which what was there has been moved, if anything was
 * @throws Error when there is a Hallway and `force` is not given, or the dump is not whole or of a newer schema
 */
export const loadPostgres = async (
  location: Location & { engine: 'postgres' },
  file: string,
  force: boolean,
): Promise<string | undefined> => {
  const connection = await openWriter(location)
  try {
    return await connection.hold(async (query) => {
      await query('BEGIN')
      try {
        const present = await ownTables(query)
        if (present.includes('schema_version') && !force) {
          throw new Error('There is a Hallway in this PostgreSQL database: give --force to move its tables to a schema of their own.')
        }
        const aside = present.length > 0 ? await moveAside(query, present) : undefined
        await pipeline(createReadStream(file), createGunzip(), (source) => load(query, linesOf(source)))
        await renewIncarnation(query)
        // The function that commits is code, and made anew at the next start.
        await query("DELETE FROM meta WHERE key = 'commit_sql'")
        await query('COMMIT')
        return aside
      } catch (error) {
        await query('ROLLBACK')
        throw error
      }
    })
  } finally {
    await connection.close()
  }
}
