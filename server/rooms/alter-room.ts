import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Draft } from '../protocol/event.ts'
import { StaleBuildError, type GroupCommit } from '../storage/group-commit.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { AppendEvents } from './append-event.ts'
import type { BuildEvent } from './build-event.ts'
import { createDeedMentions, ReadFirst, type DeedMentions } from './deed-mentions.ts'
import type { SingleOut } from './mentions.ts'
import { builderEntry, memberIsKnown, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** What a deed sees and does while the room stands still. */
export interface Turn {
  readonly room: Room
  /** The state as built so far, the deed's own events included. Memberships are those of the users touched. */
  readonly state: (type: string, stateKey: string) => StoredEvent | undefined
  /** @throws M_FORBIDDEN when the room's rules forbid it; then nothing of the deed happens */
  send(draft: Omit<Draft, 'roomId'>): StoredEvent
}

/** What must be in memory before a deed's turn. */
export interface Touches {
  /** Whose memberships are read or changed. */
  readonly users: readonly UserId[]
  /** State entries other than memberships that may be set. */
  readonly entries?: readonly (readonly [type: string, stateKey: string])[]
}

/**
 * Looks at a room and changes it in one go: `deed` does not wait, so nothing changes between its look and its events, and these
 * are committed together. It may be called again, on the room as it then is. Resolves with what it gave when all it saw is durable.
 * @throws M_NOT_FOUND for a room that this server does not know, and what `deed` throws
 */
export type AlterRoom = <T>(roomId: RoomId, touches: Touches, deed: (turn: Turn) => T) => Promise<T>

interface Needs {
  roomStates: RoomStates
  identifiers: Identifiers
  buildEvent: BuildEvent
  appendEvents: AppendEvents
  groupCommit: GroupCommit
  singleOut: SingleOut
}

/** How often a deed is done anew when what it was built on could not be stored. */
const attempts = 10

/** What one is told of a room that is not here. */
export const noSuchRoom = (): MatrixError => new MatrixError('M_NOT_FOUND', 'This server knows no such room.')

export function createAlterRoom({ roomStates, identifiers, buildEvent, appendEvents, groupCommit, singleOut }: Needs): AlterRoom {
  const number = async ({ users, entries = [] }: Touches): Promise<void> => {
    for (const userId of users) {
      if (identifiers.knownUser(userId) === undefined) await identifiers.user(userId)
      if (identifiers.knownStateKey('m.room.member', userId) === undefined) await identifiers.stateKey('m.room.member', userId)
    }
    for (const [type, stateKey] of entries)
      if (identifiers.knownStateKey(type, stateKey) === undefined) await identifiers.stateKey(type, stateKey)
  }

  /** Memory is bounded: what was brought in may be gone again when the turn comes. */
  const requireAtHand = (room: Room, users: readonly UserId[]): void => {
    if (!users.every((userId) => memberIsKnown(room, userId) && identifiers.knownUser(userId) !== undefined)) {
      throw new StaleBuildError('What the deed needs has left memory.')
    }
  }

  const attempt = async <T>(roomId: RoomId, touches: Touches, deed: (turn: Turn) => T, mentions: DeedMentions): Promise<T> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    if (room.held !== undefined) await room.held
    await number(touches)
    await roomStates.loadMembers(room, touches.users)
    let result: { readonly given: T } | undefined
    let sent = 0
    await appendEvents(room, (next) => {
      requireAtHand(room, touches.users)
      const send: Turn['send'] = (draft) => {
        sent += 1
        const whole = { ...draft, roomId }
        return next(buildEvent(room, whole, { senderNid: identifiers.knownUser(draft.sender)!, mentions: mentions.of(room, whole) }))
      }
      result = { given: deed({ room, state: (type, stateKey) => builderEntry(room, type, stateKey), send }) }
      mentions.requireRead()
    })
    // What was seen may still be on its way to the disk; nobody is told of it before it is there.
    if (sent === 0 && room.waiting > 0)
      await groupCommit.add({ positions: 0, write: () => {}, committed: () => [], valid: () => !room.broken })
    return result!.given
  }

  return async (roomId, touches, deed) => {
    const mentions = createDeedMentions({ singleOut, roomStates })
    for (let left = attempts; ; ) {
      try {
        return await attempt(roomId, touches, deed, mentions)
      } catch (error) {
        if (error instanceof ReadFirst) await error.read()
        else if (!(error instanceof StaleBuildError) || --left === 0) throw error
      }
    }
  }
}
