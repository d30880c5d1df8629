import type { RoomId } from '../../../spec/identifiers.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { Room } from '../room.ts'
import type { RoomStates } from '../room-state.ts'
import { checkReceived } from './check-received.ts'
import type { HoldRoom } from './hold-room.ts'
import { behind, inOrder } from './in-order.ts'
import { forgiving, type Peer } from './peer.ts'
import type { ReceiveWhole } from './receive-whole.ts'

/** What a step back in a room's history has brought. */
export interface Backfilled {
  /** The events that have their place now. */
  readonly received: number
  /** Nothing of the room's history is missing. */
  readonly isWhole: boolean
}

/**
 * Fetches events that what is held of a room follows: those before its beginning, and those of gaps. Neither the room's state nor its
 * ends change. What is older than the room's first event here gets its place before that, at positions below zero; what is missing in
 * between comes late, and stands where it came, as events of other servers do that come late by themselves.
 * server-server-api/#backfilling-and-retrieving-missing-events
 */
export type Backfill = (peer: Peer, roomId: RoomId) => Promise<Backfilled>

interface Needs {
  roomStates: Pick<RoomStates, 'open'>
  holdRoom: HoldRoom
  eventGraph: Pick<EventGraph, 'backwardExtremities' | 'firstArrival' | 'places'>
  receiveWhole: Pick<ReceiveWhole, 'single'>
  keyOf: KeyOf
}

/** Events asked for at once. */
const eventsMost = 100
/** Gaps asked about at once. */
const gapsMost = 20
/** States asked for at once: one for each branch that the events begin with. */
const statesMost = 5

export function createBackfill({ roomStates, holdRoom, eventGraph, receiveWhole, keyOf }: Needs): Backfill {
  /** What the peer has of the gaps and of what lies before them, as far as it is not in its place here; the oldest first. */
  const ask = async (peer: Peer, { nid, roomId, version }: Room): Promise<SealedEvent[]> => {
    const gaps = await eventGraph.backwardExtremities(nid, gapsMost)
    if (gaps.length === 0) return []
    const pdus = await peer.backfill(roomId, gaps, eventsMost)
    const checked = pdus.slice(0, eventsMost).map((pdu) => checkReceived(version, pdu, keyOf, { citesAnyNumber: true }))
    const fit = checked.filter((one): one is SealedEvent => !('dropped' in one) && one.event.roomId === roomId)
    // Nothing else may come in as part of the past: it would not be judged by the room as it is.
    const found = behind(gaps, fit)
    const places = await eventGraph.places(found.map(({ event }) => event.eventId))
    return inOrder(found).filter(({ event }) => (places.get(event.eventId)?.stateBefore ?? -1) < 0)
  }

  /** Tells events older than the room's beginning here. Depths are what senders say: they decide of nothing but where an event stands. */
  const tellOlder = async ({ nid }: Room): Promise<(one: SealedEvent) => boolean> => {
    const first = await eventGraph.firstArrival(nid)
    return ({ event }) => first !== undefined && first.type !== 'm.room.create' && event.pdu.depth < first.depth
  }

  const step = async (peer: Peer, roomId: RoomId): Promise<Backfilled> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) return { received: 0, isWhole: false }
    const [found, isOlder] = await Promise.all([ask(peer, room), tellOlder(room)])
    const first = Math.min(room.beginning, -1) - found.filter(isOlder).length + 1
    let pos = first
    let received = 0
    const leave = { states: statesMost }
    for (const one of found) {
      const pastPos = isOlder(one) ? pos++ : undefined
      const { outcome } = await receiveWhole.single(peer, room, one, leave, { isPast: true, pastPos })
      if (outcome !== 'dropped') received += 1
    }
    // Readers see all of it at once: a page must not end in the midst of what is still coming.
    if (pos > first)
      await holdRoom(roomId, async (now) => {
        now.beginning = Math.min(now.beginning, first - 1)
      })
    return { received, isWhole: (await eventGraph.backwardExtremities(room.nid, 1)).length === 0 }
  }

  const running = new Map<RoomId, Promise<Backfilled>>()
  return (peer, roomId) => {
    let result = running.get(roomId)
    if (result === undefined) {
      result = step(forgiving(peer), roomId).finally(() => running.delete(roomId))
      running.set(roomId, result)
    }
    return result
  }
}
