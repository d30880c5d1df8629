import { commitTableList, commitTables, type Batch, type CommitTableName, type Row } from './commit-tables.ts'

/**
 * A batch under construction. Units write into it one after the other; a key that two units write is written once, as the later has it,
 * since one statement cannot update a row twice.
 */
export interface BatchDraft {
  /** Where the unit that writes now begins: add it to the unit's own positions, which count from 1. */
  readonly offset: number
  insert(table: CommitTableName, row: Row): void
  /** For tables with a key. */
  put(table: CommitTableName, row: Row): void
  /** What this batch has under a key so far. */
  find(table: CommitTableName, key: Row): Row | undefined
  /** A state entry's new value from state version `version` on, which ends the one before. */
  setState(roomNid: number, skeyNid: number, version: number, eventOffset: number): void
}

interface OpenDraft extends BatchDraft {
  offset: number
  finish(): Batch
}

const keyColumns = new Map(
  commitTableList.map(([name, { columns, key = [] }]) => [name, key.map((column) => columns.findIndex((c) => c.name === column))]),
)

export function createBatchDraft(): OpenDraft {
  const inserted: Batch = {}
  const keyed = new Map<CommitTableName, Map<string, Row>>()
  const opened = new Map<string, (string | number | null)[]>()
  const draft: OpenDraft = {
    offset: 0,
    insert: (table, row) => {
      ;(inserted[table] ??= []).push(row)
    },
    put: (table, row) => {
      let rows = keyed.get(table)
      if (rows === undefined) keyed.set(table, (rows = new Map()))
      rows.set(
        keyColumns
          .get(table)!
          .map((i) => row[i])
          .join('\u0000'),
        row,
      )
    },
    find: (table, key) => keyed.get(table)?.get(key.join('\u0000')),
    setState: (roomNid, skeyNid, version, eventOffset) => {
      const key = `${roomNid} ${skeyNid}`
      const before = opened.get(key)
      if (before === undefined) draft.insert('closedState', [roomNid, skeyNid, version])
      else before[3] = version
      const row = [roomNid, skeyNid, version, null, eventOffset]
      opened.set(key, row)
      draft.insert('stateInterval', row)
    },
    finish: () => {
      for (const [table, rows] of keyed) inserted[table] = [...rows.values()]
      return inserted
    },
  }
  return draft
}

/** The number of rows that a batch writes: one for each, and one for the log's head. */
export const rowCount = (batch: Batch): number =>
  Object.keys(commitTables).reduce((sum, name) => sum + (batch[name as CommitTableName]?.length ?? 0), 1)
