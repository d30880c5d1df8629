import pg from 'pg'
import { Sequelize } from 'sequelize'
import type { Database as SqliteHandle } from 'sqlite3'
import type { Engine, Query } from './engine.ts'
import { sqliteQuery } from './sqlite-query.ts'

/** Where the data lie. `schema` (PostgreSQL) keeps several databases' tables apart in one; tests use it. */
export type Location =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly schema?: string }

/** A pool of connections that runs SQL. */
export interface Connection {
  readonly query: Query
  /** Runs `work` on one connection that nobody else uses meanwhile. */
  hold<T>(work: (query: Query) => Promise<T>): Promise<T>
  close(): Promise<void>
}

// Counts, positions and times are 64-bit there; all of ours are safe integers.
pg.types.setTypeParser(20, Number)

async function openSqlite(path: string, pragmas: readonly string[]): Promise<Connection> {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: path, logging: false })
  const handle = (await sequelize.connectionManager.getConnection({ type: 'write' } as never)) as SqliteHandle
  const { query, finalize } = sqliteQuery(handle)
  for (const pragma of ['busy_timeout = 10000', ...pragmas]) await query(`PRAGMA ${pragma}`)
  return {
    query,
    hold: (work) => work(query),
    close: async () => {
      await finalize()
      await sequelize.close()
    },
  }
}

function openPostgres({ url, schema }: Location & { engine: 'postgres' }, size: number): Connection {
  const settings = {
    logging: false,
    pool: { min: 0, max: size, idle: 60_000, acquire: 30_000 },
    // Told no version, it connects once more than it needs to, to ask. This is the oldest that it knows; nothing here depends on it.
    databaseVersion: '9.5.0',
    ...(schema !== undefined && { dialectOptions: { options: `-c search_path=${schema}` } }),
  }
  const sequelize = new Sequelize(url, settings)
  const { connectionManager } = sequelize
  const hold: Connection['hold'] = async (work) => {
    const client = (await connectionManager.getConnection({ type: 'write' } as never)) as pg.Client
    try {
      return await work(async (sql, bind = []) => (await client.query(sql, bind as unknown[])).rows)
    } finally {
      connectionManager.releaseConnection(client as never)
    }
  }
  return { hold, query: (sql, bind) => hold((query) => query(sql, bind)), close: () => sequelize.close() }
}

// WAL and `synchronous=FULL`: an acknowledged commit survives a loss of power. `secure_delete`: what is freed within pages that are written
// anyway is zeroed, so that no copy of an erased text lingers there.
const writerPragmas = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'secure_delete = FAST',
  'wal_autocheckpoint = 4000',
  'cache_size = -32000',
]

/** The one connection that writes. */
export const openWriter = async (location: Location): Promise<Connection> =>
  location.engine === 'sqlite' ? openSqlite(location.path, writerPragmas) : openPostgres(location, 1)

/** Connections that only read. */
export async function openReaders(location: Location, size: number): Promise<Connection> {
  if (location.engine === 'postgres') return openPostgres(location, size)
  const { path } = location
  const readers = await Promise.all(Array.from({ length: size }, () => openSqlite(path, ['query_only = 1', 'cache_size = -16000'])))
  let turn = 0
  const next = () => readers[turn++ % readers.length]!
  return {
    query: (sql, bind) => next().query(sql, bind),
    hold: (work) => next().hold(work),
    close: async () => {
      await Promise.all(readers.map((reader) => reader.close()))
    },
  }
}

/** `expression = one of …` over a bound JSON array: one parameter, however many values. On PostgreSQL an array, since a sub-select would hide the index. */
export const inList = (engine: Engine, parameter: `$${number}`, type: 'text' | 'bigint'): string =>
  engine === 'sqlite'
    ? `IN (SELECT value FROM json_each(${parameter}))`
    : `= ANY (ARRAY(SELECT value::${type} FROM jsonb_array_elements_text(${parameter}::jsonb) AS v(value)))`
