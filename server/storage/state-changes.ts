import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import { toColumn } from './column-text.ts'
import type { Database } from './database.ts'
import { eventColumns, storedEvent, type EventRow } from './events.ts'

/** A change of one entry of a room's state. */
export interface StateChange {
  /** The first version of the state that has it. */
  readonly version: number
  /** The position at which it came to be. */
  readonly pos: number
  readonly type: string
  readonly content: JsonObject
}

/** What an entry of a room's state has been over time, and what a user has made of a room that they left. */
export interface StateChangeStore {
  /** All changes of these entries, the first first. */
  ofEntries(roomNid: number, entries: readonly { readonly type: string; readonly stateKey: string }[]): Promise<StateChange[]>
  /** Whether the user has forgotten the room since they left it. */
  isForgotten(roomNid: number, userId: UserId): Promise<boolean>
}

export function createStateChangeStore(database: Database): StateChangeStore {
  return {
    ofEntries: async (roomNid, entries) => {
      const places = entries.map((_, i) => `(k.type = $${2 * i + 2} AND k.state_key = $${2 * i + 3})`).join(' OR ')
      const rows = await database.read<
        (EventRow | { [column in keyof EventRow]: null }) & { version_from: number; at: number; key_type: string }
      >(
        `SELECT ${eventColumns}, i.v_from AS version_from, v.pos AS at, sk.type AS key_type
        FROM state_interval i JOIN state_version v ON v.room_nid = i.room_nid AND v.version = i.v_from
        JOIN state_key sk ON sk.nid = i.skey_nid LEFT JOIN event e ON e.nid = i.event_nid
        LEFT JOIN event_json j ON j.nid = e.nid LEFT JOIN room r ON r.nid = e.room_nid
        WHERE i.room_nid = $1 AND i.skey_nid IN (SELECT k.nid FROM state_key k WHERE ${places}) ORDER BY i.v_from`,
        [roomNid, ...entries.flatMap(({ type, stateKey }) => [toColumn(type), toColumn(stateKey)])],
      )
      return rows.map((row) => {
        const content = row.nid === null ? {} : storedEvent(row as EventRow).pdu.content
        return { version: row.version_from, pos: row.at, type: row.key_type, content }
      })
    },
    isForgotten: async (roomNid, userId) => {
      const rows = await database.read(
        `SELECT 1 AS found FROM membership m JOIN user_id u ON u.nid = m.user_nid
        WHERE m.room_nid = $1 AND u.user_id = $2 AND m.forgotten = 1`,
        [roomNid, toColumn(userId)],
      )
      return rows.length > 0
    },
  }
}
