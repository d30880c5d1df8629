import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { FetchedFor, FetchMissing } from './fetch-missing.ts'
import type { HoldRoom } from './hold-room.ts'
import type { MergeExtremities } from './merge-extremities.ts'
import type { Peer } from './peer.ts'
import type { ReceiveEvent, Receipt, Told } from './receive-event.ts'

/** What became of an event that a peer sent; `dropped`: it was not fit to be judged, or what it cites cannot be had. */
export type Outcome = Exclude<Receipt, { outcome: 'waits' }> | { readonly outcome: 'dropped'; readonly reason: string }

/** Receives an event that has passed the checks 1 to 3, and fetches from a peer what it cites and is missing. */
export interface ReceiveWhole {
  (peer: Peer, room: FetchedFor, arriving: SealedEvent): Promise<Outcome>
  /** Without what it follows: where that is missing, the peer is asked for the state, as often as there is leave for it. */
  single(peer: Peer, room: FetchedFor, arriving: SealedEvent, leave: Leave, told?: Told): Promise<Outcome>
}

/** How often a peer may still be asked for a state: each costs a walk through it. */
export interface Leave {
  states: number
}

interface Needs {
  holdRoom: HoldRoom
  receiveEvent: ReceiveEvent
  fetchMissing: FetchMissing
  mergeExtremities: MergeExtremities
}

/** States asked for, for events before one that arrives, at most. */
const statesMost = 5

const dropped = (reason: string): Outcome => ({ outcome: 'dropped', reason })
const incomplete = dropped('What the event follows cannot be had.')

export function createReceiveWhole({ holdRoom, receiveEvent, fetchMissing, mergeExtremities }: Needs): ReceiveWhole {
  const single: ReceiveWhole['single'] = async (peer, room, arriving, leave, given) => {
    let told = given
    // It may wait for what it cites, then for the state; whatever it waits for after that has been asked for in vain.
    for (let round = 0; round < 3; round++) {
      const receipt = await holdRoom(room.roomId, (its) => receiveEvent(its, arriving, told))
      if (receipt === undefined) return dropped('There is no such room here.')
      if (receipt.outcome === 'accepted') await mergeExtremities(room.roomId)
      if (receipt.outcome !== 'waits') return receipt
      if (receipt.auth.length > 0 && !(await fetchMissing.cited(peer, room, receipt.auth)))
        return dropped('What the event cites cannot be had.')
      if (receipt.prev.length === 0) continue
      if (leave.states === 0) return incomplete
      leave.states -= 1
      const before = await fetchMissing.stateBefore(peer, room, arriving.event.eventId)
      if (before === undefined) return dropped('The state before the event cannot be had.')
      told = { ...told, before }
    }
    return incomplete
  }

  const whole = async (peer: Peer, room: FetchedFor, arriving: SealedEvent): Promise<Outcome> => {
    const first = await single(peer, room, arriving, { states: 0 })
    if (first !== incomplete) return first
    const leave = { states: statesMost }
    for (const earlier of await fetchMissing.between(peer, room, arriving)) await single(peer, room, earlier, leave)
    return single(peer, room, arriving, { states: 1 })
  }
  return Object.assign(whole, { single })
}
