import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { AlterRoom } from '../rooms/alter-room.ts'
import type { NewRoom } from '../rooms/new-room.ts'
import type { People } from '../rooms/people.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { DirectRoomStore } from '../storage/direct-rooms.ts'
import type { DirectList } from './direct-list.ts'
import { createDirectRoom } from './direct-room.ts'
import { requireStaff } from './policies.ts'

/**
 * Opens the one direct conversation of the requester and others: the one there is, with those back in it who had left, or a new one.
 * Of many who open it at once, one makes it. spec/extensions/README.md#direct-conversations
 * @throws M_INVALID_PARAM when nobody else is named; M_NOT_FOUND, M_FORBIDDEN and M_INVITE_BLOCKED for people who cannot be brought in
 */
export type OpenDirectMessage = (requester: UserId, others: readonly UserId[]) => Promise<Opened>

/** The conversation, and whether it is new. */
export interface Opened {
  readonly roomId: RoomId
  readonly created: boolean
}

interface Needs {
  newRoom: NewRoom
  alterRoom: AlterRoom
  roomStates: RoomStates
  people: People
  directRooms: DirectRoomStore
  directList: DirectList
  /** The rooms that a user is joined to. */
  joinedRooms: (userId: UserId) => Promise<readonly RoomId[]>
}

export function createOpenDirectMessage({ directRooms, directList, joinedRooms, ...rooms }: Needs): OpenDirectMessage {
  const { people } = rooms
  const directRoom = createDirectRoom(rooms)
  const opening = new Map<string, Promise<Opened>>()

  /** The conversation of these people, if a crash has kept it from being noted. */
  const findUnnoted = async (requester: UserId, everyone: readonly UserId[]): Promise<RoomId | undefined> => {
    for (const roomId of await joinedRooms(requester)) if (await directRoom.isOf(roomId, everyone)) return roomId
    return undefined
  }

  const note = async (roomId: RoomId, everyone: readonly UserId[]): Promise<void> => {
    for (const userId of everyone) {
      const others = everyone.filter((other) => other !== userId)
      await directList.add(userId, others, roomId)
    }
    await directRooms.put(everyone, roomId)
  }

  const open = async (requester: UserId, everyone: readonly UserId[]): Promise<Opened> => {
    const noted = await directRooms.find(everyone)
    const present = noted === 'unfinished' ? await findUnnoted(requester, everyone) : noted
    const absent = present && (await directRoom.absent(present, everyone))
    for (const userId of absent ?? everyone) if (userId !== requester) await people.requireInvitable(userId)
    if (present !== undefined && absent !== undefined) {
      if (noted === present && absent.length === 0) return { roomId: present, created: false }
      if (absent.length > 0) await directRoom.bringBack(present, everyone)
      await note(present, everyone)
      return { roomId: present, created: false }
    }
    await directRooms.begin(everyone)
    const others = everyone.filter((userId) => userId !== requester)
    const roomId = await directRoom.make(requester, others)
    await note(roomId, everyone)
    return { roomId, created: true }
  }

  return async (requester, named) => {
    const everyone = [...new Set([requester, ...named])].sort()
    if (everyone.length === 1) throw new MatrixError('M_INVALID_PARAM', 'Name somebody else to talk with.')
    for (const userId of everyone) requireStaff(userId)
    const key = everyone.join()
    const present = opening.get(key)
    // Whoever comes while it is being opened shares what comes of it.
    if (present !== undefined) return { roomId: (await present).roomId, created: false }
    const result = open(requester, everyone).finally(() => opening.delete(key))
    opening.set(key, result)
    return result
  }
}
