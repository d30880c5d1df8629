import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { ownString } from '../protocol/json-values.ts'
import type { MembershipStore } from '../storage/memberships.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { StateSelection, StateStore } from '../storage/state.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { ClientEvents } from './client-events.ts'
import { forbidden } from './read-access.ts'
import { committedState, heldAt, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'
import type { Asking, Reading, RoomReading } from './room-reading.ts'
import { createStateAtLeave } from './state-at-leave.ts'
import type { TimelineTokens } from './timeline-token.ts'

export interface MemberSelection {
  /** A token: the members of then. */
  readonly at?: string | undefined
  /** Only these; or, beside `notMembership`, these too. */
  readonly membership?: string | undefined
  readonly notMembership?: string | undefined
}

/** What a joined member is called in a room. */
export interface JoinedMember {
  readonly display_name?: string
  readonly avatar_url?: string
}

/**
 * Reads the state of rooms and who is in them; events as JSON text. For who left, all is as it was when they did.
 * All throw M_FORBIDDEN for who was never in the room, unless anybody may read it, whether or not there is one.
 */
export interface RoomFacts {
  state(asking: Asking, roomId: RoomId): Promise<readonly string[]>
  /** @throws M_NOT_FOUND where the room has no such entry */
  stateContent(asking: Asking, roomId: RoomId, type: string, stateKey: string): Promise<StoredEvent['pdu']['content']>
  /** @throws M_NOT_FOUND where the room has no such entry */
  stateEvent(asking: Asking, roomId: RoomId, type: string, stateKey: string): Promise<string>
  /** The membership events. @throws M_INVALID_PARAM for a foreign token */
  members(asking: Asking, roomId: RoomId, selection: MemberSelection): Promise<readonly string[]>
  /** @throws M_FORBIDDEN for who is not joined */
  joinedMembers(asking: Asking, roomId: RoomId): Promise<ReadonlyMap<UserId, JoinedMember>>
  joinedRooms(userId: UserId): Promise<RoomId[]>
}

interface Needs {
  roomReading: RoomReading
  roomStates: RoomStates
  clientEvents: ClientEvents
  state: StateStore
  memberships: Pick<MembershipStore, 'ofUser'>
  identifiers: Pick<Identifiers, 'user'>
  tokens: TimelineTokens
}

export function createRoomFacts({ roomReading, roomStates, clientEvents, state, memberships, identifiers, tokens }: Needs): RoomFacts {
  const stateAtLeave = createStateAtLeave({ state })
  const open = async (asking: Asking, roomId: RoomId): Promise<Reading> => {
    const reading = await roomReading.open(asking, roomId)
    // A preview is of what is said, not of who is there.
    if (reading.standing === 'previewing') throw forbidden()
    return reading
  }
  const tell = ({ room, reader }: Reading, events: readonly StoredEvent[]) =>
    clientEvents(events, room, reader, { withRoomId: true, asState: true })

  /** The state at a version up to the one that the reader may ask for. */
  const stateThen = (
    { room, reader, standing, stateVersion }: Reading,
    version: number,
    selection: StateSelection,
  ): Promise<StoredEvent[]> =>
    standing === 'departed' && version === stateVersion
      ? stateAtLeave(room.nid, reader.userId, version, selection)
      : state.at(room.nid, version, selection)

  const entryNow = async (room: Room, type: string, stateKey: string): Promise<StoredEvent | undefined> => {
    if (type === 'm.room.member') await roomStates.loadMembers(room, [stateKey])
    return committedState(room)(type, stateKey)
  }
  const entry = async (reading: Reading, type: string, stateKey: string): Promise<StoredEvent> => {
    const { room, standing, stateVersion } = reading
    const now = await entryNow(room, type, stateKey)
    // What is older than the reader's leave has not changed since.
    const isHeld = now !== undefined && stateVersion > room.turnedVersion && heldAt(room, now, stateVersion)
    const found = standing !== 'departed' || isHeld ? now : await entryThen(reading, type, stateKey)
    if (found === undefined) throw new MatrixError('M_NOT_FOUND', 'The room has no such state.')
    return found
  }
  const entryThen = async (reading: Reading, type: string, stateKey: string): Promise<StoredEvent | undefined> => {
    const isMember = type === 'm.room.member'
    const entries = await stateThen(
      reading,
      reading.stateVersion,
      isMember ? { kind: 'members', userIds: [stateKey] } : { kind: 'without-members' },
    )
    return entries.find((event) => event.type === type && event.stateKey === stateKey)
  }

  return {
    state: async (asking, roomId) => {
      const reading = await open(asking, roomId)
      return tell(reading, await stateThen(reading, reading.stateVersion, { kind: 'all' }))
    },
    stateContent: async (asking, roomId, type, stateKey) => (await entry(await open(asking, roomId), type, stateKey)).pdu.content,
    stateEvent: async (asking, roomId, type, stateKey) => {
      const reading = await open(asking, roomId)
      return (await tell(reading, [await entry(reading, type, stateKey)]))[0]!
    },
    members: async (asking, roomId, { at, membership, notMembership }) => {
      const reading = await open(asking, roomId)
      const { room, stateVersion } = reading
      const version = at === undefined ? stateVersion : Math.min(stateVersion, await state.versionAt(room.nid, tokens.read(at)))
      const isMeant = (is: string | undefined) =>
        (membership === undefined && notMembership === undefined) ||
        (membership !== undefined && is === membership) ||
        (notMembership !== undefined && is !== notMembership)
      const members = (await stateThen(reading, version, { kind: 'all' })).filter(
        ({ type, pdu }) => type === 'm.room.member' && isMeant(ownString(pdu.content, 'membership')),
      )
      return tell(reading, members)
    },
    joinedMembers: async (asking, roomId) => {
      const { room, standing } = await open(asking, roomId)
      if (standing !== 'joined') throw forbidden()
      const entries = await state.current(room.nid, { kind: 'all' })
      return new Map(
        entries
          .filter(({ type, pdu }) => type === 'm.room.member' && pdu.content['membership'] === 'join')
          .map(({ stateKey, pdu }) => {
            const name = ownString(pdu.content, 'displayname')
            const avatar = ownString(pdu.content, 'avatar_url')
            return [
              stateKey as UserId,
              { ...(name !== undefined && { display_name: name }), ...(avatar !== undefined && { avatar_url: avatar }) },
            ]
          }),
      )
    },
    joinedRooms: async (userId) =>
      (await memberships.ofUser(await identifiers.user(userId)))
        .filter(({ membership }) => membership === 'join')
        .map(({ roomId }) => roomId),
  }
}
