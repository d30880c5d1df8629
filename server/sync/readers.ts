import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { RoomMembership } from '../storage/memberships.ts'
import { changedMembers, type LogEntry, type Streams } from '../storage/streams.ts'
import type { Typing } from '../rooms/typing.ts'
import { decidesCounts } from './unread-counts.ts'
import type { UserRooms } from './user-rooms.ts'

/**
 * A user who syncs, or did so lately: what has changed for them is noted as it happens, so that a quiet user costs nothing
 * and a busy one costs what changed.
 */
export interface Reader {
  readonly userId: UserId
  readonly userNid: number
  readonly rooms: ReadonlyMap<RoomId, RoomMembership>
  /** Changes are known from this position on; for what is older, storage must be asked. */
  readonly trackedFrom: number
  /** The position of the last change of each room that changed. */
  readonly changed: ReadonlyMap<RoomId, number>
  /** The position of the last change of account data, in a room or outside. */
  readonly accountDataChange: number
  /** The position of the last change of anything. */
  readonly lastChange: number
  /** How often a membership of their own has changed. */
  readonly membershipChanges: number
  /** Calls `wake` at the next change, once; gives what takes it back. */
  onChange(wake: () => void): () => void
}

export interface Readers {
  /** The reader, kept while somebody uses it and for half a minute after. */
  reader(userId: UserId, userNid: number): Promise<Reader>
  /** Wakes the waiting syncs of all who are in these rooms, without a change in the log, as presence does. */
  nudge(rooms: ReadonlySet<RoomId>): void
  stop(): void
}

interface OpenReader extends Reader {
  changed: Map<RoomId, number>
  accountDataChange: number
  lastChange: number
  membershipChanges: number
  waiting: Set<() => void>
  lastUsed: number
}

interface Needs {
  streams: Streams
  userRooms: UserRooms
  typing: Typing
  now: () => number
}

/** A reader that nobody has used for so long is dropped: each message of their rooms would have to be noted for them. Milliseconds. */
const idleTime = 30_000
const sweepEvery = 10_000

export function createReaders({ streams, userRooms, typing, now }: Needs): Readers {
  const readers = new Map<UserId, OpenReader>()
  const inRoom = new Map<RoomId, Set<OpenReader>>()
  const opening = new Map<UserId, Promise<OpenReader>>()

  const wake = (reader: OpenReader): void => {
    if (reader.waiting.size === 0) return
    const waiting = [...reader.waiting]
    reader.waiting.clear()
    for (const call of waiting) call()
  }
  // Woken together, once what was committed with it is noted too, and its senders have their answer: theirs is the way of the shorter wait.
  const due = new Set<OpenReader>()
  const wakeDue = (): void => {
    const readers = [...due]
    due.clear()
    for (const reader of readers) wake(reader)
  }
  const wakeSoon = (reader: OpenReader): void => {
    if (reader.waiting.size === 0) return
    if (due.size === 0) setImmediate(wakeDue)
    due.add(reader)
  }
  const touch = (reader: OpenReader, roomId: RoomId | undefined, pos: number): void => {
    if (roomId !== undefined) reader.changed.set(roomId, pos)
    reader.lastChange = pos
    wakeSoon(reader)
  }
  const enter = (reader: OpenReader, roomId: RoomId): void => {
    let members = inRoom.get(roomId)
    if (members === undefined) inRoom.set(roomId, (members = new Set()))
    members.add(reader)
  }
  const leave = (reader: OpenReader, roomId: RoomId): void => {
    const members = inRoom.get(roomId)
    members?.delete(reader)
    if (members?.size === 0) inRoom.delete(roomId)
  }

  const hear = (entry: LogEntry): void => {
    if (entry.kind === 'event') {
      const { event } = entry
      for (const reader of inRoom.get(event.roomId) ?? []) touch(reader, event.roomId, entry.pos)
      for (const [userId, member] of changedMembers(entry)) {
        const subject = readers.get(userId)
        if (subject === undefined) continue
        subject.membershipChanges += 1
        if (member?.pdu.content['membership'] === 'join') enter(subject, event.roomId)
        else leave(subject, event.roomId)
        touch(subject, event.roomId, entry.pos)
      }
    } else if (entry.kind === 'receipt') {
      // A private receipt is its owner's alone.
      if (entry.receipt.type === 'm.read') for (const reader of inRoom.get(entry.roomId) ?? []) touch(reader, entry.roomId, entry.pos)
      else {
        const owner = readers.get(entry.receipt.userId)
        if (owner !== undefined) touch(owner, entry.roomId, entry.pos)
      }
    } else if (entry.kind === 'account-data') {
      const owner = readers.get(entry.userId)
      if (owner !== undefined) {
        owner.accountDataChange = entry.pos
        // What counts as unread may have changed in any room.
        if (entry.roomId === undefined && decidesCounts(entry.type))
          for (const roomId of owner.rooms.keys()) owner.changed.set(roomId, entry.pos)
        touch(owner, entry.roomId, entry.pos)
      }
    } else if (entry.kind === 'session-ended') {
      const owner = readers.get(entry.userId)
      if (owner !== undefined) wake(owner)
    }
  }
  const unsubscribe = streams.subscribe(hear)
  typing.subscribe((roomId) => {
    for (const reader of inRoom.get(roomId) ?? []) wake(reader)
  })

  const drop = (reader: OpenReader): void => {
    readers.delete(reader.userId)
    for (const roomId of reader.rooms.keys()) leave(reader, roomId)
  }
  const sweep = setInterval(() => {
    const oldest = now() - idleTime
    for (const reader of readers.values()) if (reader.waiting.size === 0 && reader.lastUsed < oldest) drop(reader)
  }, sweepEvery)
  sweep.unref()

  const open = async (userId: UserId, userNid: number): Promise<OpenReader> => {
    const rooms = await userRooms.of(userId, userNid)
    const reader: OpenReader = {
      userId,
      userNid,
      rooms,
      trackedFrom: streams.head(),
      changed: new Map(),
      accountDataChange: 0,
      lastChange: 0,
      membershipChanges: 0,
      waiting: new Set(),
      lastUsed: now(),
      onChange: (call) => {
        reader.waiting.add(call)
        return () => {
          reader.waiting.delete(call)
        }
      },
    }
    for (const { roomId, membership } of rooms.values()) if (membership === 'join') enter(reader, roomId)
    readers.set(userId, reader)
    opening.delete(userId)
    return reader
  }

  return {
    reader: async (userId, userNid) => {
      const known = readers.get(userId)
      // Rooms that memory dropped meanwhile are no longer kept current.
      if (known !== undefined && userRooms.known(userId) === known.rooms) {
        known.lastUsed = now()
        return known
      }
      if (known !== undefined) drop(known)
      let under = opening.get(userId)
      if (under === undefined) {
        under = open(userId, userNid)
        under.catch(() => opening.delete(userId))
        opening.set(userId, under)
      }
      return under
    },
    nudge: (rooms) => {
      for (const roomId of rooms) for (const reader of inRoom.get(roomId) ?? []) wake(reader)
    },
    stop: () => {
      clearInterval(sweep)
      unsubscribe()
      for (const reader of readers.values()) wake(reader)
    },
  }
}
