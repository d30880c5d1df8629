import { existsSync } from 'node:fs'
import test from 'ava'
import { refuseMemoryDisk, refuseWeakPostgres, refuseWeakSqlite } from './durability.ts'

const STRONG = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }

test('PostgreSQL is measured with its default durability or a stronger one', (t) => {
  t.notThrows(() => refuseWeakPostgres(STRONG))
  t.notThrows(() => refuseWeakPostgres({ ...STRONG, synchronous_commit: 'remote_apply' }))
})

test('PostgreSQL that may lose an acknowledged commit is refused, by the setting’s name', (t) => {
  for (const [name, value] of [
    ['fsync', 'off'],
    ['synchronous_commit', 'off'],
    ['synchronous_commit', 'local'],
    ['full_page_writes', 'off'],
  ] as const)
    t.throws(() => refuseWeakPostgres({ ...STRONG, [name]: value }), { message: new RegExp(`${name} = ${value}`) })
  t.throws(() => refuseWeakPostgres({}), { message: /fsync = unknown/ })
})

test('a server that says its SQLite is weaker than FULL is refused, wherever it says so', (t) => {
  t.throws(() => refuseWeakSqlite({ status: 'ok', database: { synchronous: 'NORMAL' } }))
  t.throws(() => refuseWeakSqlite({ synchronous: 1 }))
  t.notThrows(() => refuseWeakSqlite({ database: { synchronous: 'full' } }))
  t.notThrows(() => refuseWeakSqlite({ database: { synchronous: 3 }, nothing: null }))
  t.notThrows(() => refuseWeakSqlite({}))
})

const withMemoryDisk = existsSync('/dev/shm') ? test : test.skip

withMemoryDisk('a folder in memory is refused', (t) => {
  t.throws(() => refuseMemoryDisk('/dev/shm'), { message: /--work/ })
})
