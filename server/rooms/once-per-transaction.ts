import type { EventId } from '../../spec/identifiers.ts'
import type { FindSent, TransactionKey } from './find-sent.ts'
import { createLru } from '../storage/lru.ts'

/** Runs `send` once for a key; a repeat, at the same time or later, gets the event of the first. */
export type OncePerTransaction = (key: TransactionKey, send: () => Promise<EventId>) => Promise<EventId>

interface Needs {
  findSent: FindSent
}

/** Transactions remembered in memory; older ones are found in storage. */
const remembered = 100_000

export function createOncePerTransaction({ findSent }: Needs): OncePerTransaction {
  const seen = createLru<string, EventId | Promise<EventId>>(remembered)

  const sendOrFind = async (key: TransactionKey, send: () => Promise<EventId>): Promise<EventId> => {
    try {
      return await send()
    } catch (error) {
      // Whatever forbids it now (the sender has left, the mark is set): what was sent before was sent.
      const earlier = await findSent(key)
      if (earlier !== undefined) return earlier.eventId
      throw error
    }
  }

  return async (key, send) => {
    const name = `${key.deviceNid}\u0000${key.txnId}\u0000${key.roomId}\u0000${key.type}\u0000${key.redacts ?? ''}`
    const known = seen.get(name)
    if (known !== undefined) return known
    const sending = sendOrFind(key, send)
    seen.set(name, sending)
    try {
      const eventId = await sending
      seen.set(name, eventId)
      return eventId
    } catch (error) {
      seen.delete(name)
      throw error
    }
  }
}
