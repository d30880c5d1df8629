import type { EventId, RoomId } from '../../../spec/identifiers.ts'

/**
 * Another server that is asked for what is missing. What it gives is as it came over the wire, parsed by `strictJson` with
 * `integers: 'written'`; nothing of it is believed.
 */
export interface Peer {
  /** @returns `undefined` where the peer does not give it. server-server-api/#get_matrixfederationv1eventeventid */
  event(eventId: EventId): Promise<unknown>
  /** The events between those that are held and those that follow them. server-server-api/#post_matrixfederationv1get_missing_eventsroomid */
  missingEvents(roomId: RoomId, range: MissingRange): Promise<readonly unknown[]>
  /** The state before an event. server-server-api/#get_matrixfederationv1state_idsroomid */
  stateIds(roomId: RoomId, eventId: EventId): Promise<readonly EventId[] | undefined>
  /** These events and what comes before them, the latest first; so many at most. server-server-api/#get_matrixfederationv1backfillroomid */
  backfill(roomId: RoomId, from: readonly EventId[], limit: number): Promise<readonly unknown[]>
}

export interface MissingRange {
  readonly earliest: readonly EventId[]
  readonly latest: readonly EventId[]
  readonly limit: number
}

/** The peer, as one that fails gives nothing. Nothing that it does is an error of ours. */
export const forgiving = (peer: Peer): Peer => ({
  event: async (eventId) => peer.event(eventId).catch(() => undefined),
  missingEvents: async (roomId, range) => peer.missingEvents(roomId, range).catch(() => []),
  stateIds: async (roomId, eventId) => peer.stateIds(roomId, eventId).catch(() => undefined),
  backfill: async (roomId, from, limit) => peer.backfill(roomId, from, limit).catch(() => []),
})
