import { sqliteCommit } from './commit-sql.ts'
import { commitTableList, type Batch, type CommitTableName } from './commit-tables.ts'
import type { Engine, Query } from './engine.ts'

/** Writes a batch that takes so many positions, in one round trip; gives the position before its first. */
export type CommitBatch = (batch: Batch, positions: number, head: number) => Promise<number>

/** Sets of tables that have triggers of their own, at most; what is rarer uses that for all tables. */
const setsMost = 100

/** On SQLite the head must be told: the trigger refuses where another process has moved it. @param query on the connection that writes */
export function createCommitBatch({ engine, query }: { engine: Engine; query: Query }): CommitBatch {
  if (engine === 'postgres')
    return async (batch, positions) =>
      (await query<{ base: number }>('SELECT commit_batch($1, $2) AS base', [positions, JSON.stringify(batch)]))[0]!.base

  const views = new Map<string, string>()
  const make = async (view: string, tables: readonly CommitTableName[]): Promise<string> => {
    for (const statement of sqliteCommit(view, tables)) await query(statement)
    return view
  }
  /** Most batches fill the same few tables, and a statement without rows costs about as much as one with a row. */
  const viewFor = async (batch: Batch): Promise<string> => {
    const filled = commitTableList.map(([name]) => name).filter((name) => batch[name] !== undefined)
    const key = filled.join()
    let view = views.get(key) ?? (views.size < setsMost ? undefined : views.get(''))
    if (view === undefined) {
      if (views.size === 0)
        views.set(
          '',
          await make(
            'commit_0',
            commitTableList.map(([name]) => name),
          ),
        )
      views.set(key, (view = await make(`commit_${views.size}`, filled)))
    }
    return view
  }
  return async (batch, positions, base) => {
    await query(`INSERT INTO ${await viewFor(batch)} (base, positions, rows) VALUES ($1, $2, jsonb($3))`, [
      base,
      positions,
      JSON.stringify(batch),
    ])
    return base
  }
}
