import type { Place } from '../../storage/place.ts'
import type { StateEntries } from '../../storage/state-entries.ts'
import { eventStatus } from '../../storage/stored-event.ts'

/** A state of a room: that of a version of its main line, or what an overlay makes of one. */
export interface StateRef {
  readonly version: number
  readonly overlay: OverlayRef | undefined
}

export interface OverlayRef {
  /** Under which it is stored, if it is. */
  readonly nid: number | undefined
  /** The stored overlay that it continues, and what it has beyond that. */
  readonly parent: number | undefined
  readonly beyond: ReadonlyMap<number, number>
  /** All of it: the number of a key → the number of an event, or 0 for none. */
  readonly entries: ReadonlyMap<number, number>
  readonly layers: number
}

/** Works with states without reading them whole: what two of them have in common costs nothing. */
export interface StateRefs {
  /** The state before an event; `undefined` for outliers, of which that is not known. */
  before(place: Place): Promise<StateRef | undefined>
  /** The state after it: the same, for events that are no state or were rejected. */
  after(place: Place): Promise<StateRef | undefined>
  /** The numbers of the events that a state has at these keys; 0 for none. */
  valuesAt(roomNid: number, ref: StateRef, skeyNids: readonly number[]): Promise<Map<number, number>>
  /** The whole state. */
  whole(roomNid: number, ref: StateRef): Promise<Map<number, number>>
  /** The keys at which not all of the states agree, with the value of each state. */
  conflicts(roomNid: number, refs: readonly StateRef[]): Promise<Map<number, readonly number[]>>
  /** The state with these entries changed. */
  changed(ref: StateRef, entries: Iterable<readonly [number, number]>): StateRef
}

/** Stored overlays on one another, at most; the next one is stored whole. */
const layersMost = 32

const extend = ({ version, overlay }: StateRef, entries: Iterable<readonly [number, number]>): StateRef => {
  const parent = overlay?.nid ?? overlay?.parent
  const beyond = new Map([...(overlay?.nid === undefined ? (overlay?.beyond ?? []) : []), ...entries])
  if (beyond.size === 0) return { version, overlay }
  const all = new Map([...(overlay?.entries ?? []), ...beyond])
  const layers = (overlay?.layers ?? 0) + (overlay?.nid === undefined && overlay !== undefined ? 0 : 1)
  return layers > layersMost
    ? { version, overlay: { nid: undefined, parent: undefined, beyond: all, entries: all, layers: 1 } }
    : { version, overlay: { nid: undefined, parent, beyond, entries: all, layers } }
}

export function createStateRefs({ stateEntries }: { stateEntries: StateEntries }): StateRefs {
  const overlayOf = async (nid: number): Promise<OverlayRef> => {
    const { entries, layers } = (await stateEntries.overlays([nid])).get(nid)!
    return { nid, parent: undefined, beyond: new Map(), entries, layers }
  }

  const before = async ({ stateBefore, overlay }: Place): Promise<StateRef | undefined> =>
    stateBefore < 0 ? undefined : { version: stateBefore, overlay: overlay === undefined ? undefined : await overlayOf(overlay) }

  const valuesAt: StateRefs['valuesAt'] = async (roomNid, { version, overlay }, skeyNids) => {
    const asked = overlay === undefined ? skeyNids : skeyNids.filter((skeyNid) => !overlay.entries.has(skeyNid))
    const found = asked.length === 0 ? new Map<number, number>() : await stateEntries.at(roomNid, version, asked)
    return new Map(skeyNids.map((skeyNid) => [skeyNid, overlay?.entries.get(skeyNid) ?? found.get(skeyNid) ?? 0]))
  }

  return {
    before,
    after: async (place) => {
      const ref = await before(place)
      if (ref === undefined || place.skeyNid === undefined || isRejected(place)) return ref
      // Built on the end of the main line, it made the next version.
      if (place.met === undefined) return { version: place.stateBefore + 1, overlay: undefined }
      return extend(ref, [[place.skeyNid, place.nid]])
    },
    valuesAt,
    whole: async (roomNid, { version, overlay }) => {
      const entries = await stateEntries.at(roomNid, version)
      for (const [skeyNid, nid] of overlay?.entries ?? [])
        if (nid === 0) entries.delete(skeyNid)
        else entries.set(skeyNid, nid)
      return entries
    },
    conflicts: async (roomNid, refs) => {
      const versions = refs.map(({ version }) => version)
      const [from, to] = [Math.min(...versions), Math.max(...versions)]
      const keys = new Set(from === to ? [] : await stateEntries.changed(roomNid, from, to))
      for (const { overlay } of refs) for (const key of overlay?.entries.keys() ?? []) keys.add(key)
      if (keys.size === 0) return new Map()
      const list = [...keys]
      const values = await Promise.all(refs.map((ref) => valuesAt(roomNid, ref, list)))
      const differing = list.filter((key) => values.some((value) => value.get(key) !== values[0]!.get(key)))
      return new Map(differing.map((key) => [key, values.map((value) => value.get(key)!)]))
    },
    changed: extend,
  }
}

const isRejected = ({ status }: Place): boolean => status === eventStatus.rejected
