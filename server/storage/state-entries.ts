import type { Engine, Query } from './engine.ts'
import { inList } from './connection.ts'

/** What a state has otherwise than a version of its room's main line. */
export interface Overlay {
  readonly base: number
  /** By the number of the key: the number of the event, or 0 for none. */
  readonly entries: ReadonlyMap<number, number>
  /** How many stored overlays it is made of. */
  readonly layers: number
}

/** A room's states as numbers: keys and events, no texts. It runs on any connection, so that a worker can read by its own. */
export interface StateEntries {
  /** The whole state at a version, or these keys of it: the number of the key → the number of the event. */
  at(roomNid: number, version: number, skeyNids?: readonly number[]): Promise<Map<number, number>>
  /** The keys that changed after version `from`, up to `to`. */
  changed(roomNid: number, from: number, to: number): Promise<number[]>
  overlay(nid: number): Promise<Overlay>
}

interface Needs {
  readonly query: Query
  readonly engine: Engine
}

export function createStateEntries({ query, engine }: Needs): StateEntries {
  return {
    at: async (roomNid, version, skeyNids) => {
      const some = skeyNids === undefined ? '' : ` AND skey_nid ${inList(engine, '$3', 'bigint')}`
      const rows = await query<{ skey_nid: number; event_nid: number }>(
        `SELECT skey_nid, event_nid FROM state_interval
        WHERE room_nid = $1 AND v_from <= $2 AND (v_to IS NULL OR v_to > $2) AND event_nid > 0${some}`,
        skeyNids === undefined ? [roomNid, version] : [roomNid, version, JSON.stringify(skeyNids)],
      )
      return new Map(rows.map((row) => [row.skey_nid, row.event_nid]))
    },
    changed: async (roomNid, from, to) => {
      const rows = await query<{ skey_nid: number }>(
        'SELECT DISTINCT skey_nid FROM state_interval WHERE room_nid = $1 AND v_from > $2 AND v_from <= $3',
        [roomNid, from, to],
      )
      return rows.map((row) => row.skey_nid)
    },
    overlay: async (nid) => {
      const layers: [number, number][][] = []
      let base = 0
      for (let next: number | null = nid; next !== null; ) {
        const [row]: { base: number; parent: number | null; entries: string }[] = await query(
          'SELECT base, parent, entries FROM overlay WHERE nid = $1',
          [next],
        )
        base = row!.base
        layers.push(JSON.parse(row!.entries))
        next = row!.parent
      }
      return { base, entries: new Map(layers.toReversed().flat()), layers: layers.length }
    },
  }
}
