import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { EventGraph } from './event-graph.ts'
import type { StateEntries } from './state-entries.ts'
import type { StoredEvent } from './stored-event.ts'

/** What a state off the main line says of a room's visibility and of one user; `undefined` where it says what the line says, `{}` for none. */
export interface ToldOffLine {
  readonly visibility: JsonObject | undefined
  readonly member: JsonObject | undefined
}

/** What states off the main line say otherwise than the line. */
export interface OffLine {
  /** What decides what a user sees of events there. By the number of the overlay. */
  told(userId: UserId, overlays: ReadonlySet<number>): Promise<ReadonlyMap<number, ToldOffLine>>
  /** Of state events that found such states, those whose entry these say otherwise: the number of each with that of the event that it replaced, 0 for none. */
  replaced(events: readonly StoredEvent[]): Promise<ReadonlyMap<number, number>>
}

interface Needs {
  stateEntries: Pick<StateEntries, 'overlays'>
  eventGraph: Pick<EventGraph, 'keys' | 'events'>
}

export const createOffLine = ({ stateEntries, eventGraph }: Needs): OffLine => ({
  told: async (userId, overlays) => {
    const keys = await eventGraph.keys([
      ['m.room.history_visibility', ''],
      ['m.room.member', userId],
    ])
    const numberOf = (wanted: string): number => keys.find(({ type }) => type === wanted)?.skeyNid ?? 0
    const [visibility, member] = [numberOf('m.room.history_visibility'), numberOf('m.room.member')]
    const entries = [...(await stateEntries.overlays(overlays))].map(
      ([nid, overlay]) => [nid, overlay.entries.get(visibility), overlay.entries.get(member)] as const,
    )
    const events = await eventGraph.events(entries.flatMap(([, ...nids]) => nids).filter((nid) => nid !== undefined && nid > 0) as number[])
    const contentOf = (nid: number | undefined) => (nid === undefined ? undefined : (events.get(nid)?.pdu.content ?? {}))
    return new Map(entries.map(([nid, seen, own]) => [nid, { visibility: contentOf(seen), member: contentOf(own) }]))
  },
  replaced: async (events) => {
    const keys = await eventGraph.keys(events.map(({ type, stateKey }) => [type, stateKey!]))
    const overlays = await stateEntries.overlays(events.map(({ overlay }) => overlay!))
    const found = new Map<number, number>()
    for (const { nid, type, stateKey, overlay } of events) {
      const key = keys.find((one) => one.type === type && one.stateKey === stateKey)
      const replaced = key && overlays.get(overlay!)!.entries.get(key.skeyNid)
      if (replaced !== undefined) found.set(nid, replaced)
    }
    return found
  },
})
