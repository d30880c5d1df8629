import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import type { AuthGraph } from '../protocol/auth-graph.ts'
import type { Event, Pdu } from '../protocol/event.ts'
import type { SealedEvent } from '../protocol/seal-event.ts'
import { stateMapKey } from '../protocol/state-map.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Engine, Query } from './engine.ts'
import { type Place, placeColumns, placeOf, type PlaceRow } from './place.ts'
import { readThrough } from './read-through.ts'
import { eventStatus } from './stored-event.ts'
import { createLru } from './lru.ts'

/** A room's state events in order of arrival, each after all it cites, as resolution walks them. */
export interface RoomGraph {
  readonly graph: AuthGraph
  /** The number of the event at each index, ascending. */
  readonly nids: Float64Array
  /** The numbers of those that were rejected. */
  readonly rejected: ReadonlySet<number>
}

/** A type and a state key, and their number. */
export interface NumberedKey {
  readonly type: string
  readonly stateKey: string
  readonly skeyNid: number
}

/** How a room's events hang together. It runs on any connection, so that a worker can read by its own. */
export interface EventGraph {
  places(eventIds: readonly EventId[]): Promise<Map<EventId, Place>>
  /** The room's graph of citations; of one that was loaded before, what is new is read alone. */
  load(roomNid: number, known?: RoomGraph): Promise<RoomGraph>
  /**
   * By their numbers, as they came: what has been redacted since is judged by what it said. Most of a room's events cite the same few,
   * so what was read lately is in memory.
   */
  events(nids: readonly number[]): Promise<Map<number, Event>>
  /** An event as it came, with its text: what was held first counts, whatever comes under its ID later. */
  sealed(nid: number): Promise<SealedEvent>
  /** Numbers of keys; those that no event ever had are absent. */
  keys(pairs: readonly (readonly [type: string, stateKey: string])[]): Promise<NumberedKey[]>
  /** Types and state keys by number. */
  keyTexts(skeyNids: readonly number[]): Promise<Map<number, { type: string; stateKey: string }>>
  /** The redactions of an event that came before it. */
  redactionsOf(roomNid: number, eventId: EventId): Promise<{ nid: number; sender: UserId; place: Place }[]>
  /** What accepted events follow that is not held, in no order; a thousand of them at most, or as many as told. */
  backwardExtremities(roomNid: number, limit?: number): Promise<EventId[]>
  /** Whether the event is one of those. */
  isBackwardExtremity(roomNid: number, eventId: EventId): Promise<boolean>
  /** With what the room's history began here: the first event that came as one of its timeline. */
  firstArrival(roomNid: number): Promise<{ type: string; depth: number } | undefined>
}

/** Indexes by number: ascending numbers, found by halving. */
export const indexOf = (nids: Float64Array, nid: number): number => {
  let low = 0
  let high = nids.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = nids[middle]!
    if (found === nid) return middle
    if (found < nid) low = middle + 1
    else high = middle - 1
  }
  return -1
}

interface CitedRow {
  readonly nid: number
  readonly kind: number
  readonly cited: string
}

const nothing: Pick<RoomGraph, 'graph' | 'nids'> = {
  nids: new Float64Array(0),
  graph: { size: 0, offsets: new Uint32Array(1), targets: new Uint32Array(0), kinds: new Uint8Array(0) },
}

const joined = <A extends Float64Array | Uint32Array | Uint8Array>(all: A, first: A, rest: ArrayLike<number>): A => {
  all.set(first)
  all.set(rest, first.length)
  return all
}

/** The graph with newer rows, in the order of their numbers. */
const extended = (
  { nids: before, graph }: Pick<RoomGraph, 'graph' | 'nids'>,
  rows: readonly CitedRow[],
): Pick<RoomGraph, 'graph' | 'nids'> => {
  if (rows.length === 0) return { nids: before, graph }
  const size = before.length + rows.length
  const nids = joined(
    new Float64Array(size),
    before,
    rows.map(({ nid }) => nid),
  )
  const targets: number[] = []
  const ends: number[] = []
  for (const { nid, cited } of rows) {
    for (const text of cited === '' ? [] : cited.split(',')) {
      // What was stored later cannot be part of the chain: an event is stored after what it cites.
      const target = Number(text) < nid ? indexOf(nids, Number(text)) : -1
      if (target >= 0) targets.push(target)
    }
    ends.push(graph.targets.length + targets.length)
  }
  return {
    nids,
    graph: {
      size,
      offsets: joined(new Uint32Array(size + 1), graph.offsets, ends),
      targets: joined(new Uint32Array(graph.targets.length + targets.length), graph.targets, targets),
      kinds: joined(
        new Uint8Array(size),
        graph.kinds,
        rows.map(({ kind }) => kind),
      ),
    },
  }
}

/** What was read lately is kept: so many characters of events, and so many keys. */
const [keptCharacters, keptKeys] = [4_000_000, 10_000]

export function createEventGraph({ query, engine }: { query: Query; engine: Engine }): EventGraph {
  const events = createLru<number, SealedEvent>(keptCharacters, { sizeOf: ({ json }) => json.length })
  const keys = createLru<string, NumberedKey>(keptKeys)

  const sealedEvents = (nids: Iterable<number>): Promise<Map<number, SealedEvent>> =>
    readThrough(events, nids, async (missing) => {
      const rows = await query<{ nid: number; event_id: EventId; room_id: RoomId; body: string }>(
        `SELECT e.nid, e.event_id, r.room_id, j.body FROM event e JOIN event_json j ON j.nid = e.nid JOIN room r ON r.nid = e.room_nid
        WHERE e.nid ${inList(engine, '$1', 'bigint')}`,
        [JSON.stringify(missing)],
      )
      return new Map(
        rows.map(({ nid, event_id, room_id, body }) => [
          nid,
          { event: { eventId: event_id, roomId: room_id, pdu: JSON.parse(body) as Pdu }, json: body },
        ]),
      )
    })

  const readKeys = async (missing: readonly (readonly [string, string])[]): Promise<Map<string, NumberedKey>> => {
    const given = JSON.stringify(missing.map((pair) => pair.map(toColumn)))
    const rows = await query<{ type: string; state_key: string; nid: number }>(
      engine === 'sqlite'
        ? 'SELECT k.type, k.state_key, k.nid FROM json_each($1) v JOIN state_key k ON k.type = (v.value ->> 0) AND k.state_key = (v.value ->> 1)'
        : `SELECT k.type, k.state_key, k.nid FROM jsonb_array_elements($1::jsonb) AS v(value)
          JOIN state_key k ON k.type = (v.value ->> 0) AND k.state_key = (v.value ->> 1)`,
      [given],
    )
    return new Map(
      rows.map((row) => {
        const key = { type: fromColumn(row.type), stateKey: fromColumn(row.state_key), skeyNid: row.nid }
        return [stateMapKey(key.type, key.stateKey), key]
      }),
    )
  }

  return {
    places: async (eventIds) => {
      if (eventIds.length === 0) return new Map()
      const rows = await query<PlaceRow>(`SELECT ${placeColumns} FROM event e WHERE e.event_id ${inList(engine, '$1', 'text')}`, [
        JSON.stringify(eventIds.map(toColumn)),
      ])
      return new Map(rows.map((row) => [row.event_id as EventId, placeOf(row)]))
    },
    load: async (roomNid, known) => {
      const rows = await query<CitedRow>('SELECT nid, kind, cited FROM auth_cited WHERE room_nid = $1 AND nid > $2 ORDER BY nid', [
        roomNid,
        known?.nids.at(-1) ?? 0,
      ])
      const rejected = await query<{ nid: number }>('SELECT nid FROM event WHERE room_nid = $1 AND status = $2', [
        roomNid,
        eventStatus.rejected,
      ])
      return { ...extended(known ?? nothing, rows), rejected: new Set(rejected.map(({ nid }) => nid)) }
    },
    events: async (nids) => new Map([...(await sealedEvents(nids))].map(([nid, { event }]) => [nid, event])),
    sealed: async (nid) => (await sealedEvents([nid])).get(nid)!,
    keys: async (pairs) => {
      const named = new Map(pairs.map((pair) => [stateMapKey(...pair), pair]))
      const found = await readThrough(keys, named.keys(), (missing) => readKeys(missing.map((name) => named.get(name)!)))
      return [...found.values()]
    },
    keyTexts: async (skeyNids) => {
      const rows = await query<{ type: string; state_key: string; nid: number }>(
        `SELECT nid, type, state_key FROM state_key WHERE nid ${inList(engine, '$1', 'bigint')}`,
        [JSON.stringify(skeyNids)],
      )
      return new Map(rows.map((row) => [row.nid, { type: fromColumn(row.type), stateKey: fromColumn(row.state_key) }]))
    },
    redactionsOf: async (roomNid, eventId) => {
      const rows = await query<PlaceRow & { user_id: string }>(
        `SELECT ${placeColumns}, u.user_id FROM event e JOIN user_id u ON u.nid = e.sender_nid
        WHERE e.redacts = $1 AND e.room_nid = $2 AND e.type = 'm.room.redaction' AND e.status = $3 ORDER BY e.nid`,
        [toColumn(eventId), roomNid, eventStatus.withheld],
      )
      return rows.map((row) => ({ nid: row.nid, sender: fromColumn(row.user_id) as UserId, place: placeOf(row) }))
    },
    backwardExtremities: async (roomNid, limit = 1000) =>
      (await query<{ event_id: string }>('SELECT event_id FROM backward_extremity WHERE room_nid = $1 LIMIT $2', [roomNid, limit])).map(
        (row) => fromColumn(row.event_id) as EventId,
      ),
    isBackwardExtremity: async (roomNid, eventId) =>
      (await query('SELECT 1 AS found FROM backward_extremity WHERE room_nid = $1 AND event_id = $2', [roomNid, toColumn(eventId)]))
        .length > 0,
    firstArrival: async (roomNid) => {
      const [row] = await query<{ type: string; depth: number }>(
        'SELECT type, depth FROM event WHERE room_nid = $1 AND pos > 0 ORDER BY pos LIMIT 1',
        [roomNid],
      )
      return row && { type: fromColumn(row.type), depth: row.depth }
    },
  }
}
