import { createStateChangeStore } from './state-changes.ts'
import { forEachEngine } from './test-database.ts'

forEachEngine('the changes of some state entries are found without a walk through the events', async (t, database) => {
  const asked: string[] = []
  const noting: typeof database = {
    ...database,
    read: (sql, bind) => {
      asked.push(sql)
      return database.read(sql, bind)
    },
  }
  t.deepEqual(await createStateChangeStore(noting).ofEntries(1, [{ type: 'm.room.member', stateKey: '@ada:one.example' }]), [])
  for (const sql of asked) {
    if (database.engine !== 'sqlite') continue
    const plan = await database.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, [1, 'm.room.member', '@ada:one.example'])
    const walks = plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|MATERIALIZE)/.test(detail))
    t.deepEqual(walks, [], sql)
  }
  t.is(asked.length, 1)
})
