import type { RoomId } from '../../spec/identifiers.ts'
import type { MetaStore } from './meta.ts'
import { createWriteQueue } from './write-queue.ts'

/** Which rooms are being upgraded, so that what a crash has left undone is done at the next start. */
export interface UpgradeNotes {
  list(): Promise<RoomId[]>
  begin(roomId: RoomId): Promise<void>
  end(roomId: RoomId): Promise<void>
}

const key = 'rooms_being_upgraded'

export function createUpgradeNotes(meta: MetaStore): UpgradeNotes {
  const inTurn = createWriteQueue()
  const list = async () => JSON.parse((await meta.get(key)) ?? '[]') as RoomId[]
  const change = (make: (rooms: RoomId[]) => RoomId[]): Promise<void> =>
    inTurn(async () => meta.set(key, JSON.stringify(make(await list()))))
  return {
    list,
    begin: (roomId) => change((rooms) => [...rooms.filter((other) => other !== roomId), roomId]),
    end: (roomId) => change((rooms) => rooms.filter((other) => other !== roomId)),
  }
}
