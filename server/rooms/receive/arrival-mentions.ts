import type { Draft } from '../../protocol/event.ts'
import type { Mention } from '../../storage/stored-event.ts'
import type { HeldRules, SingleOut } from '../mentions.ts'
import type { Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'

/** Whom an event from elsewhere singles out. */
export type ArrivalMentions = (room: Room, draft: Draft) => Promise<readonly Mention[]>

interface Needs {
  singleOut: SingleOut
  roomStates: Pick<RoomStates, 'loadMembers'>
}

export const createArrivalMentions =
  ({ singleOut, roomStates }: Needs): ArrivalMentions =>
  async (room, draft) => {
    const candidates = singleOut.candidates(draft)
    if (candidates.length === 0) return []
    await roomStates.loadMembers(room, candidates)
    const held: HeldRules = new Map()
    const concerned = singleOut.concerned(room, draft, candidates)
    const unread = singleOut.hold(held, concerned)
    if (unread.length > 0) await singleOut.read(held, unread)
    return singleOut.mentions(room, draft, concerned, held)
  }
