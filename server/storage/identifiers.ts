import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { toColumn } from './column-text.ts'
import type { Database } from './database.ts'
import { createLru } from './lru.ts'

/** Short numbers for what rows name again and again. They are given at first use and never change. */
export interface Identifiers {
  /** The number, if it is at hand in memory. */
  knownUser(userId: UserId): number | undefined
  user(userId: UserId): Promise<number>
  /** The numbers of users that were ever seen; others are absent from the map. */
  existingUsers(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>
  knownStateKey(type: string, stateKey: string): number | undefined
  stateKey(type: string, stateKey: string): Promise<number>
  /** The number of a room, if it has a row. */
  room(roomId: RoomId): Promise<number | undefined>
  /** Makes the row of a new room. */
  addRoom(roomId: RoomId, version: string): Promise<number>
}

type Store = { table: 'user_id'; columns: ['user_id'] } | { table: 'state_key'; columns: ['type', 'state_key'] }

/** @param capacity numbers of users and of keys kept in memory, at most */
export function createIdentifiers(database: Database, capacity = 100_000): Identifiers {
  const users = createLru<UserId, number>(capacity)
  const stateKeys = createLru<string, number>(capacity)
  const pending = new Map<string, Promise<number>>()

  const intern = async ({ table, columns }: Store, values: readonly string[]): Promise<number> => {
    const where = columns.map((column, i) => `${column} = $${i + 1}`).join(' AND ')
    const find = `SELECT nid FROM ${table} WHERE ${where}`
    const [found] = await database.read<{ nid: number }>(find, values)
    if (found !== undefined) return found.nid
    return database.write(async (tx) => {
      const places = columns.map((_, i) => `$${i + 1}`).join(', ')
      await tx.query(
        `INSERT INTO ${table} (nid, ${columns.join(', ')}) VALUES ((SELECT COALESCE(MAX(nid), 0) + 1 FROM ${table}), ${places})
        ON CONFLICT (${columns.join(', ')}) DO NOTHING`,
        values,
      )
      return (await tx.query<{ nid: number }>(find, values))[0]!.nid
    })
  }

  const once = (key: string, act: () => Promise<number>): Promise<number> => {
    let result = pending.get(key)
    if (result === undefined) {
      result = act().finally(() => pending.delete(key))
      pending.set(key, result)
    }
    return result
  }

  return {
    knownUser: (userId) => users.get(userId),
    user: async (userId) =>
      users.get(userId) ??
      once(userId, async () => {
        const nid = await intern({ table: 'user_id', columns: ['user_id'] }, [toColumn(userId)])
        users.set(userId, nid)
        return nid
      }),
    existingUsers: async (userIds) => {
      const found = new Map<UserId, number>()
      for (const userId of userIds) {
        const nid =
          users.get(userId) ??
          (await database.read<{ nid: number }>('SELECT nid FROM user_id WHERE user_id = $1', [toColumn(userId)]))[0]?.nid
        if (nid !== undefined) found.set(userId, nid)
      }
      return found
    },
    knownStateKey: (type, stateKey) => stateKeys.get(`${type}\u0000${stateKey}`),
    stateKey: async (type, stateKey) => {
      const key = `${type}\u0000${stateKey}`
      return (
        stateKeys.get(key) ??
        once(key, async () => {
          const nid = await intern({ table: 'state_key', columns: ['type', 'state_key'] }, [toColumn(type), toColumn(stateKey)])
          stateKeys.set(key, nid)
          return nid
        })
      )
    },
    room: async (roomId) => (await database.read<{ nid: number }>('SELECT nid FROM room WHERE room_id = $1', [roomId]))[0]?.nid,
    addRoom: (roomId, version) =>
      database.write(async (tx) => {
        await tx.query('INSERT INTO room (nid, room_id, version) VALUES ((SELECT COALESCE(MAX(nid), 0) + 1 FROM room), $1, $2)', [
          roomId,
          version,
        ])
        return (await tx.query<{ nid: number }>('SELECT nid FROM room WHERE room_id = $1', [roomId]))[0]!.nid
      }),
  }
}
