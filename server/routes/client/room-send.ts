import { redactEvent, sendMessage } from '../../../spec/client/room-send.ts'
import { route, type Route } from '../../http/route.ts'
import { isEventId } from '../../protocol/identifiers.ts'
import type { OncePerTransaction } from '../../rooms/once-per-transaction.ts'
import type { SendMessage } from '../../rooms/send-message.ts'

interface Needs {
  readonly sendMessage: SendMessage
  readonly oncePerTransaction: OncePerTransaction
}

const redaction = 'm.room.redaction'

/** Writing into rooms, once for each transaction ID. client-server-api/#transaction-identifiers */
export const roomSendRoutes = ({ sendMessage: send, oncePerTransaction }: Needs): Route[] => [
  route(sendMessage, async ({ params: { roomId, eventType: type, txnId }, body: content, requester: { userId: sender, deviceNid } }) => {
    // What is stored of a redaction names its target, by which a repeat must find it.
    const target = type === redaction && isEventId(content['redacts']) ? { redacts: content['redacts'] } : {}
    const key = { deviceNid, txnId, roomId, type, ...target }
    return { event_id: await oncePerTransaction(key, () => send({ roomId, sender, type, content }, { deviceNid, txnId })) }
  }),
  route(
    redactEvent,
    async ({ params: { roomId, eventId: redacts, txnId }, body: { reason }, requester: { userId: sender, deviceNid } }) => {
      const content = reason === undefined ? {} : { reason }
      const key = { deviceNid, txnId, roomId, type: redaction, redacts }
      return {
        event_id: await oncePerTransaction(key, () => send({ roomId, sender, type: redaction, content, redacts }, { deviceNid, txnId })),
      }
    },
  ),
]
