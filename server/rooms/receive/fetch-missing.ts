import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import { citedIds } from '../../protocol/event.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { RoomStates } from '../room-state.ts'
import { checkReceived } from './check-received.ts'
import type { HoldRoom } from './hold-room.ts'
import type { Peer } from './peer.ts'
import type { ReceiveEvent } from './receive-event.ts'
import type { StateRef, StateRefs } from './state-refs.ts'

type Place = { readonly roomId: RoomId; readonly version: RoomVersion }

/** Asks a peer for what is missing. Nothing of it is asked for twice in one go, and all of it is bounded. */
export interface FetchMissing {
  /** Sees to it that these events and all they cite are held, be it as outliers. False: some cannot be had. */
  cited(peer: Peer, place: Place, eventIds: readonly EventId[]): Promise<boolean>
  /** The events between the room's end and an event that follows others that are not held, each after what it follows. */
  between(peer: Peer, place: Place, arriving: SealedEvent): Promise<SealedEvent[]>
  /** The state before an event, as the peer has it; all of it is held from now on. */
  stateBefore(peer: Peer, place: Place, eventId: EventId): Promise<StateRef | undefined>
}

interface Needs {
  roomStates: Pick<RoomStates, 'open'>
  holdRoom: HoldRoom
  receiveEvent: ReceiveEvent
  eventGraph: EventGraph
  stateRefs: Pick<StateRefs, 'conflicts' | 'changed'>
  keyOf: KeyOf
}

/** Events fetched one by one for one event, at most: more than the auth chains of large rooms have. */
const citedMost = 20_000
/** Events asked for between the room's end and an event. */
const betweenMost = 100

/** The events in an order in which each stands behind those of the others that it follows; what is in a circle is left out. */
export const inOrder = (events: readonly SealedEvent[]): SealedEvent[] => {
  const byId = new Map(events.map((one) => [one.event.eventId, one]))
  const followers = new Map<EventId, EventId[]>()
  const open = new Map<EventId, number>()
  for (const [eventId, { event }] of byId) {
    const prev = [...new Set(citedIds(event.pdu.prev_events))].filter((id) => byId.has(id))
    open.set(eventId, prev.length)
    for (const id of prev) followers.set(id, [...(followers.get(id) ?? []), eventId])
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([eventId]) => eventId)
  const ordered: SealedEvent[] = []
  for (let eventId = ready.shift(); eventId !== undefined; eventId = ready.shift()) {
    ordered.push(byId.get(eventId)!)
    for (const follower of followers.get(eventId) ?? []) {
      const left = open.get(follower)! - 1
      open.set(follower, left)
      if (left === 0) ready.push(follower)
    }
  }
  return ordered
}

export function createFetchMissing({ roomStates, holdRoom, receiveEvent, eventGraph, stateRefs, keyOf }: Needs): FetchMissing {
  const fetchOne = async (peer: Peer, { roomId, version }: Place, eventId: EventId): Promise<SealedEvent | undefined> => {
    const checked = checkReceived(version, await peer.event(eventId), keyOf)
    return 'dropped' in checked || checked.event.eventId !== eventId || checked.event.roomId !== roomId ? undefined : checked
  }

  const cited: FetchMissing['cited'] = async (peer, place, eventIds) => {
    const fetched = new Map<EventId, SealedEvent>()
    const stack = [...eventIds]
    const held = new Set((await eventGraph.places(eventIds)).keys())
    while (stack.length > 0) {
      const eventId = stack.at(-1)!
      if (held.has(eventId)) {
        stack.pop()
        continue
      }
      const known = fetched.get(eventId)
      if (known === undefined && fetched.size >= citedMost) return false
      const arriving = known ?? (await fetchOne(peer, place, eventId))
      if (arriving === undefined) return false
      fetched.set(eventId, arriving)
      const receipt = await holdRoom(place.roomId, (room) => receiveEvent.outlier(room, arriving))
      if (receipt?.outcome !== 'waits') held.add(eventId)
      // Asked for a second time it still waits: it cites what cites it.
      else if (known !== undefined && receipt.auth.some((id) => fetched.has(id))) return false
      else stack.push(...receipt.auth)
    }
    return true
  }

  return {
    cited,
    between: async (peer, { roomId, version }, { event }) => {
      const room = await roomStates.open(roomId)
      const earliest = citedIds(room?.next.extremities ?? [])
      const pdus = await peer.missingEvents(roomId, { earliest, latest: [event.eventId], limit: betweenMost })
      const checked = pdus.slice(0, betweenMost).map((pdu) => checkReceived(version, pdu, keyOf))
      return inOrder(checked.filter((one) => !('dropped' in one) && one.event.roomId === roomId) as SealedEvent[])
    },
    stateBefore: async (peer, place, eventId) => {
      const told = await peer.stateIds(place.roomId, eventId)
      if (told === undefined || !(await cited(peer, place, told))) return undefined
      const room = await roomStates.open(place.roomId)
      const places = [...(await eventGraph.places(told)).values()].filter(({ roomNid }) => roomNid === room?.nid)
      const entries = places.filter(({ skeyNid }) => skeyNid !== undefined).map(({ skeyNid, nid }) => [skeyNid!, nid] as const)
      if (room === undefined || entries.length < told.length) return undefined
      const whole = stateRefs.changed({ version: 0, overlay: undefined }, entries)
      const current: StateRef = { version: room.stateVersion, overlay: undefined }
      const differing = await stateRefs.conflicts(room.nid, [current, whole])
      return stateRefs.changed(
        current,
        [...differing].map(([skeyNid, [, nid]]) => [skeyNid, nid!]),
      )
    },
  }
}
