import { openDatabase } from './database.ts'
import { openWriter } from './connection.ts'
import { forEachEngine } from './test-database.ts'

forEachEngine('a transaction that throws leaves nothing behind', async (t, database) => {
  await t.throwsAsync(
    database.write(async (tx) => {
      await tx.query("INSERT INTO meta (key, value) VALUES ('a', '1')")
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.deepEqual(await database.read("SELECT * FROM meta WHERE key = 'a'"), [])
})

forEachEngine('positions count up by one, over transactions and batches alike', async (t, database) => {
  const taken: number[] = []
  await database.write(async (tx) => {
    taken.push(await tx.position(), await tx.position())
  })
  await database.commit(
    () => ({ batch: {}, positions: 3 }),
    (base) => taken.push(base + 1, base + 3),
  )
  await database.write(async (tx) => {
    taken.push(await tx.position())
  })
  t.deepEqual(taken, [1, 2, 3, 5, 6])
  t.is(database.head(), 6)
})

forEachEngine('a batch fails whole, and its positions are used again', async (t, database) => {
  const edge = (id: string) => ({ batch: { edge: [[1, id]] }, positions: 1 })
  await t.throwsAsync(
    database.commit(
      () => ({
        batch: {
          edge: [
            [1, '$b'],
            [1, '$b'],
          ],
        },
        positions: 2,
      }),
      () => t.fail(),
    ),
  )
  await database.commit(
    () => edge('$a'),
    (base) => t.is(base, 0),
  )
  t.deepEqual(await database.read('SELECT nid, prev_id FROM edge'), [{ nid: 1, prev_id: '$a' }])
})

forEachEngine('announcements follow the commit, in order', async (t, database) => {
  const heard: number[] = []
  database.onAnnounce((entries) => {
    for (const { pos } of entries) heard.push(pos)
  })
  const announce = () =>
    database.write(async (tx) => {
      tx.announce({ kind: 'profile', userId: '@a:x', pos: await tx.position() })
    })
  await Promise.all([announce(), announce(), announce()])
  t.deepEqual(heard, [1, 2, 3])
})

forEachEngine('a database of a newer schema is refused with the reason', async (t, database, location) => {
  await database.write(async (tx) => {
    await tx.query("INSERT INTO schema_version (id, name, ts) VALUES (9999, 'later', 0)")
  })
  await t.throwsAsync(openDatabase(location), { message: /schema 9999.*newer Hallway/ })
})

forEachEngine('the write connection flushes every commit to disk', async (t, _database, location) => {
  const writer = await openWriter(location)
  if (location.engine === 'sqlite') t.deepEqual(await writer.query('PRAGMA synchronous'), [{ synchronous: 2 }])
  else
    t.deepEqual(await writer.query("SELECT current_setting('fsync') AS f, current_setting('synchronous_commit') AS s"), [
      { f: 'on', s: 'on' },
    ])
  await writer.close()
})

forEachEngine('the write connection zeroes what it frees within the pages that it writes', async (t, _database, location) => {
  if (location.engine !== 'sqlite') return void t.pass("PostgreSQL's vacuum looks after what is freed.")
  const writer = await openWriter(location)
  t.teardown(writer.close)
  t.deepEqual(await writer.query('PRAGMA secure_delete'), [{ secure_delete: 2 }])
})
