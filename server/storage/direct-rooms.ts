import { hash } from 'node:crypto'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Database } from './database.ts'

/** Which room is the direct conversation of a set of people. */
export interface DirectRoomStore {
  find(people: readonly UserId[]): Promise<RoomId | undefined>
  /** Replaces the conversation that the set had. */
  put(people: readonly UserId[], roomId: RoomId): Promise<void>
}

/** One text for a set of people, however ordered. */
const peopleHash = (people: readonly UserId[]): string => hash('sha256', JSON.stringify([...new Set(people)].sort()), 'base64url')

export const createDirectRoomStore = (database: Database): DirectRoomStore => ({
  find: async (people) =>
    (await database.read<{ room_id: RoomId }>('SELECT room_id FROM direct_room WHERE people_hash = $1', [peopleHash(people)]))[0]?.room_id,
  put: (people, roomId) => database.write(async (tx) => {
    await tx.query(`INSERT INTO direct_room (people_hash, room_id) VALUES ($1, $2)
      ON CONFLICT (people_hash) DO UPDATE SET room_id = excluded.room_id`, [peopleHash(people), roomId])
  }),
})
