import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Database } from './database.ts'

/** The rooms that every account of this server is a member of. */
export interface MandatoryRoomStore {
  list(): Promise<RoomId[]>
  add(roomId: RoomId): Promise<void>
  remove(roomId: RoomId): Promise<void>
  /** For start-up: adds rooms whose policy says so and that a crash has kept from the list. */
  addUnlisted(): Promise<void>
  /** Accounts in use that are not in the room and not banned from it, visitors of the website aside; in order. */
  missing(roomNid: number): Promise<UserId[]>
  /** The Space that a user made, if there is one. */
  findSpaceOf(userId: UserId): Promise<RoomId | undefined>
}

export const createMandatoryRoomStore = (database: Database): MandatoryRoomStore => ({
  list: async () =>
    (await database.read<{ room_id: RoomId }>('SELECT room_id FROM mandatory_room ORDER BY room_id')).map((row) => row.room_id),
  add: (roomId) =>
    database.write(async (tx) => {
      await tx.query('INSERT INTO mandatory_room (room_id) VALUES ($1) ON CONFLICT (room_id) DO NOTHING', [roomId])
    }),
  remove: (roomId) =>
    database.write(async (tx) => {
      await tx.query('DELETE FROM mandatory_room WHERE room_id = $1', [roomId])
    }),
  addUnlisted: () =>
    database.write(async (tx) => {
      await tx.query(`INSERT INTO mandatory_room (room_id) SELECT r.room_id FROM state_key k
      JOIN state_interval i ON i.skey_nid = k.nid AND i.v_to IS NULL JOIN event_json j ON j.nid = i.event_nid JOIN room r ON r.nid = i.room_nid
      WHERE k.type = 'chat.hallway.policy' AND k.state_key = '' AND j.body LIKE '%"mandatory":true%' ON CONFLICT (room_id) DO NOTHING`)
    }),
  missing: async (roomNid) => {
    const rows = await database.read<{ user_id: UserId }>(
      `SELECT a.user_id FROM account a LEFT JOIN user_id u ON u.user_id = a.user_id
      LEFT JOIN membership m ON m.user_nid = u.nid AND m.room_nid = $1
      WHERE a.deactivated_ts IS NULL AND a.user_id NOT LIKE '@visitor-%' AND (m.membership IS NULL OR m.membership NOT IN ('join', 'ban'))
      ORDER BY a.created_ts, a.user_id`,
      [roomNid],
    )
    return rows.map((row) => row.user_id)
  },
  findSpaceOf: async (userId) => {
    const [row] = await database.read<{ room_id: RoomId }>(
      `SELECT r.room_id FROM user_id u JOIN event e ON e.sender_nid = u.nid
      JOIN event_json j ON j.nid = e.nid JOIN room r ON r.nid = e.room_nid
      WHERE u.user_id = $1 AND e.type = 'm.room.create' AND j.body LIKE '%"type":"m.space"%' ORDER BY e.nid LIMIT 1`,
      [userId],
    )
    return row?.room_id
  },
})
