import type { LogEntry } from './streams.ts'

export type Engine = 'sqlite' | 'postgres'

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
  /** Reads what is committed, on a connection of the read pool. */
  read<Row extends object>(sql: string, bind?: readonly unknown[]): Promise<Row[]>
  /** Runs `work` in one write transaction; writers queue, so keep `work` short and await nothing but `tx` in it. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}
