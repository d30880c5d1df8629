import type { EventId, RoomId } from '../../spec/identifiers.ts'
import type { EventStore } from '../storage/events.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/** What makes a client's request the same as an earlier one. client-server-api/#transaction-identifiers */
export interface TransactionKey {
  readonly deviceNid: number
  readonly txnId: string
  readonly roomId: RoomId
  readonly type: string
  /** The target, for redactions. */
  readonly redacts?: EventId | undefined
}

/** The stored event that a request made, if it made one. */
export type FindSent = (key: TransactionKey) => Promise<StoredEvent | undefined>

export const createFindSent =
  ({ events }: { events: Pick<EventStore, 'byTransaction'> }): FindSent =>
  async ({ deviceNid, txnId, roomId, type, redacts }) =>
    (await events.byTransaction(deviceNid, txnId)).find(
      (event) => event.roomId === roomId && event.type === type && event.redacts === redacts,
    )
