import { LRUCache } from 'lru-cache'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import type { EventStore } from '../storage/events.ts'

/** What makes a client's request the same as an earlier one. client-server-api/#transaction-identifiers */
export interface TransactionKey {
  readonly deviceNid: number
  readonly txnId: string
  readonly roomId: RoomId
  readonly type: string
  /** The target, for redactions. */
  readonly redacts?: EventId
}

/** Runs `send` once for a key; a repeat, at the same time or later, gets the event of the first. */
export type OncePerTransaction = (key: TransactionKey, send: () => Promise<EventId>) => Promise<EventId>

interface Needs {
  events: Pick<EventStore, 'byTransaction'>
}

/** Transactions remembered in memory; older ones are caught by the unique index when they are stored. */
const remembered = 100_000

export function createOncePerTransaction({ events }: Needs): OncePerTransaction {
  const seen = new LRUCache<string, EventId | Promise<EventId>>({ max: remembered })

  const sendOrFind = async (key: TransactionKey, send: () => Promise<EventId>): Promise<EventId> => {
    try {
      return await send()
    } catch (error) {
      if (error instanceof Error && /unique|duplicate/i.test(error.message)) {
        const earlier = (await events.byTransaction(key.deviceNid, key.txnId)).find(
          (event) => event.roomId === key.roomId && event.type === key.type && event.redacts === key.redacts,
        )
        if (earlier !== undefined) return earlier.eventId
      }
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
