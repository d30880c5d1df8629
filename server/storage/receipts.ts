import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
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
  /** A room's receipts that were written after a position. */
  changed(roomNid: number, after: number, upTo: number): Promise<StoredReceipt[]>
  /** One user's receipts in a room. */
  ofUser(roomNid: number, userNid: number): Promise<StoredReceipt[]>
  /** One user's receipts in all rooms, by the room's number. */
  ofUserEverywhere(userNid: number): Promise<ReadonlyMap<number, StoredReceipt[]>>
}

interface Row { room_nid: number; user_id: string; user_nid: number; type: string; thread: string; event_id: string; event_pos: number; ts: number; pos: number }

const receipt = (row: Row): StoredReceipt => ({
  userId: fromColumn(row.user_id) as UserId, userNid: row.user_nid, type: row.type as StoredReceipt['type'], thread: fromColumn(row.thread),
  eventId: row.event_id, eventPos: row.event_pos, ts: row.ts, pos: row.pos,
})

export function createReceiptStore({ database, groupCommit }: { database: Database; groupCommit: GroupCommit }): ReceiptStore {
  const select = (where: string, bind: readonly unknown[]) => database.read<Row>(`SELECT c.room_nid, u.user_id, c.user_nid, c.type, c.thread,
    c.event_id, c.event_pos, c.ts, c.pos FROM receipt c JOIN user_id u ON u.nid = c.user_nid WHERE ${where} ORDER BY c.pos`, bind)
  return {
    put: ({ roomId, nid }, entry) => groupCommit.add({
      positions: 1,
      write: (draft) => draft.put('receipt', [
        nid, entry.userNid, entry.type, toColumn(entry.thread), entry.eventId, entry.eventPos, entry.ts, draft.offset + 1,
      ]),
      committed: (base) => [{ kind: 'receipt', pos: base + 1, roomId, roomNid: nid, receipt: entry }],
    }),
    changed: async (roomNid, after, upTo) => (await select('c.room_nid = $1 AND c.pos > $2 AND c.pos <= $3', [roomNid, after, upTo])).map(receipt),
    ofUser: async (roomNid, userNid) => (await select('c.room_nid = $1 AND c.user_nid = $2', [roomNid, userNid])).map(receipt),
    ofUserEverywhere: async (userNid) => {
      const byRoom = new Map<number, StoredReceipt[]>()
      for (const row of await select('c.user_nid = $1', [userNid])) byRoom.set(row.room_nid, [...(byRoom.get(row.room_nid) ?? []), receipt(row)])
      return byRoom
    },
  }
}
