import { type Event, citedIds } from '../../protocol/event.ts'
import type { Evidence, Judged } from '../../protocol/judged.ts'

/** An event as the rules look at it. */
export const judgedOf = ({ pdu }: Event): Judged => ({
  type: pdu.type,
  sender: pdu.sender,
  roomId: pdu.room_id,
  stateKey: pdu.state_key,
  content: pdu.content,
  prevEvents: citedIds(pdu.prev_events),
})

/** The signatures that an event bears; in graphs none is forged. */
export const signaturesOf = ({ pdu }: Event): Evidence => ({ signedBy: (serverName) => Object.hasOwn(pdu.signatures, serverName) })
