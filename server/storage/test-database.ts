import test, { type ExecutionContext } from 'ava'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWriter, type Location } from './connection.ts'
import { openDatabase, type Database } from './database.ts'

/** Where the tests' PostgreSQL is; the test runner sets it. */
const postgresUrl = process.env['HALLWAY_TEST_POSTGRES']

interface TestPlace {
  location: Location
  remove: () => Promise<void>
}

async function sqlitePlace(): Promise<TestPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-test-'))
  return {
    location: { engine: 'sqlite', path: join(folder, 'hallway.db') },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function postgresPlace(url: string): Promise<TestPlace> {
  const schema = `test_${randomBytes(6).toString('hex')}`
  const run = async (sql: string) => {
    const connection = await openWriter({ engine: 'postgres', url })
    try {
      await connection.query(sql)
    } finally {
      await connection.close()
    }
  }
  await run(`CREATE SCHEMA ${schema}`)
  return { location: { engine: 'postgres', url, schema }, remove: () => run(`DROP SCHEMA ${schema} CASCADE`) }
}

type Body = (t: ExecutionContext, database: Database, location: Location) => Promise<void>

const runAt = (open: () => Promise<TestPlace>, body: Body) => async (t: ExecutionContext) => {
  const { location, remove } = await open()
  try {
    const database = await openDatabase(location)
    try {
      await body(t, database, location)
    } finally {
      await database.close()
    }
  } finally {
    await remove()
  }
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
