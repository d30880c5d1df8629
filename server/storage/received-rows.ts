import type { EventId } from '../../spec/identifiers.ts'
import type { BatchDraft } from './batch-draft.ts'
import { toColumn } from './column-text.ts'
import { bumpOf, fitting, writeEvent } from './event-rows.ts'
import { eventClass, mentionCode, type StoredEvent } from './stored-event.ts'

/** An entry of the room's state that the arrival of an event changes. */
export interface EntryChange {
  readonly skeyNid: number
  /** The event that stands there from now on: the arriving one, another that is stored, or none. */
  readonly eventNid: number | 'arriving' | undefined
  /** For an entry of `m.room.member`. */
  readonly member?: { readonly userNid: number; readonly membership: string | undefined; readonly joinedBefore: boolean }
}

/** Where a room stands after an arrival. */
export interface HeadChange {
  readonly stateVersion: number
  readonly depth: number
  readonly extremities: readonly EventId[]
}

/** An event that came otherwise than by our own building at the end of the main line, and all that its arrival changes. */
export interface Arrival {
  readonly event: StoredEvent
  readonly skeyNid: number | undefined
  /** The overlay that is the state before it, where no stored one is that. */
  readonly overlay?: { readonly base: number; readonly parent: number | undefined; readonly entries: ReadonlyMap<number, number> }
  /** What makes the next version of the room's state; empty where that stays. */
  readonly changes: readonly EntryChange[]
  /** Absent where the room's end stays as it was. */
  readonly head?: HeadChange
  /** What it cites that is not held. */
  readonly missing: readonly EventId[]
  /** The number of the redaction that came before it and takes its content away. */
  readonly redactedBy?: number | undefined
  /** It is a redaction that takes effect. */
  readonly redactsNow?: boolean
  /** It was held as an outlier: its number stays. */
  readonly heldAs?: number | undefined
}

const writeItself = (draft: BatchDraft, { event, skeyNid, heldAs, overlay }: Arrival, at: number): void => {
  if (heldAs === undefined) writeEvent(draft, overlay === undefined ? event : { ...event, overlay: undefined }, at, skeyNid)
  else {
    const { stateBefore, class: kind, overlay: stored, met, status } = event
    draft.insert('placed', [heldAs, event.pos === undefined ? null : at, stateBefore, kind, stored ?? null, met ?? null, status ?? null])
  }
}

/** Writes the rows of an arrival, the `ordinal`th of its unit, counted from 1. */
export function writeArrival(draft: BatchDraft, arrival: Arrival, ordinal: number): void {
  const at = draft.offset + ordinal
  const { event, head, changes, heldAs } = arrival
  const { roomNid } = event
  writeItself(draft, arrival, at)
  if (arrival.overlay !== undefined) {
    const { base, parent, entries } = arrival.overlay
    draft.insert('overlay', [at, roomNid, base, parent ?? null, JSON.stringify([...entries])])
    draft.insert('overlaid', [event.eventId, at])
  }
  // As an outlier it is not reached yet: what it follows is still not known.
  if (event.stateBefore >= 0) draft.insert('reached', [roomNid, toColumn(event.eventId)])
  for (const missing of arrival.missing) draft.insert('backwardExtremity', [roomNid, toColumn(missing)])
  if (event.pos !== undefined && event.pos < 0) draft.insert('inThePast', [event.eventId, event.pos])
  for (const mention of event.mentions) draft.insert('mention', [mention.userNid, roomNid, at, mentionCode(mention)])
  if (arrival.redactsNow === true && event.redacts !== undefined) {
    if (heldAs === undefined) draft.insert('redacted', [event.redacts, roomNid, at, eventClass.silent])
    else draft.insert('redactedEarlier', [event.redacts, roomNid, heldAs, eventClass.silent])
  }
  if (arrival.redactedBy !== undefined) draft.insert('redactedEarlier', [event.eventId, roomNid, arrival.redactedBy, eventClass.silent])
  if (head === undefined) return
  if (changes.length > 0) {
    draft.insert('stateVersion', [roomNid, head.stateVersion, at])
    for (const change of changes) writeChange(draft, arrival, change, at)
  }
  draft.put('roomHead', [roomNid, head.stateVersion, fitting(head.depth), JSON.stringify(head.extremities), at, bumpOf(draft, event, at)])
}

const writeChange = (draft: BatchDraft, { event, head, heldAs }: Arrival, { skeyNid, eventNid, member }: EntryChange, at: number): void => {
  const { roomNid } = event
  const version = head!.stateVersion
  const isNew = eventNid === 'arriving' && heldAs === undefined
  const nid = eventNid === 'arriving' ? heldAs : eventNid
  if (isNew) draft.setState(roomNid, skeyNid, version, at)
  else {
    draft.insert('closedState', [roomNid, skeyNid, version])
    draft.insert('stateRestored', [roomNid, skeyNid, version, null, nid ?? 0])
  }
  if (member === undefined) return
  const { userNid, membership, joinedBefore } = member
  // Who has no membership any more is as one who left: they are to be told.
  draft.put('membership', [roomNid, userNid, membership ?? 'leave', at, at, joinedBefore ? 1 : 0, 0])
}
