import { createHash } from 'node:crypto'
import { commitSql } from './commit-sql.ts'
import type { Connection } from './connection.ts'
import type { Engine } from './engine.ts'
import { migrations } from './migrations/all.ts'
import { createVersionTable, schemaOf, schemaVersion } from './schema-version.ts'

const inTransaction = (connection: Connection, statements: readonly string[]): Promise<void> =>
  connection.hold(async (query) => {
    await query('BEGIN')
    try {
      for (const statement of statements) await query(statement)
      await query('COMMIT')
    } catch (error) {
      await query('ROLLBACK').catch(() => {})
      throw error
    }
  })

/** The commit's SQL is code: it is made anew whenever it differs from what the database has. */
async function refreshCommitSql(connection: Connection, engine: Engine): Promise<void> {
  const statements = commitSql(engine)
  const digest = createHash('sha256').update(statements.join('\n')).digest('hex')
  const [stored] = await connection.query<{ value: string }>("SELECT value FROM meta WHERE key = 'commit_sql'")
  if (stored?.value === digest) return
  await inTransaction(connection, [
    ...statements,
    `INSERT INTO meta (key, value) VALUES ('commit_sql', '${digest}') ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ])
}

/**
 * Brings the schema up to `schemaVersion`, a transaction a step. `beforeMigration` is awaited first when an existing database is to change.
 * @throws Error when the database is newer than this program.
 */
export async function migrate(connection: Connection, engine: Engine, beforeMigration?: (from: number) => Promise<void>): Promise<void> {
  const from = await schemaOf(connection.query, engine)
  if (from > schemaVersion) {
    throw new Error(
      `The database has schema ${from}, but this program knows only ${schemaVersion}: run the newer Hallway, or restore a backup made before the upgrade.`,
    )
  }
  if (from > 0 && from < schemaVersion) await beforeMigration?.(from)
  for (const { id, name, up } of migrations.filter((step) => step.id > from)) {
    const record = `INSERT INTO schema_version (id, name, ts) VALUES (${id}, '${name}', ${Date.now()})`
    const first = id === migrations[0]!.id ? [createVersionTable] : []
    await inTransaction(connection, [...first, ...up(engine), record])
  }
  await refreshCommitSql(connection, engine)
}
