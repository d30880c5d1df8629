import type { RoomId } from '../../../spec/identifiers.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Identifiers } from '../../storage/identifiers.ts'
import { emptyRoom } from '../room.ts'
import type { RoomStates } from '../room-state.ts'

/** Makes place for a room that was founded elsewhere; its create event is the first to be received. Nothing happens if there is one. */
export type AdoptRoom = (roomId: RoomId, version: RoomVersion) => Promise<void>

interface Needs {
  roomStates: RoomStates
  identifiers: Pick<Identifiers, 'addRoom' | 'room'>
}

export const createAdoptRoom =
  ({ roomStates, identifiers }: Needs): AdoptRoom =>
  async (roomId, version) => {
    if ((await roomStates.open(roomId)) !== undefined) return
    const nid = (await identifiers.room(roomId)) ?? (await identifiers.addRoom(roomId, version.id))
    roomStates.add(emptyRoom(nid, roomId, version))
  }
