import { sqliteStatements } from './commit-sql.ts'
import { commitTableList } from './commit-tables.ts'
import { forEachEngine } from './test-database.ts'

forEachEngine('no statement of a commit walks through a table', async (t, database) => {
  if (database.engine !== 'sqlite') {
    t.pass('PostgreSQL runs a statement only where a batch has rows for it.')
    return
  }
  const tables = new Set(commitTableList.map(([, { table }]) => table))
  for (const statement of sqliteStatements()) {
    const plan = await database.read<{ detail: string }>(
      `EXPLAIN QUERY PLAN ${statement.replaceAll('NEW.base', '0').replaceAll('NEW.rows', "'{}'")}`,
    )
    const walks = plan.map(({ detail }) => detail).filter((detail) => /^SCAN/.test(detail) && tables.has(detail.split(' ')[1]!))
    t.deepEqual(walks, [], statement)
  }
})
