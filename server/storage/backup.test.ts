import test from 'ava'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBackUp } from './backup.ts'
import { openWriter, type Location } from './connection.ts'
import { openDatabase, type Database } from './database.ts'
import { createRestore } from './restore.ts'
import { acquireRunLock } from './run-lock.ts'
import { openServerIdentity } from './server-identity.ts'
import { createMigrationCopy } from './sqlite-copy.ts'
import { forEachEngine } from './test-database.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'hallway-test-'))

/** An empty place on the same engine; PostgreSQL's is thrown away after `body`. */
const elsewhere = async (location: Location, folder: string, body: (place: Location) => Promise<void>): Promise<void> => {
  if (location.engine === 'sqlite') return body({ engine: 'sqlite', path: join(folder, 'restored', 'hallway.db') })
  const place = { ...location, schema: `test_${randomBytes(6).toString('hex')}` }
  const run = async (sql: string) => {
    const connection = await openWriter(location)
    await connection.query(sql)
    await connection.close()
  }
  await run(`CREATE SCHEMA ${place.schema}`)
  try {
    await body(place)
  } finally {
    await run(`DROP SCHEMA ${place.schema} CASCADE`)
  }
}

const fill = async (database: Database): Promise<void> => {
  await openServerIdentity({ database, serverName: 'hs' })
  await database.commit(
    () => ({
      batch: {
        eventJson: [
          [1, '{"a":"é\\u0000\\"\\n#"}'],
          [2, ''],
        ],
        edge: [[1, '$\u0001x']],
      },
      positions: 2,
    }),
    () => {},
  )
  await database.write(async (tx) => {
    await tx.query("INSERT INTO device (user_id, device_id, created_ts) VALUES ('@a:hs', 'A', 9007199254740991), ('@a:hs', 'B', 1)")
    await tx.query("DELETE FROM device WHERE device_id = 'B'")
  })
}

const contents = async (database: Database): Promise<unknown> => ({
  json: await database.read('SELECT * FROM event_json ORDER BY nid'),
  edges: await database.read('SELECT * FROM edge'),
  devices: await database.read('SELECT * FROM device'),
  schema: await database.read('SELECT id, name FROM schema_version ORDER BY id'),
  head: await database.read('SELECT pos FROM log_head'),
})

forEachEngine('a backup of a running server is restored whole, as a new incarnation', async (t, database, location) => {
  const folder = newFolder()
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await fill(database)
  const lock = await acquireRunLock({ location, onLost: () => {} })
  const file = join(folder, 'backup')
  const { bytes } = await createBackUp({ location })(file)
  t.is(bytes, statSync(file).size)
  t.is(statSync(file).mode & 0o777, 0o600)
  await t.throwsAsync(createBackUp({ location })(file), { message: /exists already/ })
  await t.throwsAsync(createRestore({ location })(file, { force: true }), { message: /Another Hallway runs/ })
  await lock.release()
  await t.throwsAsync(createRestore({ location })(file, { force: false }), { message: /--force/ })

  await elsewhere(location, folder, async (place) => {
    t.deepEqual(await createRestore({ location: place })(file, { force: false }), { movedTo: undefined })
    const restored = await openDatabase(place)
    t.deepEqual(await contents(restored), await contents(database))
    const [before, after] = await Promise.all([database, restored].map((each) => openServerIdentity({ database: each, serverName: 'hs' })))
    t.not(after?.incarnation, before?.incarnation)
    t.deepEqual({ ...after, incarnation: '' }, { ...before, incarnation: '' })
    // It goes on from where it was: no position and no device's number comes twice.
    await restored.commit(
      () => ({ batch: { edge: [[1, '$b']] }, positions: 1 }),
      (base) => t.is(base, 2),
    )
    const insert = "INSERT INTO device (user_id, device_id, created_ts) VALUES ('@a:hs', 'C', 1) RETURNING device_nid"
    t.deepEqual(await restored.write((tx) => tx.query(insert)), [{ device_nid: 3 }])
    await restored.close()
  })
})

forEachEngine('with --force what was there is moved aside and kept', async (t, database, location) => {
  const folder = newFolder()
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await fill(database)
  const file = join(folder, 'backup')
  await createBackUp({ location })(file)
  await elsewhere(location, folder, async (place) => {
    const other = await openDatabase(place)
    await openServerIdentity({ database: other, serverName: 'other' })
    await other.close()
    const { movedTo } = await createRestore({ location: place })(file, { force: true })
    const aside = place.engine === 'sqlite' ? { ...place, path: movedTo! } : { ...place, schema: movedTo! }
    for (const [at, serverName] of [
      [place, 'hs'],
      [aside, 'other'],
    ] as const) {
      const opened = await openDatabase(at)
      t.false((await openServerIdentity({ database: opened, serverName })).fresh)
      if (at === aside && at.engine === 'postgres') await opened.write((tx) => tx.query(`DROP SCHEMA ${at.schema} CASCADE`))
      await opened.close()
    }
  })
})

forEachEngine('a backup that is cut off, or is none, changes nothing', async (t, database, location) => {
  const folder = newFolder()
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await fill(database)
  const before = await contents(database)
  const file = join(folder, 'backup')
  const { bytes } = await createBackUp({ location })(file)
  truncateSync(file, bytes - 5000 > 0 ? bytes - 5000 : bytes - 20)
  writeFileSync(join(folder, 'text'), 'This is just a text of some length.')
  const restore = createRestore({ location })
  await t.throwsAsync(restore(file, { force: true }))
  await t.throwsAsync(restore(join(folder, 'text'), { force: true }), { message: /is no backup of Hallway/ })
  await t.throwsAsync(restore(join(folder, 'absent'), { force: true }), { message: /cannot be read/ })
  t.deepEqual(await contents(database), before)
  await t.throwsAsync(createBackUp({ location })(join(folder, 'absent', 'backup')))
  t.deepEqual(readdirSync(folder).toSorted(), ['backup', 'text'])
})

test('before a migration SQLite is copied; the last two copies stay', async (t) => {
  const folder = newFolder()
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'hallway.db')
  await (await openDatabase({ engine: 'sqlite', path })).close()
  const copy = createMigrationCopy({ engine: 'sqlite', path })
  for (const schema of [8, 9, 10, 10]) await copy(schema)
  t.deepEqual(readdirSync(folder).toSorted(), ['hallway.db', 'hallway.db.schema-10', 'hallway.db.schema-9'])
  t.is(readFileSync(`${path}.schema-10`).subarray(0, 15).toString(), 'SQLite format 3')
})
