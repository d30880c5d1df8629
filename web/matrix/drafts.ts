import type { DraftStore } from './kept.ts'
import type { Room } from './room.ts'
import type { Succession } from './succession.ts'

interface Needs {
  readonly kept: DraftStore
  readonly rooms: { get(roomId: string): Room | undefined }
  readonly succession: Pick<Succession, 'before'>
}

/** The drafts of rooms, of which one that was begun in a room goes on in the room that took its place. */
export const createDrafts = ({ kept, rooms, succession }: Needs): DraftStore => {
  const before = (roomId: string): readonly Room[] => {
    const room = rooms.get(roomId)
    return room === undefined ? [] : succession.before(room)
  }
  return {
    get: async (roomId) => {
      for (const key of [roomId, ...before(roomId).map((room) => room.roomId)]) {
        const text = await kept.get(key)
        if (text) return text
      }
      return undefined
    },
    put: async (roomId, text) => {
      await kept.put(roomId, text)
      for (const room of before(roomId)) await kept.put(room.roomId, '')
    },
    clear: kept.clear,
  }
}
