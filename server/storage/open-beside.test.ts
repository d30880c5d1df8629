import test from 'ava'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBeside, readBeside } from './open-beside.ts'
import { forEachEngine } from './test-database.ts'

forEachEngine('a command works beside the server, but leaves an older schema alone', async (t, database, location) => {
  const beside = await openBeside(location)
  await beside.write((tx) => tx.query("INSERT INTO admin_link (token_hash, expires_ts) VALUES ('h', 1)"))
  await beside.close()
  t.is((await database.read('SELECT 1 AS one FROM admin_link')).length, 1)
  await database.write((tx) => tx.query('DELETE FROM schema_version WHERE id > 1'))
  await t.throwsAsync(openBeside(location), { message: /restart the server/ })
})

test('a command makes no database', async (t) => {
  const path = join(tmpdir(), 'hallway-absent', 'hallway.db')
  await t.throwsAsync(openBeside({ engine: 'sqlite', path }), { message: /start the server once/ })
  t.false(existsSync(path))
})

forEachEngine('who reads beside the server sees one moment, and cannot write', async (t, database, location) => {
  const count = "SELECT COUNT(*) AS n FROM meta WHERE key = 'k'"
  const seen = await readBeside(location, async ({ query }) => {
    const before = await query(count)
    await database.write((tx) => tx.query("INSERT INTO meta (key, value) VALUES ('k', 'v')"))
    const after = await query(count)
    await t.throwsAsync(query("DELETE FROM meta WHERE key = 'k'"))
    return [before, after]
  })
  t.deepEqual(seen, [[{ n: 0 }], [{ n: 0 }]])
  t.is((await database.read(count)).length, 1)
  await t.throwsAsync(
    readBeside({ engine: 'sqlite', path: '/nowhere/hallway.db' }, async () => {}),
    { message: /start the server once/ },
  )
})
