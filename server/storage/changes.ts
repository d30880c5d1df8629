import type { RoomId } from '../../spec/identifiers.ts'
import type { Database } from './database.ts'

/** What changed for a user after a position, for tokens older than memory. */
export interface ChangeStore {
  /** The rooms that the user is in, or was, in which anything happened that the user may have to be told of. */
  roomsOf(userNid: number, after: number): Promise<RoomId[]>
}

export function createChangeStore(database: Database): ChangeStore {
  return {
    roomsOf: async (userNid, after) => {
      const rows = await database.read<{ room_id: string }>(
        `SELECT r.room_id FROM membership m JOIN room r ON r.nid = m.room_nid
        WHERE m.user_nid = $1 AND (m.event_nid > $2
          OR (m.membership = 'join' AND (EXISTS (SELECT 1 FROM room_head h WHERE h.room_nid = m.room_nid AND h.pos > $2)
            OR EXISTS (SELECT 1 FROM receipt c WHERE c.room_nid = m.room_nid AND c.pos > $2)))
          OR EXISTS (SELECT 1 FROM account_data a WHERE a.user_nid = m.user_nid AND a.room_nid = m.room_nid AND a.pos > $2))`,
        [userNid, after],
      )
      return rows.map(({ room_id }) => room_id as RoomId)
    },
  }
}
