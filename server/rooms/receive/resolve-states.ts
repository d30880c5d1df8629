import type { Room } from '../room.ts'
import type { SettleConflict } from './settle-conflict.ts'
import type { StateRef, StateRefs } from './state-refs.ts'
import { createLru } from '../../storage/lru.ts'

/** The resolution of states of a room: what they agree on, and where they do not, what the room version's algorithm says. */
export type ResolveStates = (room: Room, refs: readonly StateRef[]) => Promise<StateRef>

interface Needs {
  stateRefs: StateRefs
  /** For small rooms, in this thread. */
  settleConflict: SettleConflict
  /** For large ones, in another. */
  settleApart: SettleConflict
  /** State entries, past and present, from which on a room is large. */
  apartFrom?: number
  /** Resolutions kept in memory, at most. */
  capacity?: number
}

/** A name for a state: the same for all that were reached the same way. */
const nameOf = ({ version, overlay }: StateRef): string =>
  overlay === undefined ? `${version}` : `${version}+${overlay.nid ?? [...overlay.entries].toSorted(([a], [b]) => a - b).join(';')}`

/** About how much a resolution of these states looks at. */
const sizeOf = ({ stateVersion, counts }: Room, refs: readonly StateRef[]): number =>
  stateVersion + counts.join + counts.leave + refs.reduce((sum, { overlay }) => sum + (overlay?.entries.size ?? 0), 0)

export function createResolveStates({ stateRefs, settleConflict, settleApart, apartFrom = 2000, capacity = 1000 }: Needs): ResolveStates {
  const resolved = createLru<string, StateRef>(capacity)

  /** The present state by its version, where it is that: then nothing has forked. */
  const asVersion = async (room: Room, ref: StateRef): Promise<StateRef> => {
    const current: StateRef = { version: room.stateVersion, overlay: undefined }
    if (ref.overlay === undefined) return ref
    return (await stateRefs.conflicts(room.nid, [current, ref])).size === 0 ? current : ref
  }

  const resolve = async (room: Room, refs: readonly StateRef[]): Promise<StateRef> => {
    const conflicts = await stateRefs.conflicts(room.nid, refs)
    const onLine = refs.find(({ overlay }) => overlay === undefined)
    if (conflicts.size === 0) return onLine ?? refs[0]!
    const { outcomes } = await (sizeOf(room, refs) > apartFrom ? settleApart : settleConflict)({
      roomNid: room.nid,
      version: room.version.id,
      states: refs.map(({ version, overlay }) => ({ version, entries: overlay?.entries ?? new Map() })),
    })
    const base = onLine ?? refs[0]!
    const at = refs.indexOf(base)
    return stateRefs.changed(
      base,
      [...outcomes].filter(([skeyNid, nid]) => conflicts.get(skeyNid)?.[at] !== nid),
    )
  }

  return async (room, refs) => {
    const distinct = [...new Map(refs.map((ref) => [nameOf(ref), ref]))]
    if (distinct.length === 1) return asVersion(room, distinct[0]![1])
    const key = `${room.nid} ${distinct
      .map(([name]) => name)
      .toSorted()
      .join(' ')}`
    let found = resolved.get(key)
    if (found === undefined) {
      found = await resolve(
        room,
        distinct.map(([, ref]) => ref),
      )
      resolved.set(key, found)
    }
    return asVersion(room, found)
  }
}
