import { MatrixError } from './errors.ts'
import type { Event, Pdu } from './event.ts'

/** An event of which nothing counts but what is given. */
export const testEvent = (
  pdu: Pick<Pdu, 'type' | 'sender'> & Partial<Pdu>,
  ids: Partial<Pick<Event, 'eventId' | 'roomId'>> = {},
): Event => ({
  eventId: '$e',
  roomId: '!r:x',
  ...ids,
  pdu: {
    content: {},
    depth: 1,
    origin_server_ts: 0,
    auth_events: [],
    prev_events: [],
    hashes: { sha256: '' },
    signatures: {},
    ...pdu,
  },
})

/** The errcode that something throws; `undefined`: it does not throw. */
export const errcodeOf = (deed: () => unknown): string | undefined => {
  try {
    deed()
  } catch (error) {
    if (error instanceof MatrixError) return error.errcode
    throw error
  }
  return undefined
}
