import type { Database } from '../../storage/database.ts'
import type { Cost } from './measures.ts'

/** The tables that hold states: intervals, versions, keys, overlays. */
const stateTables = ['state_interval', 'state_version', 'state_key', 'overlay']

/** Bytes of the state tables with their indexes, in MB; on PostgreSQL after VACUUM. */
export async function tableCost(database: Database): Promise<Cost> {
  const limit = database.engine === 'sqlite' ? 20 : 45
  let bytes = 0
  if (database.engine === 'sqlite') {
    const named = stateTables.map((table) => `'${table}'`).join()
    const rows = await database.read<{ bytes: number }>(
      `SELECT SUM(pgsize) AS bytes FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name IN (${named}))`,
    )
    bytes = rows[0]!.bytes
  } else {
    for (const table of stateTables) {
      await database.read(`VACUUM FULL ${table}`)
      const rows = await database.read<{ bytes: number }>(`SELECT pg_total_relation_size('${table}') AS bytes`)
      bytes += rows[0]!.bytes
    }
  }
  return { what: 'state tables of 20,000 members and 100,000 changes', value: bytes / 2 ** 20, unit: 'MB', limit }
}
