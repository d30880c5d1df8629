import type { EventId, UserId } from '../../spec/identifiers.ts'
import { fromColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Reading } from './engine.ts'
import { type Place, placeColumns, placeOf, type PlaceRow } from './place.ts'
import { eventStatus } from './stored-event.ts'

/** What columns tell of an event. */
export interface NotedRow extends Place {
  readonly pos: number | undefined
  readonly type: string
  readonly stateKey: string | undefined
  readonly sender: UserId
  readonly depth: number
  readonly ts: number
  /** The number of the redaction that took its content away. */
  readonly redactedBy: number | undefined
}

/** How long an event stood at a key of a room's state. */
export interface Stretch {
  readonly from: number
  /** Absent: it stands there now. */
  readonly to: number | undefined
  /** 0: none stood there. */
  readonly eventNid: number
  /** Where the version that began it came to be. */
  readonly pos: number
}

/** A change of a room's state at one key; 0 stands for no event. */
export interface KeyChange {
  readonly skeyNid: number
  readonly before: number
  readonly after: number
}

/** What became of a room's events and of its state over time. All of it is bounded. */
export interface RoomHistory {
  /** By their numbers. */
  noted(nids: readonly number[]): Promise<Map<number, NotedRow>>
  /** The event at a position of the room's timeline. */
  at(roomNid: number, pos: number): Promise<number | undefined>
  /** The last stretches of a key, the earliest first. */
  stretches(roomNid: number, skeyNid: number, limit: number): Promise<Stretch[]>
  /** The stretches in which this event stood there, the earliest first. */
  stretchesOf(roomNid: number, skeyNid: number, eventNid: number, limit: number): Promise<Stretch[]>
  /** How many changes a key has seen. */
  countStretches(roomNid: number, skeyNid: number): Promise<number>
  /** What a version changed, and how much in all. */
  changes(roomNid: number, version: number, limit: number): Promise<{ readonly count: number; readonly changes: KeyChange[] }>
  /** Where a version came to be. */
  positionOf(roomNid: number, version: number): Promise<number | undefined>
  /** Events that have one of these statuses, the latest first; of one sender, if given. */
  ofStatus(roomNid: number, statuses: readonly number[], limit: number, sender?: string): Promise<number[]>
  countOfStatus(roomNid: number, statuses: readonly number[], sender: string): Promise<number>
  /** The last events of a room's history up to a position, with what they follow; the latest first. */
  upTo(roomNid: number, pos: number, limit: number): Promise<{ eventId: EventId; prev: EventId[] }[]>
  /** What these events follow, each once. */
  follows(nids: readonly number[]): Promise<EventId[]>
}

interface Row extends PlaceRow {
  pos: number | null
  type: string
  state_key: string | null
  user_id: string
  depth: number
  ts: number
  redacted_by: number | null
}

const notedRow = (row: Row): NotedRow => ({
  ...placeOf(row),
  pos: row.pos ?? undefined,
  type: fromColumn(row.type),
  stateKey: row.state_key === null ? undefined : fromColumn(row.state_key),
  sender: fromColumn(row.user_id) as UserId,
  depth: row.depth,
  ts: row.ts,
  redactedBy: row.redacted_by ?? undefined,
})

interface StretchRow {
  v_from: number
  v_to: number | null
  event_nid: number
  pos: number
}
const stretchOf = (row: StretchRow): Stretch => ({ from: row.v_from, to: row.v_to ?? undefined, eventNid: row.event_nid, pos: row.pos })
const stretchColumns = `i.v_from, i.v_to, i.event_nid, v.pos
  FROM state_interval i JOIN state_version v ON v.room_nid = i.room_nid AND v.version = i.v_from`

export function createRoomHistory({ query, engine }: Reading): RoomHistory {
  const stretches = async (where: string, bind: readonly unknown[]): Promise<Stretch[]> => {
    const rows = await query<StretchRow>(
      `SELECT ${stretchColumns} WHERE i.room_nid = $1 AND i.skey_nid = $2${where} ORDER BY i.v_from DESC LIMIT $3`,
      bind,
    )
    return rows.map(stretchOf).toReversed()
  }
  const edges = async (nids: readonly number[]): Promise<{ nid: number; prev_id: EventId }[]> =>
    nids.length === 0 ? [] : query(`SELECT nid, prev_id FROM edge WHERE nid ${inList(engine, '$1', 'bigint')}`, [JSON.stringify(nids)])
  const count = async (sql: string, bind: readonly unknown[]): Promise<number> => (await query<{ n: number }>(sql, bind))[0]!.n
  const bySender = (parameter: `$${number}`): string => ` AND sender_nid IN (SELECT nid FROM user_id WHERE user_id = ${parameter})`

  return {
    noted: async (nids) => {
      if (nids.length === 0) return new Map()
      const rows = await query<Row>(
        `SELECT ${placeColumns}, e.pos, e.type, k.state_key, u.user_id,
          e.depth, e.ts, e.redacted_by
        FROM event e JOIN user_id u ON u.nid = e.sender_nid LEFT JOIN state_key k ON k.nid = e.skey_nid
        WHERE e.nid ${inList(engine, '$1', 'bigint')}`,
        [JSON.stringify(nids)],
      )
      return new Map(rows.map((row) => [row.nid, notedRow(row)]))
    },
    at: async (roomNid, pos) =>
      (await query<{ nid: number }>('SELECT nid FROM event WHERE room_nid = $1 AND pos = $2', [roomNid, pos]))[0]?.nid,
    stretches: (roomNid, skeyNid, limit) => stretches('', [roomNid, skeyNid, limit]),
    stretchesOf: (roomNid, skeyNid, eventNid, limit) => stretches(' AND i.event_nid = $4', [roomNid, skeyNid, limit, eventNid]),
    countStretches: (roomNid, skeyNid) =>
      count('SELECT COUNT(*) AS n FROM state_interval WHERE room_nid = $1 AND skey_nid = $2', [roomNid, skeyNid]),
    changes: async (roomNid, version, limit) => {
      const rows = await query<{ skey_nid: number; event_nid: number; before: number | null }>(
        `SELECT i.skey_nid, i.event_nid, o.event_nid AS before FROM state_interval i
        LEFT JOIN state_interval o ON o.room_nid = i.room_nid AND o.skey_nid = i.skey_nid AND o.v_to = i.v_from
        WHERE i.room_nid = $1 AND i.v_from = $2 ORDER BY i.skey_nid LIMIT $3`,
        [roomNid, version, limit],
      )
      return {
        count: await count('SELECT COUNT(*) AS n FROM state_interval WHERE room_nid = $1 AND v_from = $2', [roomNid, version]),
        changes: rows.map((row) => ({ skeyNid: row.skey_nid, before: row.before ?? 0, after: row.event_nid })),
      }
    },
    positionOf: async (roomNid, version) =>
      (await query<{ pos: number }>('SELECT pos FROM state_version WHERE room_nid = $1 AND version = $2', [roomNid, version]))[0]?.pos,
    ofStatus: async (roomNid, statuses, limit, sender) => {
      const narrowed = sender === undefined ? { sql: '', bind: [] } : { sql: bySender('$4'), bind: [sender] }
      const rows = await query<{ nid: number }>(
        `SELECT nid FROM event WHERE room_nid = $1 AND status IS NOT NULL AND status ${inList(engine, '$2', 'bigint')}${narrowed.sql} ORDER BY nid DESC LIMIT $3`,
        [roomNid, JSON.stringify(statuses), limit, ...narrowed.bind],
      )
      return rows.map(({ nid }) => nid)
    },
    countOfStatus: (roomNid, statuses, sender) =>
      count(
        `SELECT COUNT(*) AS n FROM event WHERE room_nid = $1 AND status IS NOT NULL AND status ${inList(engine, '$2', 'bigint')}${bySender('$3')}`,
        [roomNid, JSON.stringify(statuses), sender],
      ),
    upTo: async (roomNid, pos, limit) => {
      const rows = await query<{ nid: number; event_id: string }>(
        'SELECT nid, event_id FROM event WHERE room_nid = $1 AND pos > 0 AND pos <= $2 ORDER BY pos DESC LIMIT $3',
        [roomNid, pos, limit],
      )
      // What lets branches meet has no place in the timeline.
      const unseen = await query<{ nid: number; event_id: string }>(
        'SELECT nid, event_id FROM event WHERE room_nid = $1 AND status = $2 AND pos IS NULL AND nid <= $3 ORDER BY nid DESC LIMIT $4',
        [roomNid, eventStatus.dummy, pos, limit],
      )
      const all = [...rows, ...unseen]
      const prev = new Map<number, EventId[]>()
      for (const { nid, prev_id: eventId } of await edges(all.map(({ nid }) => nid))) prev.set(nid, [...(prev.get(nid) ?? []), eventId])
      return all.map(({ nid, event_id: eventId }) => ({ eventId: eventId as EventId, prev: prev.get(nid) ?? [] }))
    },
    follows: async (nids) => [...new Set((await edges(nids)).map((edge) => edge.prev_id))],
  }
}
