import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { StoredEvent } from './stored-event.ts'

/** Something durable that a reader may wait for, with its position in the commit log. */
export type LogEntry =
  | {
      readonly kind: 'event'
      readonly pos: number
      readonly event: StoredEvent
      /**
       * Where its arrival changed the state otherwise than by the event taking its place: all memberships that changed, by user;
       * `undefined`: there is none any more.
       */
      readonly turnedMembers?: ReadonlyMap<string, StoredEvent | undefined>
    }
  | { readonly kind: 'receipt'; readonly pos: number; readonly roomId: RoomId; readonly roomNid: number; readonly receipt: ReceiptEntry }
  | {
      readonly kind: 'account-data'
      readonly pos: number
      readonly userId: UserId
      readonly roomId: RoomId | undefined
      readonly type: string
    }
  | { readonly kind: 'device-list'; readonly pos: number; readonly userId: UserId }
  /** Access tokens ended; whoever waits with one stops. `undefined`: all of the user's. */
  | { readonly kind: 'session-ended'; readonly pos: number; readonly userId: UserId; readonly deviceId: string | undefined }
  | { readonly kind: 'profile'; readonly pos: number; readonly userId: UserId }

/** The memberships that an entry of the log changed: each user with the event that is their membership now, `undefined` for none. */
export function changedMembers(entry: LogEntry): Iterable<readonly [userId: UserId, member: StoredEvent | undefined]> {
  if (entry.kind !== 'event') return []
  const { event, turnedMembers } = entry
  if (turnedMembers !== undefined) return turnedMembers as ReadonlyMap<UserId, StoredEvent | undefined>
  return event.type === 'm.room.member' && event.stateKey !== undefined ? [[event.stateKey as UserId, event]] : []
}

export interface ReceiptEntry {
  readonly userId: UserId
  readonly userNid: number
  readonly type: 'm.read' | 'm.read.private' | 'm.fully_read'
  /** '' for unthreaded, else `main` or the ID of the thread's root. */
  readonly thread: string
  readonly eventId: string
  readonly eventPos: number
  /** Milliseconds since the Unix epoch. */
  readonly ts: number
}

/** The bell: who waits for what is committed, subscribes. */
export interface Streams {
  /** The last position that every subscriber has been told of. A reader that reads from the database never sees less. */
  head(): number
  /** Tells `listener` of every entry, once durable, in order of position; it must return at once and not throw. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  /** For those who commit: tells all. */
  publish(entries: readonly LogEntry[], head: number): void
}

/** @param start the last committed position */
export function createStreams(start: number): Streams {
  let head = start
  const listeners = new Set<(entry: LogEntry) => void>()
  return {
    head: () => head,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish: (entries, newHead) => {
      head = newHead
      for (const entry of entries) for (const listener of listeners) listener(entry)
    },
  }
}
