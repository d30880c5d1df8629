import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { canonicalJson } from '../protocol/encoding.ts'
import type { Pdu } from '../protocol/event.ts'
import { redactedJson, redactPdu, ruledContent } from '../protocol/redaction.ts'
import { roomVersion, type RoomVersion } from '../protocol/room-versions.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'
import { eventClass, storedRelation, type StoredEvent } from './stored-event.ts'

/** A stretch of a room's timeline: positions above `after` and up to `upTo`, the latest first if `backwards`. */
export interface Stretch {
  readonly roomNid: number
  readonly after: number
  readonly upTo: number
  readonly limit: number
  readonly backwards: boolean
}

export interface EventStore {
  byId(eventId: EventId): Promise<StoredEvent | undefined>
  /** In no order; what is not held is absent. */
  byIds(eventIds: readonly EventId[]): Promise<StoredEvent[]>
  byNids(nids: readonly number[]): Promise<StoredEvent[]>
  byPositions(roomNid: number, positions: readonly number[]): Promise<StoredEvent[]>
  inRoom(stretch: Stretch): Promise<StoredEvent[]>
  /** What relates to an event, the latest first. */
  relatingTo(target: EventId, options: RelatingOptions): Promise<StoredEvent[]>
  /** What a device sent with a transaction ID, for repeats older than memory. */
  byTransaction(deviceNid: number, txnId: string): Promise<StoredEvent[]>
  /** What each state event replaced: the entry of its key in the version of the main line before it. By the number of the event. */
  replacedBy(events: readonly StoredEvent[]): Promise<ReadonlyMap<number, StoredEvent>>
}

export interface RelatingOptions {
  readonly relType?: string
  readonly eventType?: string
  readonly after: number
  readonly upTo: number
  readonly limit: number
  readonly backwards: boolean
}

export interface EventRow {
  nid: number
  event_id: string
  room_nid: number
  room_id: string
  version: string
  pos: number | null
  sender_nid: number
  state_before: number
  overlay: number | null
  met: number | null
  status: number | null
  class: number
  redacts: string | null
  device_nid: number | null
  txn_id: string | null
  redacted_by: number | null
  body: string
}

/** The columns and joins that `storedEvent` reads; an `e` for the event is in scope. */
export const eventColumns = `e.nid, e.event_id, e.room_nid, r.room_id, r.version, e.pos, e.sender_nid, e.state_before, e.overlay, e.met, e.status, e.class,
  e.redacts, e.device_nid, e.txn_id, e.redacted_by, j.body`
export const eventJoins = 'JOIN event_json j ON j.nid = e.nid JOIN room r ON r.nid = e.room_nid'

/** The event of a row; one whose redaction is stored has its redacted text, whatever the disk still holds. */
export function storedEvent(row: EventRow): StoredEvent {
  const pdu = JSON.parse(row.body) as Pdu
  const event: StoredEvent = {
    eventId: row.event_id as EventId,
    roomId: row.room_id as RoomId,
    pdu,
    json: row.body,
    nid: row.nid,
    pos: row.pos ?? undefined,
    roomNid: row.room_nid,
    senderNid: row.sender_nid,
    type: pdu.type,
    sender: pdu.sender,
    stateKey: pdu.state_key,
    ts: pdu.origin_server_ts,
    stateBefore: row.state_before,
    overlay: row.overlay ?? undefined,
    met: row.met ?? undefined,
    status: row.status ?? undefined,
    class: row.class,
    relation: storedRelation(pdu.content),
    redacts: row.redacts === null ? undefined : (fromColumn(row.redacts) as EventId),
    transaction: row.device_nid === null || row.txn_id === null ? undefined : { deviceNid: row.device_nid, txnId: fromColumn(row.txn_id) },
    redactedBy: undefined,
    replaced: undefined,
    mentions: [],
  }
  return row.redacted_by === null ? event : redacted(roomVersion(row.version)!, event, row.redacted_by)
}

/** The event as it is once a redaction, of number `by`, has taken its content away. */
export function redacted(version: RoomVersion, event: StoredEvent, by: number): StoredEvent {
  const pdu = redactPdu(version, event.pdu)
  const json = version.strictIntegers ? canonicalJson(pdu) : redactedJson(version, event.json)
  const ruled = event.ruled ?? ruledContent(event.type, event.pdu.content)
  return { ...event, pdu, json, class: eventClass.silent, relation: undefined, mentions: [], redactedBy: by, ruled }
}

export function createEventStore(database: Database): EventStore {
  const { engine } = database
  const select = async (where: string, bind: readonly unknown[]): Promise<StoredEvent[]> =>
    (await database.read<EventRow>(`SELECT ${eventColumns} FROM event e ${eventJoins} WHERE ${where}`, bind)).map(storedEvent)
  const direction = (backwards: boolean) => `ORDER BY e.pos ${backwards ? 'DESC' : 'ASC'}`

  return {
    byId: async (eventId) => (await select('e.event_id = $1', [toColumn(eventId)]))[0],
    byIds: async (eventIds) =>
      eventIds.length === 0 ? [] : select(`e.event_id ${inList(engine, '$1', 'text')}`, [JSON.stringify(eventIds.map(toColumn))]),
    byNids: async (nids) => (nids.length === 0 ? [] : select(`e.nid ${inList(engine, '$1', 'bigint')}`, [JSON.stringify(nids)])),
    byPositions: async (roomNid, positions) =>
      positions.length === 0
        ? []
        : select(`e.room_nid = $1 AND e.pos ${inList(engine, '$2', 'bigint')}`, [roomNid, JSON.stringify(positions)]),
    inRoom: ({ roomNid, after, upTo, limit, backwards }) =>
      select(`e.room_nid = $1 AND e.pos > $2 AND e.pos <= $3 ${direction(backwards)} LIMIT $4`, [roomNid, after, upTo, limit]),
    relatingTo: (target, { relType, eventType, after, upTo, limit, backwards }) => {
      const bind: unknown[] = [toColumn(target), after, upTo, limit]
      const also = (
        [
          ['e.rel_type', relType],
          ['e.type', eventType],
        ] as const
      )
        .filter(([, value]) => value !== undefined)
        .map(([column, value]) => ` AND ${column} = $${bind.push(toColumn(value!))}`)
        .join('')
      return select(`e.relates_to = $1 AND e.pos > $2 AND e.pos <= $3${also} ${direction(backwards)} LIMIT $4`, bind)
    },
    byTransaction: (deviceNid, txnId) => select('e.device_nid = $1 AND e.txn_id = $2', [deviceNid, toColumn(txnId)]),
    replacedBy: async (events) => {
      const pairs = events.filter(({ stateKey, stateBefore }) => stateKey !== undefined && stateBefore > 0).map(({ nid }) => nid)
      if (pairs.length === 0) return new Map()
      const rows = await database.read<EventRow & { successor: number }>(
        `SELECT ${eventColumns}, s.nid AS successor
        FROM event s JOIN state_interval i ON i.room_nid = s.room_nid AND i.skey_nid = s.skey_nid
          AND i.v_from <= s.state_before AND (i.v_to IS NULL OR i.v_to > s.state_before)
        JOIN event e ON e.nid = i.event_nid ${eventJoins} WHERE s.nid ${inList(engine, '$1', 'bigint')}`,
        [JSON.stringify(pairs)],
      )
      return new Map(rows.map((row) => [row.successor, storedEvent(row)]))
    },
  }
}
