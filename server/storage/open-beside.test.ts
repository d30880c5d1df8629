import test from 'ava'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBeside } from './open-beside.ts'
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
