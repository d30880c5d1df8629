import type { Event } from '../../protocol/event.ts'
import type { StateLookup } from '../../protocol/state-map.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import { ruledState, type Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'
import type { StateRef, StateRefs } from './state-refs.ts'

export type StateKeys = readonly (readonly [type: string, stateKey: string])[]

/** Looks up some entries of any state of a room; the current one is at hand in memory. */
export type LookupAt = (room: Room, ref: StateRef, keys: StateKeys) => Promise<StateLookup>

interface Needs {
  roomStates: Pick<RoomStates, 'loadMembers'>
  eventGraph: Pick<EventGraph, 'keys' | 'events'>
  stateRefs: Pick<StateRefs, 'valuesAt'>
}

/** Whether it is the state that the room has now. */
export const isCurrent = (room: Room, { version, overlay }: StateRef): boolean => version === room.stateVersion && overlay === undefined

/** The same, as storage has it alone. */
export type LookupStored = (roomNid: number, ref: StateRef, keys: StateKeys) => Promise<StateLookup>

export const createLookupStored =
  ({ eventGraph, stateRefs }: Pick<Needs, 'eventGraph' | 'stateRefs'>): LookupStored =>
  async (roomNid, ref, keys) => {
    const numbered = await eventGraph.keys(keys)
    const values = await stateRefs.valuesAt(
      roomNid,
      ref,
      numbered.map(({ skeyNid }) => skeyNid),
    )
    const events = await eventGraph.events([...values.values()].filter((nid) => nid > 0))
    const found = new Map<string, Event>()
    for (const { type, stateKey, skeyNid } of numbered) {
      const event = events.get(values.get(skeyNid)!)
      if (event !== undefined) found.set(stateMapKey(type, stateKey), event)
    }
    return (type, stateKey) => found.get(stateMapKey(type, stateKey))
  }

export function createLookupAt({ roomStates, eventGraph, stateRefs }: Needs): LookupAt {
  const lookupStored = createLookupStored({ eventGraph, stateRefs })
  return async (room, ref, keys) => {
    if (!isCurrent(room, ref)) return lookupStored(room.nid, ref, keys)
    const users = keys.filter(([type]) => type === 'm.room.member').map(([, userId]) => userId)
    await roomStates.loadMembers(room, users)
    return ruledState(room)
  }
}
