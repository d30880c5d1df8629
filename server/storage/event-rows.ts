import { toColumn } from './column-text.ts'
import { citedIds } from '../protocol/event.ts'
import type { BatchDraft } from './batch-draft.ts'
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

/** Writes the rows of a new timeline event, the `ordinal`th of its unit, counted from 1. A message takes no row that a member more would add to. */
export function writeEventRows(draft: BatchDraft, event: StoredEvent, ordinal: number, state: StateNumbers | undefined): void {
  const at = draft.offset + ordinal
  const { roomNid, pdu, stateBefore, relation, redacts, transaction } = event
  draft.insert('event', [
    at,
    event.eventId,
    roomNid,
    at,
    toColumn(event.type),
    state?.skeyNid ?? null,
    event.senderNid,
    pdu.depth,
    event.ts,
    stateBefore,
    event.class,
    relation === undefined ? null : toColumn(relation.type),
    relation === undefined ? null : toColumn(relation.eventId),
    redacts === undefined ? null : toColumn(redacts),
    transaction?.deviceNid ?? null,
    transaction === undefined ? null : toColumn(transaction.txnId),
  ])
  draft.insert('eventJson', [at, event.json])
  for (const prev of citedIds(pdu.prev_events)) draft.insert('edge', [at, prev])
  for (const mention of event.mentions) draft.insert('mention', [mention.userNid, roomNid, at, mentionCode(mention)])
  if (state !== undefined) writeStateRows(draft, event, at, state)
  // Only what people write moves a room up in lists.
  const bump = event.class > 0 || event.type === 'm.room.create' ? at : (draft.find('roomHead', [roomNid])?.[5] ?? notMoved)
  draft.put('roomHead', [
    roomNid,
    state === undefined ? stateBefore : stateBefore + 1,
    pdu.depth,
    JSON.stringify([event.eventId]),
    at,
    bump,
  ])
}

function writeStateRows(draft: BatchDraft, event: StoredEvent, at: number, { skeyNid, memberNid, joinedBefore }: StateNumbers): void {
  const version = event.stateBefore + 1
  // Auth chains lead through state alone; what a message cites stands in its text.
  for (const auth of citedIds(event.pdu.auth_events)) draft.insert('authEdge', [at, auth])
  draft.insert('stateVersion', [event.roomNid, version, at])
  draft.setState(event.roomNid, skeyNid, version, at)
  if (memberNid !== undefined)
    draft.put('membership', [event.roomNid, memberNid, String(event.pdu.content['membership']), at, at, joinedBefore ? 1 : 0, 0])
}
