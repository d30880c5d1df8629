import type { UserId } from '../../spec/identifiers.ts'
import type { Draft } from '../protocol/event.ts'
import type { Mention } from '../storage/stored-event.ts'
import type { HeldRules, SingleOut } from './mentions.ts'
import { memberIsKnown, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** A deed must be done anew, once `read` has brought into memory what its events need. */
export class ReadFirst extends Error {
  override name = 'ReadFirst'
  readonly read: () => Promise<void>
  constructor(read: () => Promise<void>) {
    super('What the deed needs is not in memory.')
    this.read = read
  }
}

/** Whom the events of one deed single out. A deed cannot wait, so that it is done anew when somebody's rules must be read. */
export interface DeedMentions {
  /** What a draft at the end of its room does to those whom it singles out. */
  of(room: Room, draft: Draft): readonly Mention[]
  /** Call it when all of the deed's events are built. @throws ReadFirst */
  requireRead(): void
}

interface Needs {
  singleOut: SingleOut
  roomStates: Pick<RoomStates, 'loadMembers'>
}

/** For one deed, however often it is done anew: nobody is read twice, so that it comes to an end in the smallest of memories. */
export function createDeedMentions({ singleOut, roomStates }: Needs): DeedMentions {
  const held: HeldRules = new Map()
  const sought = new Set<UserId>()
  const unread = new Set<UserId>()
  const unknown = new Map<Room, UserId[]>()

  return {
    of: (room, draft) => {
      const candidates = singleOut.candidates(draft)
      if (candidates.length === 0) return []
      const strangers = candidates.filter((userId) => !memberIsKnown(room, userId) && !sought.has(userId))
      if (strangers.length > 0) unknown.set(room, [...(unknown.get(room) ?? []), ...strangers])
      const concerned = singleOut.concerned(room, draft, candidates)
      for (const userId of singleOut.hold(held, concerned)) unread.add(userId)
      return singleOut.mentions(room, draft, concerned, held)
    },
    requireRead: () => {
      if (unread.size + unknown.size === 0) return
      const [rules, members] = [[...unread], [...unknown]]
      unread.clear()
      unknown.clear()
      throw new ReadFirst(async () => {
        for (const [room, userIds] of members) {
          for (const userId of userIds) sought.add(userId)
          await roomStates.loadMembers(room, userIds)
        }
        if (rules.length > 0) await singleOut.read(held, rules)
      })
    },
  }
}
