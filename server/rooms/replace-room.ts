import type { RoomId } from '../../spec/identifiers.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import { StaleBuildError, type GroupCommit } from '../storage/group-commit.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { createJointCommit } from '../storage/joint-commit.ts'
import { createAlterRoom, type Touches, type Turn } from './alter-room.ts'
import { createAppendEvents } from './append-event.ts'
import type { BuildEvent } from './build-event.ts'
import type { SingleOut } from './mentions.ts'
import { createNewRoom, type FirstEvent } from './new-room.ts'
import type { Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** A room that takes the place of another. */
export interface Replacement {
  readonly version: RoomVersion
  /** Gives the first events of the new room; asked anew at each attempt. */
  readonly events: () => Promise<readonly FirstEvent[]>
  /** The room whose place it takes. */
  readonly roomId: RoomId
  readonly touches: Touches
  /** What happens to the old room, which must be something. It may be called again, on the room as it then is. */
  readonly close: (turn: Turn, newRoomId: RoomId) => void
}

/**
 * Makes a room and changes another in one commit: either both has happened, or neither, also after a crash.
 * @throws what `newRoom` throws, and what `close` throws
 */
export type ReplaceRoom = (replacement: Replacement) => Promise<Room>

interface Needs {
  serverName: string
  roomStates: RoomStates
  identifiers: Identifiers
  buildEvent: BuildEvent
  groupCommit: GroupCommit
  singleOut: SingleOut
  /** Milliseconds since the Unix epoch. */
  now: () => number
}

/** How often it is done anew when what it was built on could not be stored. */
const attempts = 3

export function createReplaceRoom(needs: Needs): ReplaceRoom {
  const { roomStates, identifiers, groupCommit } = needs
  let lastTs = 0
  // Equal first events at one moment would make equal rooms.
  const now = (): number => (lastTs = Math.max(needs.now(), lastTs + 1))

  const attempt = async ({ version, events, roomId, touches, close }: Replacement): Promise<Room> => {
    const joint = createJointCommit(groupCommit, 2)
    const appendEvents = createAppendEvents({ roomStates, identifiers, groupCommit: joint })
    const alterRoom = createAlterRoom({ ...needs, appendEvents })
    const newRoom = createNewRoom({
      ...needs,
      now,
      appendEvents: async (room, build) => {
        const made = appendEvents(room, build)
        // It could not be built: nothing waits for the other half.
        if (joint.held() === 0) return made
        const closed = alterRoom(roomId, touches, (turn) => close(turn, room.roomId)).catch((error) => {
          joint.drop(error)
          throw error
        })
        await Promise.all([made, closed])
      },
    })
    return (await newRoom(version, await events())).room
  }

  return async (replacement) => {
    for (let left = attempts; ; ) {
      try {
        return await attempt(replacement)
      } catch (error) {
        if (!(error instanceof StaleBuildError) || --left === 0) throw error
      }
    }
  }
}
