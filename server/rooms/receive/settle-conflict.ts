import { authKindOf } from '../../protocol/auth-graph.ts'
import { authKeys } from '../../protocol/auth-events.ts'
import type { Event } from '../../protocol/event.ts'
import { eventsNeeded, planResolution, type Resolution, type ResolutionPlan } from '../../protocol/resolution-plan.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { resolveState } from '../../protocol/state-resolution.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import { indexOf, type EventGraph, type RoomGraph } from '../../storage/event-graph.ts'

/** States of a room in conflict: each by the number of a key → the number of an event. */
export interface Conflict {
  readonly roomNid: number
  readonly version: RoomVersion
  readonly states: readonly ReadonlyMap<number, number>[]
  /** Whether to tell what was tried, and why it was refused. */
  readonly explain?: boolean
}

/** A resolution in numbers of events. */
export interface Settled {
  /** By conflicted key: the number of the event that has it; 0: none. */
  readonly outcomes: ReadonlyMap<number, number>
  readonly trials: readonly (Omit<Resolution['trials'][number], 'index'> & { readonly nid: number })[]
}

/** Settles a conflict with what a connection reads: the room's graph, and the events that have a say. It runs in any thread. */
export type SettleConflict = (conflict: Conflict) => Promise<Settled>

export function createSettleConflict({ eventGraph }: { eventGraph: EventGraph }): SettleConflict {
  const contentsOf = async (plan: ResolutionPlan, { nids, rejected, graph }: RoomGraph) => {
    const events = new Map<number, Event>()
    const keys = new Map<string, number>()
    const read = async (wanted: Uint32Array): Promise<void> => {
      const missing = [...wanted].filter((index) => !events.has(index))
      for (const [nid, event] of await eventGraph.events(missing.map((index) => nids[index]!))) events.set(indexOf(nids, nid), event)
    }
    const contents = {
      eventAt: (index: number) => events.get(index)!,
      isRejected: (index: number) => rejected.has(nids[index]!),
      keyOf: (type: string, stateKey: string) => keys.get(stateMapKey(type, stateKey)),
    }
    await read(eventsNeeded(plan))
    const pairs = new Map<string, readonly [string, string]>()
    for (const index of plan.fullConflicted) {
      const { pdu } = contents.eventAt(index)
      graph.kinds[index] = authKindOf(pdu)
      const citing = { type: pdu.type, sender: pdu.sender, stateKey: pdu.state_key, content: pdu.content }
      for (const key of [...authKeys(plan.version, citing), [pdu.type, pdu.state_key!] as const]) pairs.set(stateMapKey(...key), key)
    }
    for (const { type, stateKey, skeyNid } of await eventGraph.keys([...pairs.values()])) keys.set(stateMapKey(type, stateKey), skeyNid)
    await read(eventsNeeded(plan, contents))
    return contents
  }

  return async ({ roomNid, version, states, explain = false }) => {
    const room = await eventGraph.load(roomNid)
    const byIndex = states.map((state) => new Map([...state].map(([key, nid]) => [key, indexOf(room.nids, nid)])))
    const plan = planResolution({ version, graph: room.graph, states: byIndex })
    const { outcomes, trials } = resolveState(plan, await contentsOf(plan, room), { explain })
    return {
      outcomes: new Map([...outcomes].map(([key, index]) => [key, index === undefined ? 0 : room.nids[index]!])),
      trials: trials.map(({ index, ...trial }) => ({ ...trial, nid: room.nids[index]! })),
    }
  }
}
