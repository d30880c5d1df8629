import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { openWriter, type Location } from './connection.ts'
import type { Query } from './engine.ts'
import { migrations } from './migrations/all.ts'
import { schemaOf } from './schema-version.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * A dump is gzipped text: a line that begins with `#` is a `DumpMark`, any other is a row as PostgreSQL's own JSON has it. No program
 * of PostgreSQL is needed, so none can be of the wrong version.
 */
export type DumpMark =
  | { readonly kind: 'begin'; readonly format: 1; readonly schema: number }
  /** Rows of this table follow. `identity`: its column that counts by itself, and how far it has. */
  | { readonly kind: 'table'; readonly table: string; readonly identity?: { readonly column: string; readonly last: number } }
  | { readonly kind: 'end'; readonly rows: number }

/** The tables of ours that are there. */
export const ownTables = async (query: Query): Promise<string[]> => {
  const named = migrations.flatMap(({ up }) => up('postgres').flatMap((sql) => /^CREATE TABLE (\w+)/.exec(sql)?.[1] ?? []))
  const present = await query<{ name: string }>(
    "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
  )
  return present.map(({ name }) => name).filter((name) => name === 'schema_version' || named.includes(name))
}

const identityOf = async (query: Query, table: string): Promise<{ column: string; last: number } | undefined> => {
  const [identity] = await query<{ column: string; sequence: string }>(
    `SELECT column_name::text AS "column", pg_get_serial_sequence(format('%I', table_name), column_name) AS sequence
     FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'YES'`,
    [table],
  )
  if (identity === undefined) return undefined
  const [{ last } = { last: 0 }] = await query<{ last: number }>(
    `SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS last FROM ${identity.sequence}`,
  )
  return { column: identity.column, last }
}

const mark = (value: DumpMark): string => `#${JSON.stringify(value)}\n`
const rowsAtOnce = 500

async function* lines(query: Query, schema: number): AsyncGenerator<string> {
  yield mark({ kind: 'begin', format: 1, schema })
  let count = 0
  for (const table of await ownTables(query)) {
    const identity = await identityOf(query, table)
    yield mark({ kind: 'table', table, ...(identity && { identity }) })
    await query(`DECLARE dump CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${table} AS t`)
    for (;;) {
      const rows = await query<{ row: string }>(`FETCH ${rowsAtOnce} FROM dump`)
      if (rows.length === 0) break
      count += rows.length
      yield `${rows.map(({ row }) => row).join('\n')}\n`
    }
    await query('CLOSE dump')
  }
  yield mark({ kind: 'end', rows: count })
}

/** Writes what a PostgreSQL database holds at one moment to a file, while a server goes on writing. */
export const dumpPostgres = async (location: Location & { engine: 'postgres' }, file: string): Promise<void> => {
  const connection = await openWriter(location)
  try {
    await connection.hold(async (query) => {
      await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      try {
        const schema = await schemaOf(query, 'postgres')
        if (schema === 0) throw new Error('There is no Hallway in this PostgreSQL database: start the server once, or set database.url.')
        const text = Readable.from(lines(query, schema))
        await writeWholeFile(file, (partial) => pipeline(text, createGzip({ level: 4 }), createWriteStream(partial)))
      } finally {
        await query('ROLLBACK')
      }
    })
  } finally {
    await connection.close()
  }
}
