/** The two databases that Hallway stores its data in. */
export type Engine = 'sqlite' | 'postgres'

/** Runs SQL with `$1` values bound; gives the rows of SELECT, RETURNING and PRAGMA. */
export type Query = <Row extends object>(sql: string, bind?: readonly unknown[]) => Promise<Row[]>

/** What reads on whatever connection. */
export interface Reading {
  readonly query: Query
  readonly engine: Engine
}
