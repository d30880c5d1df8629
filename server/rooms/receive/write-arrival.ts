import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Draft, type Event } from '../../protocol/event.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import { redacted } from '../../storage/events.ts'
import type { GroupCommit } from '../../storage/group-commit.ts'
import type { Identifiers } from '../../storage/identifiers.ts'
import { writeArrival, type Arrival } from '../../storage/received-rows.ts'
import { eventClass, eventStatus, storedRelation, type StoredEvent } from '../../storage/stored-event.ts'
import type { LogEntry } from '../../storage/streams.ts'
import { redactInMemory } from '../redact-in-memory.ts'
import { committedState, noteArrival, type Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'
import { rowOf, type ArrivalChanges, type FindChanges } from './arrival-changes.ts'
import type { ArrivalMentions } from './arrival-mentions.ts'
import { targetOf, type RedactionEffects } from './redaction-effects.ts'
import type { StateRef } from './state-refs.ts'

/** An event that has been judged, and where it belongs. */
export interface Judgement extends SealedEvent {
  /** The state before it; `undefined` for outliers. */
  readonly before: StateRef | undefined
  /** One of `eventStatus`, for what is not accepted. */
  readonly status?: number | undefined
  /** The ends of the room's history from now on; absent: they stay. */
  readonly ends?: Room['next']['extremities']
  /** The room's state from now on; absent: the event stands at the end of the main line as if it had been built here. */
  readonly now?: StateRef
  /** Its place in the timeline, where that lies before everything that is held. */
  readonly pastPos?: number | undefined
  /** Its number, where it is held as an outlier. */
  readonly heldAs?: number | undefined
  /** What it follows that is not held. */
  readonly missing?: readonly EventId[]
}

/** Stores an event from elsewhere with all that it changes, in one commit, and brings memory up to it. The room must be held. */
export type WriteArrival = (room: Room, judgement: Judgement) => Promise<StoredEvent>

interface Needs {
  identifiers: Identifiers
  roomStates: RoomStates
  groupCommit: GroupCommit
  findChanges: FindChanges
  redactionEffects: RedactionEffects
  mentions: ArrivalMentions
  /** What an event means to unread counts: one of `eventClass`. */
  classify: (room: Room, draft: Draft) => number
}

type Numbered = { -readonly [K in keyof StoredEvent]: StoredEvent[K] }

const draftOf = ({ roomId, pdu }: Event): Draft => ({
  roomId,
  sender: pdu.sender,
  type: pdu.type,
  content: pdu.content,
  ...(pdu.state_key !== undefined && { stateKey: pdu.state_key }),
})

const none: ArrivalChanges = { rows: [], entries: [] }

/** How the timeline tells of a change of state: an event that alone takes its place is an ordinary one. */
const toldAs = (event: StoredEvent, { entries }: ArrivalChanges): number | undefined => {
  const itself = entries.length === 1 && entries[0]!.event === event
  if (itself || (entries.length === 0 && event.stateKey === undefined)) return undefined
  return event.stateKey === undefined ? eventStatus.turning : eventStatus.past
}

export function createWriteArrival(needs: Needs): WriteArrival {
  const { identifiers, roomStates, groupCommit, findChanges, redactionEffects, mentions, classify } = needs

  const stored = async (room: Room, judgement: Judgement): Promise<Numbered> => {
    const { event, before, status, ends, now, pastPos, heldAs } = judgement
    const { pdu } = event
    const isShown = status === undefined && before !== undefined
    const draft = draftOf(event)
    return {
      ...event,
      json: judgement.json,
      nid: heldAs ?? 0,
      pos: isShown ? (pastPos ?? 0) : undefined,
      roomNid: room.nid,
      senderNid: await identifiers.user(pdu.sender),
      type: pdu.type,
      sender: pdu.sender,
      stateKey: pdu.state_key,
      ts: pdu.origin_server_ts,
      stateBefore: before?.version ?? -1,
      overlay: before?.overlay?.nid,
      // A timeline that begins before all that was held goes on from the room's first state.
      met: pastPos !== undefined ? 0 : ends !== undefined && now === undefined ? undefined : room.stateVersion,
      status,
      class: isShown ? classify(room, draft) : eventClass.silent,
      relation: storedRelation(pdu.content),
      redacts: targetOf(room.version, event),
      transaction: undefined,
      redactedBy: undefined,
      replaced: undefined,
      mentions: isShown && pastPos === undefined ? await mentions(room, draft) : [],
    }
  }

  const numberOfKey = async ({ type, stateKey }: StoredEvent): Promise<number | undefined> =>
    stateKey === undefined ? undefined : identifiers.stateKey(type, stateKey)

  /** The event takes its place at the end of the main line, as one built here does. */
  const ownChange = async (room: Room, event: Numbered, skeyNid: number | undefined): Promise<ArrivalChanges> => {
    if (skeyNid === undefined) return none
    const entry = { type: event.type, stateKey: event.stateKey!, event }
    if (event.type === 'm.room.member') await roomStates.loadMembers(room, [event.stateKey!])
    const replaced = committedState(room)(event.type, event.stateKey!)
    // Whoever is told of it need not look it up.
    event.replaced = replaced && { eventId: replaced.eventId, sender: replaced.sender, content: replaced.pdu.content }
    return { rows: [await rowOf(identifiers, room, skeyNid, entry, 'arriving')], entries: [entry] }
  }

  const commit = async (
    room: Room,
    arrival: Arrival,
    event: Numbered,
    { entries }: ArrivalChanges,
    ends: Room['next']['extremities'],
  ): Promise<void> => {
    const { head, redactedBy } = arrival
    await groupCommit.add({
      positions: 1,
      write: (draft) => writeArrival(draft, arrival, 1),
      committed: (base): readonly LogEntry[] => {
        const pos = base + 1
        if (arrival.heldAs === undefined) event.nid = pos
        if (event.pos === 0) event.pos = pos
        if (arrival.overlay !== undefined) event.overlay = pos
        const told = redactedBy === undefined ? event : redacted(room.version, event, redactedBy)
        const shown = entries.map((entry) => (entry.event === event ? { ...entry, event: told } : entry))
        if (head !== undefined) noteArrival(room, told, { ...head, extremities: ends }, shown)
        if (arrival.redactsNow === true) redactInMemory(room, event.redacts!, event.nid)
        if (head === undefined || event.pos === undefined || event.pos < 0) return []
        if (event.status === undefined) return [{ kind: 'event', pos, event: told }]
        const turned = shown.filter(({ type }) => type === 'm.room.member')
        return [{ kind: 'event', pos, event: told, turnedMembers: new Map(turned.map(({ stateKey, event: now }) => [stateKey, now])) }]
      },
      failed: () => roomStates.discard(room),
    })
  }

  return async (room, judgement) => {
    const { before, status, ends, now, heldAs, missing = [] } = judgement
    const event = await stored(room, judgement)
    const skeyNid = await numberOfKey(event)
    const isAccepted = status === undefined && before !== undefined
    const changes =
      !isAccepted || ends === undefined
        ? none
        : now === undefined
          ? await ownChange(room, event, skeyNid)
          : await findChanges(room, now, event)
    const redactsNow = isAccepted && event.redacts !== undefined && (await redactionEffects.takesEffect(room, event, before))
    if (isAccepted && now !== undefined) event.status = toldAs(event, changes)
    if (isAccepted && event.type === 'm.room.redaction' && !redactsNow) event.status = eventStatus.withheld
    const stateVersion = room.stateVersion + (changes.rows.length > 0 ? 1 : 0)
    // What is told otherwise than by taking its place stands behind the change that it made.
    if (event.status !== undefined && event.met !== undefined && judgement.pastPos === undefined) event.met = stateVersion
    const overlay = before?.overlay
    await commit(
      room,
      {
        event,
        skeyNid,
        changes: changes.rows,
        missing,
        redactsNow,
        redactedBy: before === undefined ? undefined : await redactionEffects.cameBefore(room, event),
        heldAs,
        ...(overlay !== undefined &&
          overlay.nid === undefined && { overlay: { base: before!.version, parent: overlay.parent, entries: overlay.beyond } }),
        ...(ends !== undefined && {
          head: { stateVersion, depth: Math.max(room.next.depth, event.pdu.depth), extremities: citedIds(ends) },
        }),
      },
      event,
      changes,
      ends ?? [],
    )
    return event
  }
}
