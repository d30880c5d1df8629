import type { UserId } from '../../../spec/identifiers.ts'
import { ownString } from '../../protocol/json-values.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { EventStore } from '../../storage/events.ts'
import type { Identifiers } from '../../storage/identifiers.ts'
import type { EntryChange } from '../../storage/received-rows.ts'
import type { StoredEvent } from '../../storage/stored-event.ts'
import type { Room, Turned } from '../room.ts'
import type { RoomStates } from '../room-state.ts'
import type { StateRef, StateRefs } from './state-refs.ts'

/** What an arrival changes in the room's state: for storage, and for memory. */
export interface ArrivalChanges {
  readonly rows: readonly EntryChange[]
  readonly entries: readonly Turned[]
}

/** Finds what a new state has otherwise than the room's present one. `arriving` is the event whose arrival makes it, with its number if it has one. */
export type FindChanges = (room: Room, now: StateRef, arriving: StoredEvent) => Promise<ArrivalChanges>

interface Needs {
  identifiers: Identifiers
  events: Pick<EventStore, 'byNids'>
  eventGraph: Pick<EventGraph, 'keyTexts'>
  stateRefs: Pick<StateRefs, 'conflicts'>
  roomStates: Pick<RoomStates, 'loadMembers'>
}

/** The row of one change. Memberships of the past must be in memory. */
export async function rowOf(
  identifiers: Identifiers,
  room: Room,
  skeyNid: number,
  { type, stateKey, event }: Turned,
  eventNid: EntryChange['eventNid'],
): Promise<EntryChange> {
  if (type !== 'm.room.member') return { skeyNid, eventNid }
  const membership = ownString(event?.pdu.content, 'membership')
  const before = ownString(room.members.get(stateKey)?.pdu.content, 'membership')
  const userNid = await identifiers.user(stateKey as UserId)
  return { skeyNid, eventNid, member: { userNid, membership, joinedBefore: membership === 'join' || before === 'join' } }
}

export function createFindChanges({ identifiers, events, eventGraph, stateRefs, roomStates }: Needs): FindChanges {
  return async (room, now, arriving) => {
    const differing = await stateRefs.conflicts(room.nid, [{ version: room.stateVersion, overlay: undefined }, now])
    if (differing.size === 0) return { rows: [], entries: [] }
    const texts = await eventGraph.keyTexts([...differing.keys()])
    const nids = [...differing.values()].map(([, nid]) => nid!).filter((nid) => nid > 0 && nid !== arriving.nid)
    const found = new Map((await events.byNids(nids)).map((event) => [event.nid, event]))
    const users = [...texts.values()].filter(({ type }) => type === 'm.room.member').map(({ stateKey }) => stateKey)
    await roomStates.loadMembers(room, users)
    const rows: EntryChange[] = []
    const entries: Turned[] = []
    for (const [skeyNid, [, nid]] of differing) {
      const isArriving = nid === arriving.nid && nid > 0
      const entry: Turned = { ...texts.get(skeyNid)!, event: isArriving ? arriving : found.get(nid!) }
      entries.push(entry)
      rows.push(await rowOf(identifiers, room, skeyNid, entry, isArriving ? 'arriving' : nid === 0 ? undefined : nid!))
    }
    return { rows, entries }
  }
}
