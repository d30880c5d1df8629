import { createStateEntries } from './state-entries.ts'
import { countReads, forEachEngine } from './test-database.ts'

forEachEngine('overlays are read with all that they stand on by one query, and once', async (t, database) => {
  const rows: readonly [nid: number, parent: number | null, entries: readonly (readonly [number, number])[]][] = [
    [1, null, [[7, 70]]],
    [2, 1, [[8, 80]]],
    [3, 2, [[7, 0]]],
    [4, 1, [[8, 81]]],
    [5, null, [[9, 90]]],
  ]
  await database.write(async ({ query }) => {
    for (const [nid, parent, entries] of rows)
      await query('INSERT INTO overlay (nid, room_nid, base, parent, entries) VALUES ($1, 1, 12, $2, $3)', [
        nid,
        parent,
        JSON.stringify(entries),
      ])
  })
  const { counted, queries } = countReads(database)
  const stateEntries = createStateEntries({ engine: database.engine, query: counted.read })
  const read = await stateEntries.overlays([3, 4, 3])
  t.deepEqual(
    [...read].map(([nid, { base, entries, layers }]) => [nid, base, Object.fromEntries(entries), layers]),
    [
      [3, 12, { 7: 0, 8: 80 }, 3],
      [4, 12, { 7: 70, 8: 81 }, 2],
    ],
  )
  t.is(queries.length, 1)
  t.is((await stateEntries.overlays([4, 3])).size, 2)
  t.is(queries.length, 1)
  t.is((await stateEntries.overlays([5, 3])).get(5)!.layers, 1)
  t.is(queries.length, 2)
})
