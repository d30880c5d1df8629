import { hash } from 'node:crypto'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Database } from './database.ts'

/** Which room is the direct conversation of a set of people. */
export interface DirectRoomStore {
  /** `unfinished`: making it was begun, and perhaps never ended. */
  find(people: readonly UserId[]): Promise<RoomId | 'unfinished' | undefined>
  /** Notes that the conversation of the set is being made; `put` ends that. */
  begin(people: readonly UserId[]): Promise<void>
  put(people: readonly UserId[], roomId: RoomId): Promise<void>
}

/** One text for a set of people, however ordered. */
const peopleHash = (people: readonly UserId[]): string => hash('sha256', JSON.stringify([...new Set(people)].sort()), 'base64url')

export function createDirectRoomStore(database: Database): DirectRoomStore {
  const put = (people: readonly UserId[], roomId: string): Promise<void> =>
    database.write(async (tx) => {
      await tx.query(
        `INSERT INTO direct_room (people_hash, room_id) VALUES ($1, $2)
      ON CONFLICT (people_hash) DO UPDATE SET room_id = excluded.room_id`,
        [peopleHash(people), roomId],
      )
    })
  return {
    find: async (people) => {
      const [row] = await database.read<{ room_id: RoomId | '' }>('SELECT room_id FROM direct_room WHERE people_hash = $1', [
        peopleHash(people),
      ])
      return row && (row.room_id === '' ? 'unfinished' : row.room_id)
    },
    begin: (people) => put(people, ''),
    put,
  }
}
