import type { RoomId } from '../../spec/identifiers.ts'
import type { Database } from './database.ts'

/** A room in the published directory. */
export interface PublishedRoom {
  readonly roomId: RoomId
  readonly joined: number
}

/** The published directory of this server. */
export interface DirectoryStore {
  isPublished(roomNid: number): Promise<boolean>
  setPublished(roomNid: number, published: boolean): Promise<void>
  /** Those that somebody is in, the fullest first; of equals, by room ID. */
  list(): Promise<PublishedRoom[]>
}

export function createDirectoryStore(database: Database): DirectoryStore {
  return {
    isPublished: async (roomNid) => (await database.read('SELECT room_nid FROM published_room WHERE room_nid = $1', [roomNid])).length > 0,
    setPublished: (roomNid, published) =>
      database.write(async (tx) => {
        const sql = published
          ? 'INSERT INTO published_room (room_nid) VALUES ($1) ON CONFLICT (room_nid) DO NOTHING'
          : 'DELETE FROM published_room WHERE room_nid = $1'
        await tx.query(sql, [roomNid])
      }),
    list: async () => {
      const rows = await database.read<{ room_id: RoomId; joined: number }>(`SELECT r.room_id,
          (SELECT COUNT(*) FROM membership m WHERE m.room_nid = p.room_nid AND m.membership = 'join') AS joined
        FROM published_room p JOIN room r ON r.nid = p.room_nid`)
      // Collations differ between engines; the order of pages must not.
      return rows
        .filter(({ joined }) => joined > 0)
        .map((row) => ({ roomId: row.room_id, joined: row.joined }))
        .sort((a, b) => b.joined - a.joined || (a.roomId < b.roomId ? -1 : 1))
    },
  }
}
