import { authKindOf } from '../../protocol/auth-graph.ts'
import { authKeys } from '../../protocol/auth-events.ts'
import type { Event } from '../../protocol/event.ts'
import { eventsNeeded, planResolution, type Contents, type Resolution, type ResolutionPlan } from '../../protocol/resolution-plan.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import { resolveState } from '../../protocol/state-resolution.ts'
import { indexOf, type EventGraph, type RoomGraph } from '../../storage/event-graph.ts'
import type { StateEntries } from '../../storage/state-entries.ts'
import { createLru } from '../../storage/lru.ts'

/** States of a room that disagree. All of it can be sent to another thread. */
export interface Conflict {
  readonly roomNid: number
  /** The ID of the room's version. */
  readonly version: string
  /** Each as a version of the main line, and what it has otherwise: the number of a key → the number of an event, or 0 for none. */
  readonly states: readonly { readonly version: number; readonly entries: ReadonlyMap<number, number> }[]
  /** Whether to tell what was tried, and why it was refused. */
  readonly explain?: boolean
}

/** A resolution in numbers of events. */
export interface Settled {
  /** By conflicted key: the number of the event that has it; 0: none. */
  readonly outcomes: ReadonlyMap<number, number>
  readonly trials: readonly (Omit<Resolution['trials'][number], 'index'> & { readonly nid: number })[]
}

/** Settles a conflict with what a connection reads: the states, the room's graph, and the events that have a say. */
export type SettleConflict = (conflict: Conflict) => Promise<Settled>

interface Needs {
  eventGraph: EventGraph
  stateEntries: StateEntries
}

/** Bytes of graphs kept in memory, at most. */
const graphBytes = 64 * 2 ** 20
const bytesOf = ({ graph, nids }: RoomGraph): number =>
  nids.byteLength + graph.offsets.byteLength + graph.targets.byteLength + graph.kinds.byteLength + 1

export function createSettleConflict({ eventGraph, stateEntries }: Needs): SettleConflict {
  const graphs = createLru<number, RoomGraph>(graphBytes, { sizeOf: bytesOf })

  const graphOf = async (roomNid: number): Promise<RoomGraph> => {
    const graph = await eventGraph.load(roomNid, graphs.get(roomNid))
    graphs.set(roomNid, graph)
    return graph
  }

  const whole = async (roomNid: number, { version, entries }: Conflict['states'][number]): Promise<Map<number, number>> => {
    const state = await stateEntries.at(roomNid, version)
    for (const [key, nid] of entries) {
      if (nid === 0) state.delete(key)
      else state.set(key, nid)
    }
    return state
  }

  /** The contents that the plan needs: those that the graph names, then those that their keys name. */
  const contentsOf = async (plan: ResolutionPlan, { nids, graph }: RoomGraph): Promise<Contents> => {
    const events = new Map<number, Event>()
    const keys = new Map<string, number>()
    const read = async (wanted: Uint32Array): Promise<void> => {
      const missing = [...wanted].filter((index) => !events.has(index))
      for (const [nid, event] of await eventGraph.events(missing.map((index) => nids[index]!))) events.set(indexOf(nids, nid), event)
    }
    const contents: Contents = {
      eventAt: (index) => events.get(index)!,
      keyOf: (type, stateKey) => keys.get(stateMapKey(type, stateKey)),
    }
    await read(eventsNeeded(plan))
    const pairs = new Map<string, readonly [string, string]>()
    for (const index of plan.fullConflicted) {
      const { type, sender, state_key: stateKey, content } = contents.eventAt(index).pdu
      // What was stored before kinds were told apart whole.
      graph.kinds[index] = authKindOf(contents.eventAt(index).pdu)
      for (const key of [...authKeys(plan.version, { type, sender, stateKey, content }), [type, stateKey!] as const])
        pairs.set(stateMapKey(...key), key)
    }
    for (const { type, stateKey, skeyNid } of await eventGraph.keys([...pairs.values()])) keys.set(stateMapKey(type, stateKey), skeyNid)
    await read(eventsNeeded(plan, contents))
    return contents
  }

  return async ({ roomNid, version, states, explain = false }) => {
    const room = await graphOf(roomNid)
    const byIndex = await Promise.all(
      states.map(async (state) => new Map([...(await whole(roomNid, state))].map(([key, nid]) => [key, indexOf(room.nids, nid)]))),
    )
    const plan = planResolution({
      version: roomVersion(version)!,
      graph: room.graph,
      states: byIndex,
      isRejected: (index) => room.rejected.has(room.nids[index]!),
    })
    const { outcomes, trials } = resolveState(plan, await contentsOf(plan, room), { explain })
    return {
      outcomes: new Map([...outcomes].map(([key, index]) => [key, index === undefined ? 0 : room.nids[index]!])),
      trials: trials.map(({ index, ...trial }) => ({ ...trial, nid: room.nids[index]! })),
    }
  }
}
