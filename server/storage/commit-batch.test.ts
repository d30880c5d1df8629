import type { Batch, CommitTableName, Row } from './commit-tables.ts'
import { forEachEngine } from './test-database.ts'

/** A row of each of some tables, different for each number. */
const rowsOf = (i: number): readonly (readonly [name: CommitTableName, table: string, row: Row])[] => [
  ['edge', 'edge', [1, `$${i}`]],
  ['backwardExtremity', 'backward_extremity', [i, '$event']],
  ['stateVersion', 'state_version', [i, 1, 1]],
  ['mention', 'mention', [i, 1, 1, 0]],
  ['receipt', 'receipt', [i, 1, 'm.read', '', '$event', 1, 1, 1]],
  ['accountData', 'account_data', [i, 1, 'type', '{}', 1]],
  ['roomHead', 'room_head', [i, 1, 1, '[]', 1, 1]],
]

forEachEngine('a batch is written whichever tables it fills, and however many such batches there were', async (t, database) => {
  const written = new Map<string, number>()
  for (let set = 1; set < 128; set++) {
    const filled = rowsOf(set).filter((_, at) => (set >> at) & 1)
    const batch: Batch = Object.fromEntries(filled.map(([name, , row]) => [name, [row]]))
    await database.commit(
      () => ({ batch, positions: 1 }),
      (base) => t.is(base, set - 1),
    )
    for (const [, table] of filled) written.set(table, (written.get(table) ?? 0) + 1)
  }
  t.is(database.head(), 127)
  for (const [table, count] of written)
    t.is(Number((await database.read<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n), count, table)
})
