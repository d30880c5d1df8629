import type { UserId } from '../../spec/identifiers.ts'
import { StaleBuildError, type GroupCommit } from '../storage/group-commit.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { redacted } from '../storage/events.ts'
import { writeEventRows, type StateNumbers } from '../storage/event-rows.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { LogEntry } from '../storage/streams.ts'
import { advance } from './build-event.ts'
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
    if (room.broken) throw new StaleBuildError('The room is being read anew.')
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
        const entries = events.map((event, i): LogEntry => {
          const pos = base + i + 1
          Object.assign(event as Numbered, { nid: pos, pos })
          noteCommitted(room, event)
          if (event.redacts !== undefined) redactInMemory(room, event)
          return { kind: 'event', pos, event }
        })
        roomStates.settled(room)
        return entries
      },
      failed: () => roomStates.discard(room),
    })
  }
}

/** From this commit on nobody gets the redacted text, from memory neither: not as an event, and not as what another one replaced. */
function redactInMemory(room: Room, redaction: StoredEvent): void {
  const target = redaction.redacts
  const swap = (event: StoredEvent): StoredEvent => {
    if (event.eventId === target) return redacted(room.version, event, redaction.nid)
    return event.replaced?.eventId === target ? { ...event, replaced: undefined } : event
  }
  room.recent.forEach((event, i) => {
    room.recent[i] = swap(event)
  })
  for (const [key, event] of room.state) if (swap(event) !== event) room.state.set(key, swap(event))
  for (const [userId, event] of room.members) if (event !== undefined && swap(event) !== event) room.members.set(userId, swap(event))
}
