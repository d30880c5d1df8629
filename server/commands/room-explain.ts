import type { RoomExplanation } from '../../spec/admin/room-explanation.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { attempt, type Command, type Print } from './command.ts'
import { eventText } from './explained/event-text.ts'
import { harmless } from './explained/lines.ts'
import { roomText } from './explained/room-text.ts'
import { userText } from './explained/user-text.ts'

interface Needs {
  /** @throws M_NOT_FOUND, M_INVALID_PARAM with a sentence that says what is wrong */
  readonly explainRoom: (roomId: RoomId, subject?: string) => Promise<RoomExplanation>
  readonly now: () => number
  readonly print: Print
}

const usage = [
  "Usage: hallway room explain '!ROOM' ['$EVENT' | '@USER'] [--json]",
  'Put the IDs into single quotes: the shell has a use of its own for "!" and "$".',
]

const textOf = ({ room_id: roomId, room_version: version, room, event, user }: RoomExplanation, now: number): string[] => [
  `${roomId}, room version ${version}`,
  ...(room === undefined ? [] : roomText(room, now)),
  ...(event === undefined ? [] : eventText(event, now)),
  ...(user === undefined ? [] : userText(user, now)),
]

/** `hallway room explain ROOM [EVENT | USER] [--json]`: what storage and rules tell of them; it reads beside the server. */
export const createRoomExplainCommand =
  ({ explainRoom, now, print }: Needs): Command =>
  async (args) => {
    const json = args.includes('--json')
    const [verb, roomId, subject, ...rest] = args.filter((arg) => arg !== '--json')
    const isSubject = subject === undefined || /^[$@]./.test(subject)
    if (verb !== 'explain' || roomId === undefined || !/^!./.test(roomId) || !isSubject || rest.length > 0) {
      for (const line of usage) print(line)
      return 2
    }
    return attempt(print, async () => {
      const explanation = await explainRoom(roomId as RoomId, subject)
      if (json) print(harmless(JSON.stringify(explanation, undefined, 2)))
      else for (const line of textOf(explanation, now())) print(harmless(line.replaceAll('\n', ' ')))
    })
  }
