import type { Engine } from '../engine.ts'

/** One step of the schema. Steps run in order of `id`, each in a transaction, once; a landed step is never edited. */
export interface Migration {
  readonly id: number
  readonly name: string
  /** The statements, in the dialect of `engine`. */
  readonly up: (engine: Engine) => readonly string[]
}

/** SQLite keeps such a table as its primary key's tree alone, which halves a narrow table. */
export const clustered = (engine: Engine): string => (engine === 'sqlite' ? ' WITHOUT ROWID' : '')

/** The key of rows that are numbered by the commit log: on SQLite the row's own number, which takes no index beside the table. */
export const positionKey = (engine: Engine): string => (engine === 'sqlite' ? 'INTEGER PRIMARY KEY' : 'BIGINT PRIMARY KEY')
