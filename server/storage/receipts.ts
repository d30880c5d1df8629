import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ReceiptEntry } from './streams.ts'

export interface StoredReceipt extends ReceiptEntry {
  readonly pos: number
}

/** How far people have read, by room, user, kind and thread. */
export interface ReceiptStore {
  /** Replaces the user's receipt of that kind and thread; resolves when it is durable. */
  put(room: { readonly roomId: RoomId; readonly nid: number }, receipt: ReceiptEntry): Promise<void>
  /** The receipts of rooms that were written after a position, by the room's number. */
  inRooms(roomNids: readonly number[], after: number, upTo: number): Promise<ReadonlyMap<number, StoredReceipt[]>>
  /** One user's receipts in a room. */
  ofUser(roomNid: number, userNid: number): Promise<StoredReceipt[]>
  /** One user's receipts in all rooms, by the room's number. */
  ofUserEverywhere(userNid: number): Promise<ReadonlyMap<number, StoredReceipt[]>>
}

interface Row {
  room_nid: number
  user_id: string
  user_nid: number
  type: string
  thread: string
  event_id: string
  event_pos: number
  ts: number
  pos: number
}

const receipt = (row: Row): StoredReceipt => ({
  userId: fromColumn(row.user_id) as UserId,
  userNid: row.user_nid,
  type: row.type as StoredReceipt['type'],
  thread: fromColumn(row.thread),
  eventId: row.event_id,
  eventPos: row.event_pos,
  ts: row.ts,
  pos: row.pos,
})

function byRoom(rows: readonly Row[]): Map<number, StoredReceipt[]> {
  const rooms = new Map<number, StoredReceipt[]>()
  for (const row of rows) {
    const receipts = rooms.get(row.room_nid)
    if (receipts === undefined) rooms.set(row.room_nid, [receipt(row)])
    else receipts.push(receipt(row))
  }
  return rooms
}

export function createReceiptStore({ database, groupCommit }: { database: Database; groupCommit: GroupCommit }): ReceiptStore {
  const select = (where: string, bind: readonly unknown[]) =>
    database.read<Row>(
      `SELECT c.room_nid, u.user_id, c.user_nid, c.type, c.thread,
    c.event_id, c.event_pos, c.ts, c.pos FROM receipt c JOIN user_id u ON u.nid = c.user_nid WHERE ${where} ORDER BY c.pos`,
      bind,
    )
  return {
    put: ({ roomId, nid }, entry) =>
      groupCommit.add({
        positions: 1,
        write: (draft) =>
          draft.put('receipt', [
            nid,
            entry.userNid,
            entry.type,
            toColumn(entry.thread),
            entry.eventId,
            entry.eventPos,
            entry.ts,
            draft.offset + 1,
          ]),
        committed: (base) => [{ kind: 'receipt', pos: base + 1, roomId, roomNid: nid, receipt: entry }],
      }),
    inRooms: async (roomNids, after, upTo) =>
      byRoom(
        await select(`c.room_nid ${inList(database.engine, '$1', 'bigint')} AND c.pos > $2 AND c.pos <= $3`, [
          JSON.stringify(roomNids),
          after,
          upTo,
        ]),
      ),
    ofUser: async (roomNid, userNid) => (await select('c.room_nid = $1 AND c.user_nid = $2', [roomNid, userNid])).map(receipt),
    ofUserEverywhere: async (userNid) => byRoom(await select('c.user_nid = $1', [userNid])),
  }
}
