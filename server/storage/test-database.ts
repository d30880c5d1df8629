import test, { type ExecutionContext } from 'ava'
import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commitSql } from './commit-sql.ts'
import { openWriter, type Connection, type Location } from './connection.ts'
import { openDatabase, type Database } from './database.ts'
import { migrations } from './migrations/all.ts'

/** Where the tests' PostgreSQL is; the test runner sets it. */
const postgresUrl = process.env['HALLWAY_TEST_POSTGRES']

interface TestPlace {
  location: Location
  remove: () => Promise<void>
}

/** An empty, migrated SQLite file that this process's tests start from. */
let sqliteTemplate: Promise<string> | undefined

async function makeSqliteTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-template-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'hallway.db')
  await (await openDatabase({ engine: 'sqlite', path })).close()
  return path
}

async function sqlitePlace(): Promise<TestPlace> {
  const template = await (sqliteTemplate ??= makeSqliteTemplate())
  const folder = mkdtempSync(join(tmpdir(), 'hallway-test-'))
  const path = join(folder, 'hallway.db')
  copyFileSync(template, path)
  return { location: { engine: 'sqlite', path }, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** A connection that makes and removes databases. */
let administrator: Promise<Connection> | undefined
test.after.always(async () => (await administrator)?.close())

/** An empty, migrated database that all processes' tests start from, named after its tables. */
let postgresTemplate: Promise<string> | undefined

const at = (url: string, database: string): Location => ({
  engine: 'postgres',
  url: Object.assign(new URL(url), { pathname: database }).href,
})

async function makePostgresTemplate(url: string, { query }: Connection): Promise<string> {
  const sql = [...migrations.flatMap(({ up }) => up('postgres')), ...commitSql('postgres')].join('\n')
  const name = `hallway_template_${createHash('sha256').update(sql).digest('hex').slice(0, 12)}`
  await query('SELECT pg_advisory_lock(776)')
  try {
    if ((await query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).length > 0) return name
    await query(`DROP DATABASE IF EXISTS ${name}_unfinished WITH (FORCE)`)
    await query(`CREATE DATABASE ${name}_unfinished`)
    await (await openDatabase(at(url, `${name}_unfinished`))).close()
    await query(`ALTER DATABASE ${name}_unfinished RENAME TO ${name}`)
    return name
  } finally {
    await query('SELECT pg_advisory_unlock(776)')
  }
}

async function postgresPlace(url: string): Promise<TestPlace> {
  const connection = await (administrator ??= openWriter({ engine: 'postgres', url }))
  const template = await (postgresTemplate ??= makePostgresTemplate(url, connection))
  const name = `test_${randomBytes(6).toString('hex')}`
  await connection.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  return { location: at(url, name), remove: async () => void (await connection.query(`DROP DATABASE ${name} WITH (FORCE)`)) }
}

type Body = (t: ExecutionContext, database: Database, location: Location) => Promise<void>

const runAt = (open: () => Promise<TestPlace>, body: Body) => async (t: ExecutionContext) => {
  const { location, remove } = await open()
  // What the body asks to be torn down, a server say, goes first.
  t.teardown(remove)
  const database = await openDatabase(location)
  try {
    await body(t, database, location)
  } finally {
    await database.close()
  }
}

/** The same database, and the text of every query that is read by it from now on. */
export const countReads = (database: Database): { counted: Database; queries: string[] } => {
  const queries: string[] = []
  const read: Database['read'] = (sql, bind) => {
    queries.push(sql)
    return database.read(sql, bind)
  }
  return { counted: { ...database, read }, queries }
}

/** Declares one test for each engine, on an empty, migrated database of its own. */
export function forEachEngine(title: string, body: Body): void {
  test(`${title} (SQLite)`, runAt(sqlitePlace, body))
  if (postgresUrl !== undefined)
    test(
      `${title} (PostgreSQL)`,
      runAt(() => postgresPlace(postgresUrl), body),
    )
  else if (process.env['CI'] !== undefined)
    test(`${title} (PostgreSQL)`, (t) => t.fail('HALLWAY_TEST_POSTGRES is not set: start the tests by `npm test`.'))
  else test.skip(`${title} (PostgreSQL; skipped: HALLWAY_TEST_POSTGRES is not set)`, () => {})
}
