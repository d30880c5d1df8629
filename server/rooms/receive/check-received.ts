import { checkFormat, type FormatOptions } from '../../protocol/event-format.ts'
import { isObject } from '../../protocol/json-values.ts'
import { citedIds, type Pdu } from '../../protocol/event.ts'
import { type KeyOf, receivedEvent, verifySignatures, withCheckedHash } from '../../protocol/received-pdu.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'

/** Why an event is dropped: it is not stored, and nobody is told of it. */
export interface Dropped {
  readonly dropped: string
}

/** No text allows such characters in an ID, and no column takes all of them. appendices/#event-ids */
const control = /[\u0000-\u001f\u007f]/

/**
 * Checks 1 to 3 of those on receipt: the format, else it is dropped; the signatures, else it is dropped; the hash, else it is redacted.
 * server-server-api/#checks-performed-on-receipt-of-a-pdu
 * @param pdu parsed by `strictJson` with `integers: 'written'`
 */
export const checkReceived = (version: RoomVersion, pdu: unknown, keyOf: KeyOf, options?: FormatOptions): SealedEvent | Dropped => {
  const unfit = checkFormat(version, pdu, options)
  if (unfit !== undefined || !isObject(pdu)) return { dropped: unfit ?? 'An event is a JSON object.' }
  const unsigned = verifySignatures(version, pdu as unknown as Pdu, keyOf)
  if (unsigned !== undefined) return { dropped: unsigned }
  const sealed = receivedEvent(version, withCheckedHash(version, pdu as unknown as Pdu))
  const { eventId, pdu: received } = sealed.event
  const cited = [...citedIds(received.auth_events), ...citedIds(received.prev_events)]
  if (cited.includes(eventId)) return { dropped: 'The event cites itself.' }
  if ([eventId, ...cited].some((id) => control.test(id))) return { dropped: 'An event ID holds a control character.' }
  return sealed
}
