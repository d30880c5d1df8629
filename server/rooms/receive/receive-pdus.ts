import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { RoomStates } from '../room-state.ts'
import { checkReceived } from './check-received.ts'
import { inOrder } from './in-order.ts'
import { forgiving, type Peer } from './peer.ts'
import type { Outcome, ReceiveWhole } from './receive-whole.ts'

/**
 * Takes in events of one room that a peer sent, and fetches from the peer what they cite and is missing. Of each, in the order given,
 * it is told what became of it.
 */
export type ReceivePdus = (
  peer: Peer,
  roomId: RoomId,
  pdus: readonly unknown[],
) => Promise<readonly { readonly eventId?: EventId; readonly outcome: Outcome }[]>

interface Needs {
  roomStates: Pick<RoomStates, 'open'>
  receiveWhole: ReceiveWhole
  keyOf: KeyOf
}

const noSuchRoom: Outcome = { outcome: 'dropped', reason: 'There is no such room here.' }
const ofAnotherRoom: Outcome = { outcome: 'dropped', reason: 'The event belongs to another room.' }

export function createReceivePdus({ roomStates, receiveWhole, keyOf }: Needs): ReceivePdus {
  return async (peer, roomId, pdus) => {
    const room = await roomStates.open(roomId)
    if (room === undefined) return pdus.map(() => ({ outcome: noSuchRoom }))
    const checked = pdus.map((pdu) => checkReceived(room.version, pdu, keyOf))
    const fit = checked.filter((one): one is SealedEvent => !('dropped' in one) && one.event.roomId === roomId)
    // What comes in the wrong order needs no fetching; what runs in circles is for the last.
    const ordered = inOrder(fit)
    const outcomes = new Map<EventId, Outcome>()
    const asked = forgiving(peer)
    for (const one of [...ordered, ...fit]) {
      const { eventId } = one.event
      if (!outcomes.has(eventId)) outcomes.set(eventId, await receiveWhole(asked, room, one))
    }
    return checked.map((one) =>
      'dropped' in one
        ? { outcome: { outcome: 'dropped', reason: one.dropped } }
        : { eventId: one.event.eventId, outcome: outcomes.get(one.event.eventId) ?? ofAnotherRoom },
    )
  }
}
