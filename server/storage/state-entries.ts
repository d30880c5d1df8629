import { inList } from './connection.ts'
import type { Engine, Query } from './engine.ts'
import { readThrough } from './read-through.ts'
import { createLru } from './lru.ts'

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
  /** Overlays by their numbers: they never change, so what was read lately is in memory, and the rest is one query. */
  overlays(nids: Iterable<number>): Promise<ReadonlyMap<number, Overlay>>
}

interface Needs {
  readonly query: Query
  readonly engine: Engine
}

interface Layer {
  readonly base: number
  readonly parent: number | null
  readonly entries: string
}

/** Overlays are kept in memory up to so many entries of all of them. */
const keptEntries = 500_000

export function createStateEntries({ query, engine }: Needs): StateEntries {
  const whole = createLru<number, Overlay>(keptEntries, { sizeOf: ({ entries }) => entries.size + 1 })

  /** These overlays and all that they stand on, each as it is stored. */
  const readLayers = async (nids: readonly number[]): Promise<ReadonlyMap<number, Layer>> => {
    const rows = await query<Layer & { nid: number }>(
      `WITH RECURSIVE needed (nid) AS (
        SELECT nid FROM overlay WHERE nid ${inList(engine, '$1', 'bigint')}
        UNION SELECT o.parent FROM needed n JOIN overlay o ON o.nid = n.nid WHERE o.parent IS NOT NULL
      )
      SELECT o.nid, o.base, o.parent, o.entries FROM needed n JOIN overlay o ON o.nid = n.nid`,
      [JSON.stringify(nids)],
    )
    return new Map(rows.map(({ nid, ...layer }) => [nid, layer]))
  }

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
    overlays: (nids) =>
      readThrough(whole, nids, async (missing) => {
        const layers = await readLayers(missing)
        return new Map(missing.map((nid) => [nid, flatten(nid, layers)]))
      }),
  }
}

/** What an overlay says by itself and by what it stands on. */
const flatten = (nid: number, layers: ReadonlyMap<number, Layer>): Overlay => {
  const stack: Layer[] = []
  for (let next: number | null = nid; next !== null; next = stack.at(-1)!.parent) stack.push(layers.get(next)!)
  const entries = stack.toReversed().flatMap((layer): [number, number][] => JSON.parse(layer.entries))
  return { base: stack.at(-1)!.base, entries: new Map(entries), layers: stack.length }
}
