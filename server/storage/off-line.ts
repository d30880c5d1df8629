import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { EventGraph } from './event-graph.ts'
import type { StateEntries } from './state-entries.ts'

/** What a state off the main line says of a room's visibility and of one user; `undefined` where it says what the line says, `{}` for none. */
export interface ToldOffLine {
  readonly visibility: JsonObject | undefined
  readonly member: JsonObject | undefined
}

/** What decides what a user sees of events off the main line. */
export interface OffLine {
  /** By the number of the overlay. */
  told(userId: UserId, overlays: ReadonlySet<number>): Promise<ReadonlyMap<number, ToldOffLine>>
}

interface Needs {
  stateEntries: Pick<StateEntries, 'overlay'>
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
    const entries = await Promise.all(
      [...overlays].map(async (nid) => {
        const overlay = (await stateEntries.overlay(nid)).entries
        return [nid, overlay.get(visibility), overlay.get(member)] as const
      }),
    )
    const events = await eventGraph.events(entries.flatMap(([, ...nids]) => nids).filter((nid) => nid !== undefined && nid > 0) as number[])
    const contentOf = (nid: number | undefined) => (nid === undefined ? undefined : (events.get(nid)?.pdu.content ?? {}))
    return new Map(entries.map(([nid, seen, own]) => [nid, { visibility: contentOf(seen), member: contentOf(own) }]))
  },
})
