import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { RoomStates } from '../room-state.ts'
import { checkReceived } from './check-received.ts'
import type { FetchMissing } from './fetch-missing.ts'
import type { HoldRoom } from './hold-room.ts'
import type { Peer } from './peer.ts'
import type { ReceiveEvent, Receipt, Told } from './receive-event.ts'

/** What became of an event that a peer sent; `dropped`: it was not fit to be judged, or what it cites cannot be had. */
export type Outcome = Exclude<Receipt, { outcome: 'waits' }> | { readonly outcome: 'dropped'; readonly reason: string }

/** Takes in events of one room that a peer sent, in their order, and fetches from the peer what they cite and is missing. */
export type ReceivePdus = (
  peer: Peer,
  roomId: RoomId,
  pdus: readonly unknown[],
) => Promise<readonly { eventId?: EventId; outcome: Outcome }[]>

interface Needs {
  roomStates: Pick<RoomStates, 'open'>
  holdRoom: HoldRoom
  receiveEvent: ReceiveEvent
  fetchMissing: FetchMissing
  keyOf: KeyOf
}

/** How often an event is tried once more after something was fetched for it: once for what it cites, once for what it follows, once for the state. */
const rounds = 4

/** Receives one event that has passed the checks 1 to 3, and fetches what is missing. */
export type ReceiveWhole = (
  peer: Peer,
  room: { roomId: RoomId; version: RoomVersion },
  arriving: SealedEvent,
  told?: Told,
) => Promise<Outcome>

export function createReceiveWhole({
  holdRoom,
  receiveEvent,
  fetchMissing,
}: Pick<Needs, 'holdRoom' | 'receiveEvent' | 'fetchMissing'>): ReceiveWhole {
  const receiveWhole: ReceiveWhole = async (peer, place, arriving, given) => {
    let told = given
    for (let round = 0; round < rounds; round++) {
      const receipt = await holdRoom(place.roomId, (room) => receiveEvent(room, arriving, told))
      if (receipt === undefined) return { outcome: 'dropped', reason: 'There is no such room here.' }
      if (receipt.outcome !== 'waits') return receipt
      const { auth, prev } = receipt
      if (auth.length > 0 && !(await fetchMissing.cited(peer, place, auth)))
        return { outcome: 'dropped', reason: 'What the event cites cannot be had.' }
      if (prev.length === 0) continue
      if (round === 0)
        for (const earlier of await fetchMissing.between(peer, place, arriving)) {
          const known = await holdRoom(place.roomId, (room) => receiveEvent(room, earlier))
          if (known?.outcome === 'waits' && known.auth.length > 0 && (await fetchMissing.cited(peer, place, known.auth)))
            await holdRoom(place.roomId, (room) => receiveEvent(room, earlier))
        }
      else {
        const before = await fetchMissing.stateBefore(peer, place, arriving.event.eventId)
        if (before === undefined) return { outcome: 'dropped', reason: 'The state before the event cannot be had.' }
        told = { ...told, before }
      }
    }
    return { outcome: 'dropped', reason: 'What the event follows cannot be had.' }
  }
  return receiveWhole
}

export function createReceivePdus(needs: Needs): ReceivePdus {
  const receiveWhole = createReceiveWhole(needs)
  return async (peer, roomId, pdus) => {
    const room = await needs.roomStates.open(roomId)
    if (room === undefined) return pdus.map(() => ({ outcome: { outcome: 'dropped', reason: 'There is no such room here.' } }))
    const outcomes: { eventId?: EventId; outcome: Outcome }[] = []
    for (const pdu of pdus) {
      const checked = checkReceived(room.version, pdu, needs.keyOf)
      if ('dropped' in checked) outcomes.push({ outcome: { outcome: 'dropped', reason: checked.dropped } })
      else if (checked.event.roomId !== roomId)
        outcomes.push({ eventId: checked.event.eventId, outcome: { outcome: 'dropped', reason: 'The event belongs to another room.' } })
      else outcomes.push({ eventId: checked.event.eventId, outcome: await receiveWhole(peer, room, checked) })
    }
    return outcomes
  }
}
