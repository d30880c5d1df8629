import { createBatchDraft, rowCount, type BatchDraft } from './batch-draft.ts'
import type { Batch } from './commit-tables.ts'
import type { Database } from './database.ts'
import type { LogEntry, Streams } from './streams.ts'

/** What is committed or fails as one: an event, the events of a new room, a receipt. */
export interface CommitUnit {
  /** How many positions it takes. */
  readonly positions: number
  /** Writes its rows; called when its batch is filled, once more if the batch must be retried. */
  write(draft: BatchDraft): void
  /** Called once durable, before anyone else is told, with the position before its first; gives what to announce. */
  committed(base: number): readonly LogEntry[]
  /** Called when it could not be written. */
  failed?(error: unknown): void
  /** False when what it was built on has failed, so that it must not be written. */
  valid?(): boolean
}

/** Collects units that are ready at the same time into one commit; resolves when the unit is durable. */
export interface GroupCommit {
  add(unit: CommitUnit): Promise<void>
  /** Units waiting for their commit. */
  waiting(): number
}

/** A unit was void, since what it was built on could not be stored; building it anew may succeed. */
export class StaleBuildError extends Error {
  override name = 'StaleBuildError'
}

interface Needs {
  database: Database
  streams: Streams
  /** Told of each batch's size, for budgets and figures. */
  onBatch?: (units: number, rows: number) => void
}

interface Waiting {
  unit: CommitUnit
  resolve: () => void
  reject: (error: unknown) => void
}

/** Units in one commit, at most. */
const batchSize = 200

export function createGroupCommit({ database, streams, onBatch }: Needs): GroupCommit {
  const queue: Waiting[] = []
  let running = false

  const settle = (units: readonly Waiting[], base: number): void => {
    let position = base
    const entries: LogEntry[] = []
    for (const { unit } of units) {
      for (const entry of unit.committed(position)) entries.push(entry)
      position += unit.positions
    }
    streams.publish(entries, position)
    for (const { resolve } of units) resolve()
  }

  const refuse = ({ unit, reject }: Waiting, error: unknown): void => {
    unit.failed?.(error)
    reject(error)
  }

  const write = async (take: () => Waiting[]): Promise<void> => {
    let units: Waiting[] = []
    const fill = (): { batch: Batch; positions: number } | undefined => {
      const taken = take()
      units = taken.filter(({ unit }) => unit.valid?.() ?? true)
      for (const waiting of taken)
        if (!units.includes(waiting)) refuse(waiting, new StaleBuildError('What this was built on could not be stored.'))
      if (units.length === 0) return undefined
      const draft = createBatchDraft()
      for (const { unit } of units) {
        unit.write(draft)
        draft.offset += unit.positions
      }
      const batch = draft.finish()
      onBatch?.(units.length, rowCount(batch))
      return { batch, positions: draft.offset }
    }
    try {
      await database.commit(fill, (base) => settle(units, base))
    } catch (error) {
      // One poison row must harm its own room only: each unit is tried alone.
      if (units.length === 1) refuse(units[0]!, error)
      else for (const waiting of units) await write(() => [waiting])
    }
  }

  const drain = async (): Promise<void> => {
    running = true
    while (queue.length > 0) {
      // What arrives in this turn of the event loop shares the commit.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      await write(() => queue.splice(0, batchSize))
    }
    running = false
  }

  return {
    add: (unit) =>
      new Promise((resolve, reject) => {
        queue.push({ unit, resolve, reject })
        if (!running) void drain()
      }),
    waiting: () => queue.length,
  }
}
