import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import { citedIds } from '../../protocol/event.ts'
import { isEventId } from '../../protocol/identifiers.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { RoomStates } from '../room-state.ts'
import { checkReceived } from './check-received.ts'
import type { HoldRoom } from './hold-room.ts'
import { behind, inOrder } from './in-order.ts'
import type { Peer } from './peer.ts'
import type { ReceiveEvent } from './receive-event.ts'
import type { StateRef, StateRefs } from './state-refs.ts'

/** The room for which something is fetched. */
export interface FetchedFor {
  readonly roomId: RoomId
  readonly version: RoomVersion
}

/** Asks a peer for what is missing. Nothing of it is asked for twice in one go, and all of it is bounded. */
export interface FetchMissing {
  /** Sees to it that these events and all they cite are held, be it as outliers. False: some cannot be had. */
  cited(peer: Peer, room: FetchedFor, eventIds: readonly EventId[]): Promise<boolean>
  /** The events that an event follows and that are not held, as far as the peer has them; each after what it follows. */
  between(peer: Peer, room: FetchedFor, arriving: SealedEvent): Promise<SealedEvent[]>
  /** The state before an event, as the peer has it; all of it is held from now on. */
  stateBefore(peer: Peer, room: FetchedFor, eventId: EventId): Promise<StateRef | undefined>
}

/** How much is fetched, at most. */
export interface FetchBounds {
  /** Events, one by one, for one event: more than the auth chains of large rooms have. */
  readonly cited: number
  /** What they have as text, in UTF-16 units: they are in memory until what they cite is held. */
  readonly citedLength: number
  /** Events between what is held and one that arrives, asked for at once. */
  readonly between: number
  /** How often more of these are asked for: what does not come before the event has no place before it later. */
  readonly betweenRounds: number
  /** Entries of a state. */
  readonly state: number
}

export const fetchBounds: FetchBounds = { cited: 20_000, citedLength: 32 * 2 ** 20, between: 100, betweenRounds: 10, state: 200_000 }

interface Needs {
  roomStates: Pick<RoomStates, 'open'>
  holdRoom: HoldRoom
  receiveEvent: ReceiveEvent
  eventGraph: EventGraph
  stateRefs: Pick<StateRefs, 'conflicts' | 'changed'>
  keyOf: KeyOf
  bounds?: FetchBounds
}

export function createFetchMissing({
  roomStates,
  holdRoom,
  receiveEvent,
  eventGraph,
  stateRefs,
  keyOf,
  bounds = fetchBounds,
}: Needs): FetchMissing {
  const fetchOne = async (peer: Peer, { roomId, version }: FetchedFor, eventId: EventId): Promise<SealedEvent | undefined> => {
    const checked = checkReceived(version, await peer.event(eventId), keyOf)
    return 'dropped' in checked || checked.event.eventId !== eventId || checked.event.roomId !== roomId ? undefined : checked
  }

  const cited: FetchMissing['cited'] = async (peer, room, eventIds) => {
    const fetched = new Map<EventId, SealedEvent>()
    let length = 0
    const stack = [...eventIds]
    const held = new Set((await eventGraph.places(eventIds)).keys())
    while (stack.length > 0) {
      const eventId = stack.at(-1)!
      if (held.has(eventId)) {
        stack.pop()
        continue
      }
      const known = fetched.get(eventId)
      if (known === undefined && (fetched.size >= bounds.cited || length > bounds.citedLength)) return false
      const arriving = known ?? (await fetchOne(peer, room, eventId))
      if (arriving === undefined) return false
      if (known === undefined) length += arriving.json.length
      fetched.set(eventId, arriving)
      const receipt = await holdRoom(room.roomId, (its) => receiveEvent.outlier(its, arriving))
      if (receipt?.outcome !== 'waits') held.add(eventId)
      // Asked for a second time it still waits: it cites what cites it.
      else if (known !== undefined) return false
      else stack.push(...receipt.auth)
    }
    return true
  }

  /** Those of the events that follow something which is neither held nor among them. */
  const reachingFurther = async (found: ReadonlyMap<EventId, SealedEvent>): Promise<EventId[]> => {
    const prevOf = ({ event }: SealedEvent) => citedIds(event.pdu.prev_events).filter((eventId) => !found.has(eventId))
    const places = await eventGraph.places([...new Set([...found.values()].flatMap(prevOf))])
    const isHeld = (eventId: EventId): boolean => (places.get(eventId)?.stateBefore ?? -1) >= 0
    return [...found.values()].filter((one) => !prevOf(one).every(isHeld)).map(({ event }) => event.eventId)
  }

  const between: FetchMissing['between'] = async (peer, { roomId, version }, arriving) => {
    const room = await roomStates.open(roomId)
    const earliest = citedIds(room?.next.extremities ?? [])
    const found = new Map([[arriving.event.eventId, arriving]])
    for (let round = 0; round < bounds.betweenRounds; round++) {
      const latest = await reachingFurther(found)
      if (latest.length === 0) break
      const pdus = await peer.missingEvents(roomId, { earliest, latest: latest.slice(0, bounds.between), limit: bounds.between })
      const before = found.size
      for (const pdu of pdus.slice(0, bounds.between)) {
        const checked = checkReceived(version, pdu, keyOf)
        if ('dropped' in checked || checked.event.roomId !== roomId || found.has(checked.event.eventId)) continue
        found.set(checked.event.eventId, checked)
      }
      if (found.size === before) break
    }
    return inOrder(behind([arriving.event.eventId], [...found.values()])).filter((one) => one !== arriving)
  }

  /** The entries of a state that a peer told of, all of which are held: the number of the key → the number of the event. */
  const entriesOf = async (roomNid: number, told: readonly EventId[]): Promise<Map<number, number> | undefined> => {
    const places = [...(await eventGraph.places(told)).values()]
    const entries = new Map<number, number>()
    for (const { nid, roomNid: itsRoom, skeyNid, status } of places) {
      // A state has state events of the room alone, and one for a key.
      if (itsRoom !== roomNid || skeyNid === undefined || entries.has(skeyNid)) return undefined
      if (status !== eventStatus.rejected) entries.set(skeyNid, nid)
    }
    const [create] = await eventGraph.keys([['m.room.create', '']])
    return places.length === told.length && create !== undefined && entries.has(create.skeyNid) ? entries : undefined
  }

  const stateBefore: FetchMissing['stateBefore'] = async (peer, place, eventId) => {
    const told = [...new Set(await peer.stateIds(place.roomId, eventId))]
    if (told.length === 0 || told.length > bounds.state || !told.every(isEventId)) return undefined
    if (!(await cited(peer, place, told))) return undefined
    const room = await roomStates.open(place.roomId)
    const entries = room && (await entriesOf(room.nid, told))
    if (room === undefined || entries === undefined) return undefined
    const whole = stateRefs.changed({ version: 0, overlay: undefined }, entries)
    const current: StateRef = { version: room.stateVersion, overlay: undefined }
    const differing = await stateRefs.conflicts(room.nid, [current, whole])
    const changes = [...differing].map(([skeyNid, [, nid]]) => [skeyNid, nid!] as const)
    // The early past has little in common with the present.
    return changes.length < entries.size ? stateRefs.changed(current, changes) : whole
  }

  return { cited, between, stateBefore }
}
