import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import type { Database } from './database.ts'

/** The aliases of this server. */
export interface AliasStore {
  /** The room, and who gave it the alias; `undefined` for an alias that no room has. */
  find(alias: RoomAlias): Promise<{ readonly roomId: RoomId; readonly creator: UserId } | undefined>
  /** False, and nothing changed, when the alias is taken. */
  add(alias: RoomAlias, roomId: RoomId, creator: UserId, ts: number): Promise<boolean>
  /** Takes an alias for a room that is yet to be made; false when it is taken. Then comes `bind` or `release`. */
  claim(alias: RoomAlias, creator: UserId, ts: number): Promise<boolean>
  bind(alias: RoomAlias, roomId: RoomId): Promise<void>
  release(alias: RoomAlias): Promise<void>
  remove(alias: RoomAlias): Promise<void>
  /** Lets all of a room's aliases lead to another. */
  moveAll(from: RoomId, to: RoomId): Promise<void>
  /** In alphabetical order. */
  ofRoom(roomId: RoomId): Promise<RoomAlias[]>
  /** For start-up: binds claims whose room was made before the server died, and releases the others. */
  settleClaims(): Promise<void>
}

const insert = `INSERT INTO room_alias (alias, room_id, creator, created_ts) VALUES ($1, $2, $3, $4)
  ON CONFLICT (alias) DO NOTHING RETURNING alias`

export function createAliasStore(database: Database): AliasStore {
  const put = (alias: RoomAlias, roomId: RoomId | null, creator: UserId, ts: number): Promise<boolean> =>
    database.write(async (tx) => (await tx.query(insert, [toColumn(alias), roomId, toColumn(creator), ts])).length > 0)
  const run = (sql: string, bind: readonly unknown[]): Promise<void> =>
    database.write(async (tx) => {
      await tx.query(sql, bind)
    })

  return {
    find: async (alias) => {
      const [row] = await database.read<{ room_id: RoomId; creator: string }>(
        'SELECT room_id, creator FROM room_alias WHERE alias = $1 AND room_id IS NOT NULL',
        [toColumn(alias)],
      )
      return row && { roomId: row.room_id, creator: fromColumn(row.creator) as UserId }
    },
    add: put,
    claim: (alias, creator, ts) => put(alias, null, creator, ts),
    bind: (alias, roomId) => run('UPDATE room_alias SET room_id = $2 WHERE alias = $1', [toColumn(alias), roomId]),
    release: (alias) => run('DELETE FROM room_alias WHERE alias = $1 AND room_id IS NULL', [toColumn(alias)]),
    remove: (alias) => run('DELETE FROM room_alias WHERE alias = $1', [toColumn(alias)]),
    moveAll: (from, to) => run('UPDATE room_alias SET room_id = $2 WHERE room_id = $1', [from, to]),
    ofRoom: async (roomId) => {
      const rows = await database.read<{ alias: string }>('SELECT alias FROM room_alias WHERE room_id = $1 ORDER BY alias', [roomId])
      return rows.map(({ alias }) => fromColumn(alias) as RoomAlias)
    },
    settleClaims: async () => {
      const claims = await database.read<{ alias: string }>('SELECT alias FROM room_alias WHERE room_id IS NULL')
      if (claims.length === 0) return
      const rows = await database.read<{ room_id: RoomId; body: string }>(`SELECT r.room_id, j.body FROM state_key k
        JOIN state_interval i ON i.skey_nid = k.nid AND i.v_to IS NULL JOIN event_json j ON j.nid = i.event_nid JOIN room r ON r.nid = i.room_nid
        WHERE k.type = 'm.room.canonical_alias' AND k.state_key = ''`)
      const made = new Map(rows.map(({ room_id, body }) => [(JSON.parse(body) as { content: { alias?: unknown } }).content.alias, room_id]))
      for (const { alias } of claims) {
        const roomId = made.get(fromColumn(alias))
        if (roomId === undefined) await run('DELETE FROM room_alias WHERE alias = $1', [alias])
        else await run('UPDATE room_alias SET room_id = $2 WHERE alias = $1', [alias, roomId])
      }
    },
  }
}
