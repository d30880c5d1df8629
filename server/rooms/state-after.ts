import { stateMapKey } from '../protocol/state-map.ts'
import type { EventGraph } from '../storage/event-graph.ts'
import type { EventStore } from '../storage/events.ts'
import type { StateEntries } from '../storage/state-entries.ts'
import type { StateSelection, StateStore } from '../storage/state.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

type Selection = Exclude<StateSelection, { readonly kind: 'keys' }>

/** Some entries of the state after an event of a timeline. */
export type StateAfter = (event: StoredEvent, selection: Selection) => Promise<readonly StoredEvent[]>

interface Needs {
  state: Pick<StateStore, 'at'>
  stateEntries: Pick<StateEntries, 'overlays'>
  eventGraph: Pick<EventGraph, 'keyTexts'>
  events: Pick<EventStore, 'byNids'>
}

const isSelected = (selection: Selection, type: string, stateKey: string): boolean => {
  const isMember = type === 'm.room.member'
  if (selection.kind === 'members') return isMember && selection.userIds.includes(stateKey)
  return selection.kind === 'all' || !isMember
}

export function createStateAfter({ state, stateEntries, eventGraph, events }: Needs): StateAfter {
  /** The state before an event off the main line: a version of that, and what an overlay has otherwise. */
  const before = async ({ roomNid, stateBefore, overlay }: StoredEvent, selection: Selection): Promise<Map<string, StoredEvent>> => {
    const base = await state.at(roomNid, stateBefore, selection)
    const found = new Map(base.map((event) => [stateMapKey(event.type, event.stateKey!), event]))
    const { entries } =
      overlay === undefined ? { entries: new Map<number, number>() } : (await stateEntries.overlays([overlay])).get(overlay)!
    if (entries.size === 0) return found
    const others: number[] = []
    for (const [skeyNid, { type, stateKey }] of await eventGraph.keyTexts([...entries.keys()])) {
      if (!isSelected(selection, type, stateKey)) continue
      found.delete(stateMapKey(type, stateKey))
      if (entries.get(skeyNid)! > 0) others.push(entries.get(skeyNid)!)
    }
    for (const event of await events.byNids(others)) found.set(stateMapKey(event.type, event.stateKey!), event)
    return found
  }

  return async (event, selection) => {
    const { roomNid, type, stateKey, stateBefore, met } = event
    // On the main line it made the next version, if it is state.
    if (met === undefined) return state.at(roomNid, stateKey === undefined ? stateBefore : stateBefore + 1, selection)
    const entries = await before(event, selection)
    if (stateKey !== undefined && isSelected(selection, type, stateKey)) entries.set(stateMapKey(type, stateKey), event)
    return [...entries.values()]
  }
}
