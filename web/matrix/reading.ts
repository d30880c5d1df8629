import { setReadMarkers, setTyping } from '../../spec/client/ephemeral.ts'
import type { EventId } from '../../spec/identifiers.ts'
import type { Call } from './call.ts'
import type { Room } from './room.ts'

/** Tells the server what the reader has seen and when he types. */
export interface Reading {
  /** Everything in the room that has come so far is read. */
  markRead(room: Room): Promise<void>
  /** The reader types, or has stopped; said to the server no more often than needed. */
  typing(room: Room, isTyping: boolean): void
}

interface Needs {
  readonly call: Call
  readonly me: string
  readonly now: () => number
  /** Whether others may see how far the reader has read. */
  readonly isPublic: () => boolean
}

const typingLastsMs = 20_000
const typingAgainMs = 10_000

/** Creates the teller. */
export const createReading = ({ call, me, now, isPublic }: Needs): Reading => {
  const told = new Map<string, string>()
  const typedAt = new Map<string, number>()

  const tellTyping = (roomId: string, typing: boolean) =>
    call(setTyping, { params: { roomId, userId: me }, body: { typing, ...(typing && { timeout: typingLastsMs }) } }).catch(() => undefined)

  return {
    markRead: async (room) => {
      const last = room.timeline.events.value.at(-1)?.event_id as EventId | undefined
      if (last === undefined || room.membership.value !== 'join' || told.get(room.roomId) === last) return
      told.set(room.roomId, last)
      room.unread.clear()
      const body = { 'm.fully_read': last, [isPublic() ? 'm.read' : 'm.read.private']: last }
      await call(setReadMarkers, { params: { roomId: room.roomId }, body }).catch(() => {
        // Said again with the next occasion.
        if (told.get(room.roomId) === last) told.delete(room.roomId)
      })
    },
    typing: ({ roomId }, isTyping) => {
      const since = typedAt.get(roomId)
      if (isTyping && (since === undefined || now() - since > typingAgainMs)) {
        typedAt.set(roomId, now())
        void tellTyping(roomId, true)
      } else if (!isTyping && since !== undefined) {
        typedAt.delete(roomId)
        void tellTyping(roomId, false)
      }
    },
  }
}
