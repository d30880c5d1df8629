import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireRunLock } from './run-lock.ts'
import { forEachEngine } from './test-database.ts'

const onLost = (error: Error): never => {
  throw error
}

forEachEngine('a second server is refused until the first one ends', async (t, database, location) => {
  const first = await acquireRunLock({ location, onLost })
  await t.throwsAsync(acquireRunLock({ location, onLost }), { message: 'Another Hallway runs on this database: stop it first.' })
  t.is((await database.read('SELECT 1 AS one')).length, 1)
  await first.release()
  await (await acquireRunLock({ location, onLost })).release()
})

test('a server that was killed leaves no lock behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const location = { engine: 'sqlite', path: join(folder, 'new', 'hallway.db') } as const
  const script = `const { acquireRunLock } = await import(${JSON.stringify(join(import.meta.dirname, 'run-lock.ts'))})
    await acquireRunLock({ location: ${JSON.stringify(location)}, onLost() {} })
    console.log('held')
    process.stdin.resume().on('end', () => process.exit())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await t.throwsAsync(acquireRunLock({ location, onLost }), { message: /Another Hallway/ })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await acquireRunLock({ location, onLost })).release()
  t.pass()
})

forEachEngine('a lost lock is told', async (t, database, location) => {
  if (database.engine === 'sqlite') return void t.pass('The system itself keeps the lock of a file.')
  const lost = new Promise<Error>((resolve) => {
    // The view shows the locks of all databases.
    const own = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    void acquireRunLock({ location, onLost: resolve }).then(() =>
      database.read(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE ${own}`),
    )
  })
  t.true((await lost) instanceof Error)
})
