import { toColumn } from './column-text.ts'
import { authKindOf } from '../protocol/auth-graph.ts'
import { citedIds } from '../protocol/event.ts'
import type { BatchDraft } from './batch-draft.ts'
import type { Cell } from './commit-tables.ts'
import { mentionCode, type StoredEvent } from './stored-event.ts'

/** The numbers that a state event's rows need. */
export interface StateNumbers {
  readonly skeyNid: number
  /** The number of the user that a membership is about. */
  readonly memberNid: number | undefined
  /** Whether that user has been in the room, this event included. */
  readonly joinedBefore: boolean
}

/** The bump of a room without a message in this batch: an offset so low that it is before all positions, whatever the base. */
const notMoved = -(2 ** 52)

/** The largest number that a column holds as it was given: those of versions 1 to 5 may be larger. */
export const fitting = (number: number): number => Math.min(Math.max(number, 0), Number.MAX_SAFE_INTEGER)

/** The event's own rows: its columns, its text, and what it cites. `at` is its offset, counted from the batch's first position. */
export function writeEvent(draft: BatchDraft, event: StoredEvent, at: number, skeyNid: number | undefined): void {
  const { roomNid, pdu, relation, redacts, transaction } = event
  draft.insert('event', [
    at,
    event.eventId,
    roomNid,
    event.pos === undefined ? null : at,
    toColumn(event.type),
    skeyNid ?? null,
    event.senderNid,
    fitting(pdu.depth),
    fitting(event.ts),
    event.stateBefore,
    event.class,
    relation === undefined ? null : toColumn(relation.type),
    relation === undefined ? null : toColumn(relation.eventId),
    redacts === undefined ? null : toColumn(redacts),
    transaction?.deviceNid ?? null,
    transaction === undefined ? null : toColumn(transaction.txnId),
    event.overlay ?? null,
    event.met ?? null,
    event.status ?? null,
  ])
  draft.insert('eventJson', [at, event.json])
  for (const prev of new Set(citedIds(pdu.prev_events))) draft.insert('edge', [at, prev])
  // Auth chains lead through state alone; what a message cites stands in its text.
  if (skeyNid !== undefined) draft.insert('authCited', [roomNid, at, authKindOf(pdu), citedIds(pdu.auth_events)])
}

/** Writes the rows of a new event at the end of the main line, the `ordinal`th of its unit, counted from 1. A message takes no row that a member more would add to. */
export function writeEventRows(draft: BatchDraft, event: StoredEvent, ordinal: number, state: StateNumbers | undefined): void {
  const at = draft.offset + ordinal
  const { roomNid, pdu, stateBefore } = event
  writeEvent(draft, event, at, state?.skeyNid)
  for (const mention of event.mentions) draft.insert('mention', [mention.userNid, roomNid, at, mentionCode(mention)])
  if (state !== undefined) writeStateRows(draft, event, at, state)
  const stateVersion = state === undefined ? stateBefore : stateBefore + 1
  draft.put('roomHead', [roomNid, stateVersion, fitting(pdu.depth), JSON.stringify([event.eventId]), at, bumpOf(draft, event, at)])
}

/** Only what people write moves a room up in lists. */
export const bumpOf = (draft: BatchDraft, event: StoredEvent, at: number): Cell =>
  event.class > 0 || event.type === 'm.room.create' ? at : (draft.find('roomHead', [event.roomNid])?.[5] ?? notMoved)

function writeStateRows(draft: BatchDraft, event: StoredEvent, at: number, { skeyNid, memberNid, joinedBefore }: StateNumbers): void {
  const version = event.stateBefore + 1
  draft.insert('stateVersion', [event.roomNid, version, at])
  draft.setState(event.roomNid, skeyNid, version, at)
  if (memberNid !== undefined)
    draft.put('membership', [event.roomNid, memberNid, String(event.pdu.content['membership']), at, at, joinedBefore ? 1 : 0, 0])
}
