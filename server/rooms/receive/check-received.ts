import { checkFormat } from '../../protocol/event-format.ts'
import { isObject } from '../../protocol/json-values.ts'
import type { Pdu } from '../../protocol/event.ts'
import { type KeyOf, receivedEvent, verifySignatures, withCheckedHash } from '../../protocol/received-pdu.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'

/** Why an event is dropped: it is not stored, and nobody is told of it. */
export interface Dropped {
  readonly dropped: string
}

/**
 * Checks 1 to 3 of those on receipt: the format, else it is dropped; the signatures, else it is dropped; the hash, else it is redacted.
 * server-server-api/#checks-performed-on-receipt-of-a-pdu
 * @param pdu parsed by `strictJson` with `integers: 'written'`
 */
export const checkReceived = (version: RoomVersion, pdu: unknown, keyOf: KeyOf): SealedEvent | Dropped => {
  const unfit = checkFormat(version, pdu)
  if (unfit !== undefined || !isObject(pdu)) return { dropped: unfit ?? 'An event is a JSON object.' }
  const unsigned = verifySignatures(version, pdu as unknown as Pdu, keyOf)
  if (unsigned !== undefined) return { dropped: unsigned }
  return receivedEvent(version, withCheckedHash(version, pdu as unknown as Pdu))
}
