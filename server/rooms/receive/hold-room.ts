import type { RoomId } from '../../../spec/identifiers.ts'
import type { GroupCommit } from '../../storage/group-commit.ts'
import { createWriteQueue, type WriteQueue } from '../../storage/write-queue.ts'
import type { Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'

/**
 * Runs a deed that may change what a room's next event is built on: one at a time a room, when nothing of it is on its way to the
 * disk, and while nothing is built. `undefined` when there is no such room.
 */
export type HoldRoom = <T>(roomId: RoomId, deed: (room: Room) => Promise<T>) => Promise<T | undefined>

interface Needs {
  roomStates: RoomStates
  groupCommit: GroupCommit
}

export function createHoldRoom({ roomStates, groupCommit }: Needs): HoldRoom {
  const queues = new Map<RoomId, { readonly queue: WriteQueue; waiting: number }>()

  const settle = async (roomId: RoomId): Promise<Room | undefined> => {
    for (;;) {
      const room = await roomStates.open(roomId)
      if (room === undefined) return undefined
      if (room.waiting === 0 && !room.broken) return room
      // What is on its way is committed before this.
      await groupCommit.add({ positions: 0, write: () => {}, committed: () => [] })
    }
  }

  const hold = async <T>(roomId: RoomId, deed: (room: Room) => Promise<T>): Promise<T | undefined> => {
    const room = await settle(roomId)
    if (room === undefined) return undefined
    let release: () => void = () => {}
    room.held = new Promise((resolve) => {
      release = resolve
    })
    // Counted as on its way, so that it is not read anew beside the deed.
    room.waiting += 1
    try {
      return await deed(room)
    } finally {
      room.waiting -= 1
      room.held = undefined
      roomStates.settled(room)
      release()
    }
  }

  return async (roomId, deed) => {
    let entry = queues.get(roomId)
    if (entry === undefined) queues.set(roomId, (entry = { queue: createWriteQueue(), waiting: 0 }))
    entry.waiting += 1
    try {
      return await entry.queue(async () => {
        const result = await hold(roomId, deed)
        // Who waited to build here gets a turn before the next deed.
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
        return result
      })
    } finally {
      entry.waiting -= 1
      if (entry.waiting === 0) queues.delete(roomId)
    }
  }
}
