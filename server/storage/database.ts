import { createCommitBatch } from './commit-batch.ts'
import type { Batch } from './commit-tables.ts'
import { openReaders, openWriter, type Connection, type Location } from './connection.ts'
import type { Engine } from './engine.ts'
import { migrate } from './migrator.ts'
import type { LogEntry } from './streams.ts'
import { createWriteQueue } from './write-queue.ts'

/** A write transaction: nothing is durable, or visible to others, before its work resolves. */
export interface Transaction {
  /** Runs SQL with `$1` values bound; the rows it returns (with RETURNING or SELECT). */
  query<Row extends object>(sql: string, bind?: readonly unknown[]): Promise<Row[]>
  /** The next position of the commit log, taken by this transaction. */
  position(): Promise<number>
  /** Tells the streams, after the commit, that something took a position. */
  announce(entry: LogEntry): void
}

/** The one way to the data, on either engine. Both take `$1`-style SQL; booleans are 0 and 1, times are milliseconds, JSON is text. */
export interface Database {
  readonly engine: Engine
  /** Where the data lie, for those who need connections of their own. */
  readonly location: Location
  /** Reads what is committed, on a connection of the read pool. */
  read<Row extends object>(sql: string, bind?: readonly unknown[]): Promise<Row[]>
  /** Runs `work` in one write transaction; writers queue, so keep `work` short and await nothing but `tx` in it. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * Writes a batch in one round trip, on the write connection, in turn with `write`. `fill` is called when the turn has come.
   * Gives the position before the batch's first. `undefined` from `fill`: there is nothing to write.
   */
  commit(fill: () => { readonly batch: Batch; readonly positions: number } | undefined, committed: (base: number) => void): Promise<void>
  /** Calls `listener` for what transactions announce, after their commit and in order. */
  onAnnounce(listener: (entries: readonly LogEntry[]) => void): void
  /** The last committed position. */
  head(): number
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** How many connections read beside the one that writes. */
  readonly readers?: number
  /** Called before a migration changes an existing database, with its present schema's number. */
  readonly beforeMigration?: (from: number) => Promise<void>
}

/**
 * Opens the database, migrating it where needed.
 * @throws Error when its schema is newer than this program.
 */
export async function openDatabase(location: Location, { readers: size = 3, beforeMigration }: DatabaseOptions = {}): Promise<Database> {
  const writer = await openWriter(location)
  try {
    await migrate(writer, location.engine, beforeMigration)
  } catch (error) {
    await writer.close()
    throw error
  }
  const readers = await openReaders(location, size)
  return assemble(location, writer, readers, await readHead(writer))
}

const readHead = async (connection: Connection): Promise<number> =>
  (await connection.query<{ pos: number }>('SELECT pos FROM log_head WHERE id = 1'))[0]!.pos

function assemble(location: Location, writer: Connection, readers: Connection, start: number): Database {
  const { engine } = location
  let head = start
  const listeners: ((entries: readonly LogEntry[]) => void)[] = []
  const enqueue = createWriteQueue()

  const commitBatch = createCommitBatch({ engine, query: writer.query })

  const transact = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    writer.hold(async (query) => {
      const entries: LogEntry[] = []
      let taken: number | undefined
      const position = async () =>
        (taken = (await query<{ pos: number }>('UPDATE log_head SET pos = pos + 1 WHERE id = 1 RETURNING pos'))[0]!.pos)
      await query(engine === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN')
      let result: T
      try {
        result = await work({
          query,
          position,
          announce: (entry) => {
            entries.push(entry)
          },
        })
        await query('COMMIT')
      } catch (error) {
        await query('ROLLBACK').catch(() => {})
        throw error
      }
      if (taken !== undefined) head = taken
      if (entries.length > 0) for (const listener of listeners) listener(entries)
      return result
    })

  return {
    engine,
    location,
    read: readers.query,
    write: (work) => enqueue(() => transact(work)),
    commit: (fill, committed) =>
      enqueue(async () => {
        const filled = fill()
        if (filled === undefined) return
        try {
          const base = await commitBatch(filled.batch, filled.positions, head)
          head = base + filled.positions
          committed(base)
        } catch (error) {
          // Another process (an administrator's command) may have taken positions.
          head = await readHead(writer)
          throw error
        }
      }),
    onAnnounce: (listener) => {
      listeners.push(listener)
    },
    head: () => head,
    close: () =>
      enqueue(async () => {
        await Promise.all([writer.close(), readers.close()])
      }),
  }
}
