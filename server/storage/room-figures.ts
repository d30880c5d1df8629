import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Reading } from './engine.ts'
import type { Membership } from './memberships.ts'

/** A room as it stands in one moment. */
export interface RoomAsRead {
  readonly nid: number
  readonly roomId: RoomId
  /** The ID of its version. */
  readonly version: string
  readonly stateVersion: number
  readonly extremities: readonly EventId[]
  readonly isPublished: boolean
}

/** A room in figures. Each costs what the room itself has, at most. */
export interface RoomFigures {
  room(roomId: RoomId): Promise<RoomAsRead | undefined>
  /** All its events, those of state among them, and how many have each of `eventStatus`. */
  events(roomNid: number): Promise<{ readonly all: number; readonly state: number; readonly byStatus: ReadonlyMap<number, number> }>
  /** States off the main line, and the most of them that stand on one another. */
  overlays(roomNid: number): Promise<{ readonly count: number; readonly layers: number }>
  /** Citations among its state events. */
  authEdges(roomNid: number): Promise<number>
  /** When the last event of its timeline was sent, in milliseconds since the epoch. */
  lastSent(roomNid: number): Promise<number | undefined>
  /** Entries of its state at a version. */
  entriesAt(roomNid: number, version: number): Promise<number>
  /** Users by server and membership. */
  servers(roomNid: number): Promise<readonly { readonly server: string; readonly membership: Membership; readonly count: number }[]>
  /** Those of these users who are joined. */
  joinedAmong(roomNid: number, userIds: readonly string[]): Promise<ReadonlySet<string>>
}

const columnsOfRoom = `r.nid, r.version, h.state_version, h.extremities,
  (SELECT COUNT(*) FROM published_room p WHERE p.room_nid = r.nid) AS published`

/** On every engine: what stands behind the first colon of a user ID. */
const serverOf = { sqlite: "substr(u.user_id, instr(u.user_id, ':') + 1)", postgres: "substr(u.user_id, strpos(u.user_id, ':') + 1)" }

export function createRoomFigures({ query, engine }: Reading): RoomFigures {
  const one = async (sql: string, bind: readonly unknown[]): Promise<number | undefined> =>
    (await query<{ n: number | null }>(sql, bind))[0]?.n ?? undefined

  return {
    room: async (roomId) => {
      const [row] = await query<{ nid: number; version: string; state_version: number; extremities: string; published: number }>(
        `SELECT ${columnsOfRoom} FROM room r JOIN room_head h ON h.room_nid = r.nid WHERE r.room_id = $1`,
        [toColumn(roomId)],
      )
      return (
        row && {
          nid: row.nid,
          roomId,
          version: row.version,
          stateVersion: row.state_version,
          extremities: JSON.parse(row.extremities) as EventId[],
          isPublished: row.published > 0,
        }
      )
    },
    events: async (roomNid) => {
      const rows = await query<{ status: number; n: number }>(
        'SELECT status, COUNT(*) AS n FROM event WHERE room_nid = $1 AND status IS NOT NULL GROUP BY status',
        [roomNid],
      )
      return {
        all: (await one('SELECT COUNT(*) AS n FROM event WHERE room_nid = $1', [roomNid]))!,
        state: (await one('SELECT COUNT(*) AS n FROM auth_cited WHERE room_nid = $1', [roomNid]))!,
        byStatus: new Map(rows.map(({ status, n }) => [status, n])),
      }
    },
    overlays: async (roomNid) => {
      const rows = await query<{ nid: number; parent: number | null }>('SELECT nid, parent FROM overlay WHERE room_nid = $1 ORDER BY nid', [
        roomNid,
      ])
      const layers = new Map<number, number>()
      let most = 0
      for (const { nid, parent } of rows) {
        const own = parent === null ? 1 : (layers.get(parent) ?? 0) + 1
        layers.set(nid, own)
        most = Math.max(most, own)
      }
      return { count: rows.length, layers: most }
    },
    authEdges: async (roomNid) =>
      (await one(
        `SELECT COALESCE(SUM(CASE WHEN cited = '' THEN 0 ELSE LENGTH(cited) - LENGTH(REPLACE(cited, ',', '')) + 1 END), 0) AS n
        FROM auth_cited WHERE room_nid = $1`,
        [roomNid],
      ))!,
    lastSent: (roomNid) => one('SELECT ts AS n FROM event WHERE room_nid = $1 AND pos IS NOT NULL ORDER BY pos DESC LIMIT 1', [roomNid]),
    entriesAt: async (roomNid, version) =>
      (await one(
        `SELECT COUNT(*) AS n FROM state_interval
        WHERE room_nid = $1 AND v_from <= $2 AND (v_to IS NULL OR v_to > $2) AND event_nid > 0`,
        [roomNid, version],
      ))!,
    servers: async (roomNid) => {
      const rows = await query<{ server: string; membership: Membership; n: number }>(
        `SELECT ${serverOf[engine]} AS server, m.membership, COUNT(*) AS n
        FROM membership m JOIN user_id u ON u.nid = m.user_nid WHERE m.room_nid = $1 GROUP BY 1, 2`,
        [roomNid],
      )
      return rows.map(({ server, membership, n }) => ({ server: fromColumn(server), membership, count: n }))
    },
    joinedAmong: async (roomNid, userIds) => {
      if (userIds.length === 0) return new Set()
      const rows = await query<{ user_id: string }>(
        `SELECT u.user_id FROM user_id u JOIN membership m ON m.user_nid = u.nid
        WHERE u.user_id ${inList(engine, '$2', 'text')} AND m.room_nid = $1 AND m.membership = 'join'`,
        [roomNid, JSON.stringify(userIds.map(toColumn))],
      )
      return new Set(rows.map((row) => fromColumn(row.user_id) as UserId))
    },
  }
}
