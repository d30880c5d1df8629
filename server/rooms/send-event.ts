import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { authKeys } from '../protocol/auth-events.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Draft } from '../protocol/event.ts'
import { levelFor, powerOf } from '../protocol/power-levels.ts'
import { maxIdBytes } from '../protocol/seal-event.ts'
import type { EventStore } from '../storage/events.ts'
import { StaleBuildError } from '../storage/group-commit.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { AppendEvents } from './append-event.ts'
import type { BuildEvent } from './build-event.ts'
import type { FindSent } from './find-sent.ts'
import type { HeldRules, SingleOut } from './mentions.ts'
import { builderState, memberIsKnown, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'
import { createLru } from '../storage/lru.ts'

/**
 * Sends one event of a local user; resolves when it is durable.
 * @throws M_NOT_FOUND for a room that does not exist here, M_FORBIDDEN when its rules forbid the event
 */
export type SendEvent = (draft: Draft, transaction?: StoredEvent['transaction']) => Promise<StoredEvent>

interface Needs {
  roomStates: RoomStates
  identifiers: Identifiers
  events: EventStore
  findSent: FindSent
  buildEvent: BuildEvent
  appendEvents: AppendEvents
  singleOut: SingleOut
}

/** How often an event is built anew when one before it could not be stored. */
const attempts = 10
/** Devices remembered for having repeated what memory had forgotten. */
const repeatersKept = 10_000

export function createSendEvent({ roomStates, identifiers, events, findSent, buildEvent, appendEvents, singleOut }: Needs): SendEvent {
  // A repeat that the database refuses voids what others have built on it. Each device does that once: then it is asked about first.
  const repeaters = createLru<number, true>(repeatersKept)

  /** Brings into memory what building needs; `undefined` when all of it is there, so that a busy room never waits. */
  const prepare = (room: Room, draft: Draft, candidates: readonly UserId[]): Promise<unknown> | undefined => {
    const { sender, type, stateKey } = draft
    const members = [sender, ...candidates]
    if (type === 'm.room.member')
      for (const [key, user] of authKeys(room.version, draft)) if (key === 'm.room.member') members.push(user as UserId)
    const missing = members.filter((userId) => !memberIsKnown(room, userId))
    const waits: Promise<unknown>[] = []
    if (missing.length > 0) waits.push(roomStates.loadMembers(room, missing))
    if (identifiers.knownUser(sender) === undefined) waits.push(identifiers.user(sender))
    if (stateKey !== undefined) {
      if (identifiers.knownStateKey(type, stateKey) === undefined) waits.push(identifiers.stateKey(type, stateKey))
      if (type === 'm.room.member' && identifiers.knownUser(stateKey as UserId) === undefined)
        waits.push(identifiers.user(stateKey as UserId))
    }
    return waits.length === 0 ? undefined : Promise.all(waits)
  }

  /** Who may take away what. client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid */
  const checkRedaction = async (room: Room, { redacts, sender }: Draft): Promise<void> => {
    const target =
      redacts === undefined ? undefined : (room.recent.find(({ eventId }) => eventId === redacts) ?? (await events.byId(redacts)))
    if (target === undefined || target.roomId !== room.roomId)
      throw new MatrixError('M_NOT_FOUND', 'There is no such event in this room to redact.')
    await roomStates.loadMembers(room, [sender])
    const lookup = builderState(room)
    if (target.sender !== sender && powerOf(room.version, sender, lookup) < levelFor(room.version, 'redact', lookup)) {
      throw new MatrixError('M_FORBIDDEN', 'You may redact your own messages only; ask a moderator of the room for others.')
    }
  }

  /** What storage numbers and indexes must fit before it gets there. */
  const checkLengths = ({ type, stateKey }: Draft): void => {
    for (const [name, value] of [
      ['type', type],
      ['state key', stateKey ?? ''],
    ] as const) {
      if (Buffer.byteLength(value) > maxIdBytes)
        throw new MatrixError('M_TOO_LARGE', `The event's ${name} is too large: make it ${maxIdBytes} bytes at most.`)
    }
  }

  const attempt = async (draft: Draft, transaction: StoredEvent['transaction']): Promise<StoredEvent> => {
    checkLengths(draft)
    const room = roomStates.known(draft.roomId) ?? (await openOrRefuse(draft.roomId))
    if (room.held !== undefined) await room.held
    if (draft.type === 'm.room.redaction') await checkRedaction(room, draft)
    const candidates = singleOut.candidates(draft)
    const waits = prepare(room, draft, candidates)
    if (waits !== undefined) await waits
    const concerned = candidates.length === 0 ? candidates : singleOut.concerned(room, draft, candidates)
    const held: HeldRules = new Map()
    const unread = singleOut.hold(held, concerned)
    if (unread.length > 0) await singleOut.read(held, unread)
    let sent: StoredEvent | undefined
    await appendEvents(room, (next) => {
      const senderNid = identifiers.knownUser(draft.sender)!
      const mentions = singleOut.mentions(room, draft, concerned, held)
      sent = next(buildEvent(room, draft, { senderNid, ...(transaction && { transaction }), mentions }))
    })
    return sent!
  }

  const openOrRefuse = async (roomId: RoomId): Promise<Room> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw new MatrixError('M_NOT_FOUND', 'This server knows no such room.')
    return room
  }

  return async (draft, transaction) => {
    for (let left = attempts; ; left--) {
      const doubted = transaction !== undefined && (left < attempts || repeaters.has(transaction.deviceNid))
      const earlier = doubted ? await findSent({ ...transaction, ...draft }) : undefined
      if (earlier !== undefined) return earlier
      try {
        return await attempt(draft, transaction)
      } catch (error) {
        const repeats = transaction !== undefined && isRepeat(error)
        if (repeats) repeaters.set(transaction.deviceNid, true)
        if (left === 1 || !(repeats || error instanceof StaleBuildError)) throw error
      }
    }
  }
}

/** Whether the unique index over transactions has refused it. */
const isRepeat = (error: unknown): boolean => error instanceof Error && /unique|duplicate/i.test(error.message)
