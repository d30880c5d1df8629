import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'

/** The account data `m.direct`, by which clients know direct conversations. client-server-api/#mdirect */
export interface DirectList {
  /** Adds a conversation with some people to a user's list; what the list holds else stays. */
  add(userId: UserId, others: readonly UserId[], roomId: RoomId): Promise<void>
}

interface Needs {
  accountDataOf: (userId: UserId, type: string) => Promise<JsonObject | undefined>
  putAccountData: (userId: UserId, type: string, content: JsonObject) => Promise<void>
}

/** The list with the room added; the very object where nothing is missing. */
export function withDirectRoom(list: JsonObject, others: readonly UserId[], roomId: RoomId): JsonObject {
  const changed = new Map<string, unknown>()
  for (const other of others) {
    const held = Object.hasOwn(list, other) ? list[other] : undefined
    const rooms: readonly unknown[] = Array.isArray(held) ? held : []
    if (!rooms.includes(roomId)) changed.set(other, [...rooms, roomId])
  }
  return changed.size === 0 ? list : Object.fromEntries([...Object.entries(list).filter(([key]) => !changed.has(key)), ...changed])
}

export function createDirectList({ accountDataOf, putAccountData }: Needs): DirectList {
  // One change of a user's list at a time: each is made of what the one before left.
  const last = new Map<UserId, Promise<void>>()
  const change = async (userId: UserId, others: readonly UserId[], roomId: RoomId): Promise<void> => {
    const list = (await accountDataOf(userId, 'm.direct')) ?? {}
    const next = withDirectRoom(list, others, roomId)
    if (next !== list) await putAccountData(userId, 'm.direct', next)
  }
  return {
    add: (userId, others, roomId) => {
      const turn = (last.get(userId) ?? Promise.resolve()).catch(() => {}).then(() => change(userId, others, roomId))
      last.set(userId, turn)
      return turn.finally(() => {
        if (last.get(userId) === turn) last.delete(userId)
      })
    },
  }
}
