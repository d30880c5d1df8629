import test from 'ava'
import type { EventId } from '../../../spec/identifiers.ts'
import { authGraphOf } from '../../protocol/auth-graph.ts'
import type { Event } from '../../protocol/event.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import { type ResolutionCase, resolutionCases } from '../../protocol/test-resolution-vectors.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { StateEntries } from '../../storage/state-entries.ts'
import { createSettleConflict, type Conflict } from './settle-conflict.ts'

const keyOf = ({ pdu: { type, state_key } }: Event): string => stateMapKey(type, state_key!)

/** A case's events as storage has them: numbered in steps of ten, with numbers for keys. */
const stored = ({ version, events, states, rejected }: ResolutionCase) => {
  const { graph, indexOf } = authGraphOf(events)
  const nidOf = (id: EventId): number => 10 * (indexOf.get(id)! + 1)
  const eventOf = (nid: number): Event => events[nid / 10 - 1]!
  const keys = new Map([...new Set(events.map(keyOf))].map((key, at) => [key, at + 1]))
  const numbered = states.map((ids) => new Map(ids.map((id) => [keys.get(keyOf(eventOf(nidOf(id))))!, nidOf(id)])))
  const settle = createSettleConflict({
    eventGraph: {
      load: async () => ({ graph, nids: Float64Array.from(events, (_, at) => 10 * (at + 1)), rejected: new Set(rejected.map(nidOf)) }),
      events: async (nids: readonly number[]) => new Map(nids.map((nid) => [nid, eventOf(nid)])),
      keys: async (pairs: readonly (readonly [string, string])[]) =>
        pairs.flatMap(([type, stateKey]) => {
          const skeyNid = keys.get(stateMapKey(type, stateKey))
          return skeyNid === undefined ? [] : [{ type, stateKey, skeyNid }]
        }),
    } as Partial<EventGraph> as EventGraph,
    stateEntries: { at: async () => new Map(numbered[0]) } as Partial<StateEntries> as StateEntries,
  })
  // Each state as the first one is, with what it has otherwise.
  const told: Conflict['states'] = numbered.map((state) => {
    const all = [...new Set([...state.keys(), ...numbered[0]!.keys()])]
    const differing = all.filter((key) => state.get(key) !== numbered[0]!.get(key))
    return { version: 0, entries: new Map(differing.map((key) => [key, state.get(key) ?? 0])) }
  })
  const agreed = [...numbered[0]!].filter(([key, nid]) => numbered.every((state) => state.get(key) === nid))
  return {
    settled: async (): Promise<EventId[]> => {
      const { outcomes } = await settle({ roomNid: 1, version: version.id, states: told })
      const nids = [...new Map([...agreed, ...outcomes]).values()].filter((nid) => nid !== 0)
      return nids.map((nid) => eventOf(nid).eventId).toSorted()
    },
  }
}

test('what is settled from what storage has is what the vectors say, in every version', async (t) => {
  const cases = resolutionCases()
  t.true(cases.some(({ rejected }) => rejected.length > 0))
  for (const one of cases) t.deepEqual(await stored(one).settled(), [...one.resolved], `version ${one.version.id}: ${one.title}`)
})
