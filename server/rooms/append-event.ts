import type { UserId } from '../../spec/identifiers.ts'
import { StaleBuildError, type GroupCommit } from '../storage/group-commit.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { writeEventRows, type StateNumbers } from '../storage/event-rows.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { advance } from './build-event.ts'
import { redactInMemory } from './redact-in-memory.ts'
import { noteCommitted, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/**
 * The one door by which events enter. `build` is called at once, and builds its events one on the other with `next`;
 * all of them are committed together or not at all. Resolves when they are durable.
 * @throws what `build` throws, before anything has changed
 */
export type AppendEvents = (room: Room, build: (next: (event: StoredEvent) => StoredEvent) => void) => Promise<void>

interface Needs {
  roomStates: RoomStates
  identifiers: Identifiers
  groupCommit: GroupCommit
}

type Numbered = { -readonly [K in keyof StoredEvent]: StoredEvent[K] }

/** The numbers of a state event's key and member, which must have been interned before it was built. */
function stateNumbers(identifiers: Identifiers, event: StoredEvent): StateNumbers | undefined {
  if (event.stateKey === undefined) return undefined
  const isMember = event.type === 'm.room.member'
  const { membership } = event.pdu.content
  return {
    skeyNid: identifiers.knownStateKey(event.type, event.stateKey)!,
    memberNid: isMember ? identifiers.knownUser(event.stateKey as UserId) : undefined,
    joinedBefore: membership === 'join' || event.replaced?.content['membership'] === 'join',
  }
}

export function createAppendEvents({ roomStates, identifiers, groupCommit }: Needs): AppendEvents {
  return async (room, build) => {
    if (room.broken || room.held !== undefined)
      throw new StaleBuildError('The room is being read anew, or an event from elsewhere arrives.')
    const before = { next: room.next, waiting: room.waiting, pending: room.pending.size === 0 ? undefined : [...room.pending] }
    const events: StoredEvent[] = []
    try {
      build((event) => {
        advance(room, event)
        events.push(event)
        return event
      })
    } catch (error) {
      // What was built so far never was.
      room.next = before.next
      room.waiting = before.waiting
      room.pending.clear()
      for (const [key, event] of before.pending ?? []) room.pending.set(key, event)
      throw error
    }
    if (events.length === 0) return
    const numbers = events.map((event) => stateNumbers(identifiers, event))
    await groupCommit.add({
      positions: events.length,
      valid: () => !room.broken,
      write: (draft) =>
        events.forEach((event, i) => {
          writeEventRows(draft, event, i + 1, numbers[i])
          if (event.type === 'm.room.redaction' && event.redacts !== undefined)
            draft.insert('redacted', [event.redacts, event.roomNid, draft.offset + i + 1, 0])
        }),
      committed: (base) => {
        const entries = events.map((event, i) => {
          const pos = base + i + 1
          Object.assign(event as Numbered, { nid: pos, pos: event.pos === undefined ? undefined : pos })
          noteCommitted(room, event)
          if (event.redacts !== undefined) redactInMemory(room, event.redacts, event.nid)
          return { kind: 'event' as const, pos, event }
        })
        roomStates.settled(room)
        // What no timeline has is told to nobody.
        return entries.filter(({ event }) => event.pos !== undefined)
      },
      failed: () => roomStates.discard(room),
    })
  }
}
