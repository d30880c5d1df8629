import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database, Transaction } from './database.ts'
import type { GroupCommit } from './group-commit.ts'

/** One entry of a user's account data; `roomNid` 0 is the user's own, outside any room. */
export interface AccountDataEntry {
  readonly roomNid: number
  readonly roomId: RoomId | undefined
  readonly type: string
  readonly content: { readonly [key: string]: unknown }
  readonly pos: number
}

/** An entry and whose it is. */
export interface UserEntry {
  readonly userNid: number
  readonly type: string
  readonly content: AccountDataEntry['content']
}

/** Whose entry, and where. */
export interface AccountDataKey {
  readonly userId: UserId
  readonly userNid: number
  /** Absent: outside any room. */
  readonly room?: { readonly roomId: RoomId; readonly nid: number }
  readonly type: string
}

export interface AccountDataStore {
  /** Replaces an entry; resolves when it is durable. */
  put(key: AccountDataKey, content: { readonly [key: string]: unknown }): Promise<void>
  get(userNid: number, roomNid: number, type: string): Promise<AccountDataEntry['content'] | undefined>
  /** The user's entries that were written after a position, in all rooms and outside. */
  changed(userNid: number, after: number, upTo: number): Promise<AccountDataEntry[]>
  /** The user's entries of these types, in all rooms and outside. */
  ofTypes(userNid: number, types: readonly string[]): Promise<AccountDataEntry[]>
  /** What these users keep about a room, or (0) outside any; of one type, or of all. */
  ofUsers(userNids: readonly number[], roomNid: number, type?: string): Promise<UserEntry[]>
  /** Removes all that a user keeps, filters and mentions too. */
  erase(tx: Transaction, userId: UserId): Promise<void>
  /** How many entries a user has, for quotas. */
  count(userNid: number): Promise<number>
}

interface Needs {
  database: Database
  groupCommit: GroupCommit
}

interface Row {
  room_nid: number
  room_id: string | null
  type: string
  content: string
  pos: number
}

const entry = (row: Row): AccountDataEntry => ({
  roomNid: row.room_nid,
  roomId: (row.room_id ?? undefined) as RoomId | undefined,
  type: fromColumn(row.type),
  content: JSON.parse(row.content) as AccountDataEntry['content'],
  pos: row.pos,
})

export function createAccountDataStore({ database, groupCommit }: Needs): AccountDataStore {
  const select = (where: string, bind: readonly unknown[]) =>
    database.read<Row>(
      `SELECT a.room_nid, r.room_id, a.type, a.content, a.pos
    FROM account_data a LEFT JOIN room r ON r.nid = a.room_nid WHERE ${where} ORDER BY a.pos`,
      bind,
    )
  return {
    put: ({ userId, userNid, room, type }, content) => {
      const text = JSON.stringify(content)
      return groupCommit.add({
        positions: 1,
        write: (draft) => draft.put('accountData', [userNid, room?.nid ?? 0, toColumn(type), text, draft.offset + 1]),
        committed: (base) => [{ kind: 'account-data', pos: base + 1, userId, roomId: room?.roomId, type }],
      })
    },
    get: async (userNid, roomNid, type) => {
      const [row] = await database.read<{ content: string }>(
        'SELECT content FROM account_data WHERE user_nid = $1 AND room_nid = $2 AND type = $3',
        [userNid, roomNid, toColumn(type)],
      )
      return row && (JSON.parse(row.content) as AccountDataEntry['content'])
    },
    changed: async (userNid, after, upTo) =>
      (await select('a.user_nid = $1 AND a.pos > $2 AND a.pos <= $3', [userNid, after, upTo])).map(entry),
    ofTypes: async (userNid, types) =>
      (
        await select(`a.user_nid = $1 AND a.type ${inList(database.engine, '$2', 'text')}`, [userNid, JSON.stringify(types.map(toColumn))])
      ).map(entry),
    ofUsers: async (userNids, roomNid, type) => {
      const rows = await database.read<{ user_nid: number; type: string; content: string }>(
        `SELECT user_nid, type, content FROM account_data WHERE room_nid = $1 AND user_nid ${inList(database.engine, '$2', 'bigint')}
        ${type === undefined ? '' : 'AND type = $3'}`,
        [roomNid, JSON.stringify(userNids), ...(type === undefined ? [] : [toColumn(type)])],
      )
      return rows.map((row) => ({
        userNid: row.user_nid,
        type: fromColumn(row.type),
        content: JSON.parse(row.content) as AccountDataEntry['content'],
      }))
    },
    erase: async (tx, userId) => {
      for (const table of ['account_data', 'filter', 'mention']) {
        await tx.query(`DELETE FROM ${table} WHERE user_nid = (SELECT nid FROM user_id WHERE user_id = $1)`, [toColumn(userId)])
      }
    },
    count: async (userNid) =>
      (await database.read<{ n: number }>('SELECT COUNT(*) AS n FROM account_data WHERE user_nid = $1', [userNid]))[0]!.n,
  }
}
