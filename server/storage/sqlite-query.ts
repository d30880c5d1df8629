import type { Database as SqliteHandle, Statement } from 'sqlite3'
import type { Query } from './engine.ts'
import { createLru } from './lru.ts'

const prepare = (handle: SqliteHandle, sql: string): Promise<Statement> =>
  new Promise((resolve, reject) => {
    // `?1` is numbered as it says; `$1` would be a name, numbered by first appearance.
    const statement = handle.prepare(sql.replace(/\$(\d+)/g, '?$1'), (error: Error | null) =>
      error === null ? resolve(statement) : reject(error),
    )
  })

/**
 * Queries on one SQLite handle, with the prepared statements kept: compiling the commit's trigger costs more than running it.
 * `finalize` must come before the handle is closed.
 */
export function sqliteQuery(handle: SqliteHandle): { query: Query; finalize: () => Promise<void> } {
  const finalizing = new Set<Promise<unknown>>()
  const drop = async (statement: Promise<Statement>) => {
    const done = statement.then(
      (s) =>
        new Promise<void>((resolve) => {
          s.finalize(() => resolve())
        }),
      () => {},
    )
    finalizing.add(done)
    await done
    finalizing.delete(done)
  }
  const statements = createLru<string, Promise<Statement>>(300, {
    dispose: (statement) => {
      void drop(statement)
    },
  })
  const prepared = (sql: string): Promise<Statement> => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = prepare(handle, sql)
      statements.set(sql, statement)
      statement.catch(() => statements.delete(sql))
    }
    return statement
  }
  const query: Query = async (sql, bind = []) => {
    const statement = await prepared(sql)
    return new Promise((resolve, reject) => {
      statement.all(bind, (error: Error | null, rows: never[]) => (error === null ? resolve(rows) : reject(error)))
    })
  }
  return {
    query,
    finalize: async () => {
      statements.clear()
      await Promise.all(finalizing)
    },
  }
}
