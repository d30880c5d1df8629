import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'
import { eventColumns, eventJoins, storedEvent, type EventRow } from './events.ts'
import type { StoredEvent } from './stored-event.ts'

/** Which entries of a room's state are meant. */
export type StateSelection =
  | { readonly kind: 'all' }
  /** Everything but `m.room.member`, of which a room may have tens of thousands. */
  | { readonly kind: 'without-members' }
  /** The memberships of these users alone. */
  | { readonly kind: 'members'; readonly userIds: readonly string[] }
  | { readonly kind: 'keys'; readonly skeyNids: readonly number[] }

/** The state of rooms, which is kept as intervals of versions: an entry is valid from `v_from` to before `v_to`. */
export interface StateStore {
  current(roomNid: number, selection: StateSelection): Promise<StoredEvent[]>
  /** The state at a version: 0 is before the create event. */
  at(roomNid: number, version: number, selection: StateSelection): Promise<StoredEvent[]>
  /** The entries of version `to` that version `from` did not have. */
  changed(roomNid: number, from: number, to: number, selection: StateSelection): Promise<StoredEvent[]>
  /** What version `from` had, or one since, and version `to` has no more. */
  gone(roomNid: number, from: number, to: number): Promise<{ readonly type: string; readonly stateKey: string }[]>
  /** The version that the room had at a position of the log. */
  versionAt(roomNid: number, pos: number): Promise<number>
}

export function createStateStore(database: Database): StateStore {
  const { engine } = database
  const narrowed = (selection: StateSelection, parameter: `$${number}`): { sql: string; bind: unknown[] } => {
    switch (selection.kind) {
      case 'all':
        return { sql: '', bind: [] }
      case 'without-members':
        return { sql: " AND e.type <> 'm.room.member'", bind: [] }
      case 'keys':
        return { sql: ` AND i.skey_nid ${inList(engine, parameter, 'bigint')}`, bind: [JSON.stringify(selection.skeyNids)] }
      case 'members':
        return {
          sql: ` AND i.skey_nid IN (SELECT k.nid FROM state_key k WHERE k.type = 'm.room.member' AND k.state_key ${inList(engine, parameter, 'text')})`,
          bind: [JSON.stringify(selection.userIds.map(toColumn))],
        }
    }
  }
  const select = async (where: string, bind: readonly unknown[], selection: StateSelection): Promise<StoredEvent[]> => {
    const narrow = narrowed(selection, `$${bind.length + 1}`)
    const rows = await database.read<EventRow>(
      `SELECT ${eventColumns} FROM state_interval i JOIN event e ON e.nid = i.event_nid ${eventJoins}
      WHERE ${where}${narrow.sql}`,
      [...bind, ...narrow.bind],
    )
    return rows.map(storedEvent)
  }

  return {
    current: (roomNid, selection) => select('i.room_nid = $1 AND i.v_to IS NULL', [roomNid], selection),
    at: (roomNid, version, selection) =>
      select('i.room_nid = $1 AND i.v_from <= $2 AND (i.v_to IS NULL OR i.v_to > $2)', [roomNid, version], selection),
    changed: (roomNid, from, to, selection) =>
      select('i.room_nid = $1 AND i.v_from > $2 AND i.v_from <= $3 AND (i.v_to IS NULL OR i.v_to > $3)', [roomNid, from, to], selection),
    gone: async (roomNid, from, to) => {
      const rows = await database.read<{ type: string; state_key: string }>(
        `SELECT k.type, k.state_key FROM state_interval i JOIN state_key k ON k.nid = i.skey_nid
        WHERE i.room_nid = $1 AND i.v_from > $2 AND i.v_from <= $3 AND (i.v_to IS NULL OR i.v_to > $3) AND i.event_nid = 0`,
        [roomNid, from, to],
      )
      return rows.map((row) => ({ type: fromColumn(row.type), stateKey: fromColumn(row.state_key) }))
    },
    versionAt: async (roomNid, pos) => {
      const [row] = await database.read<{ version: number }>(
        'SELECT version FROM state_version WHERE room_nid = $1 AND pos <= $2 ORDER BY version DESC LIMIT 1',
        [roomNid, pos],
      )
      return row?.version ?? 0
    },
  }
}
