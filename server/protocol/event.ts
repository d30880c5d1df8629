import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'

/** Any JSON object, as parsed. */
export interface JsonObject {
  readonly [key: string]: unknown
}

/** How an event names another: by its ID, or (versions 1 and 2) by ID and hashes. */
export type Citation = EventId | readonly [EventId, { readonly sha256?: string }]

/** The IDs that `auth_events` or `prev_events` name, in either format. */
export const citedIds = (citations: readonly Citation[]): readonly EventId[] =>
  citations.every((citation) => typeof citation === 'string')
    ? citations
    : citations.map((citation) => (typeof citation === 'string' ? citation : citation[0]))

/** A persistent data unit, as servers sign and store it. `room_id` is absent from the create event of version 12. */
export type Pdu = {
  /** Versions 1 and 2 alone: the ID that its maker has chosen. */
  readonly event_id?: EventId
  readonly type: string
  readonly sender: UserId
  readonly room_id?: RoomId
  readonly state_key?: string
  readonly content: JsonObject
  readonly redacts?: EventId
  readonly depth: number
  /** Milliseconds since the Unix epoch. */
  readonly origin_server_ts: number
  readonly auth_events: readonly Citation[]
  readonly prev_events: readonly Citation[]
  readonly hashes: { readonly sha256: string }
  readonly signatures: { readonly [server: string]: { readonly [keyId: string]: string } }
  readonly unsigned?: JsonObject
}

/** An event that has its ID: what rules judge and rooms keep. */
export interface Event {
  readonly eventId: EventId
  /** The room it belongs to, for every version (for a version 12 create event, derived from its ID). */
  readonly roomId: RoomId
  readonly pdu: Pdu
}

/** What is to become an event, before it cites, is hashed and signed. */
export interface Draft {
  readonly roomId: RoomId
  readonly sender: UserId
  readonly type: string
  readonly stateKey?: string
  readonly content: JsonObject
  readonly redacts?: EventId
  /** Milliseconds since the Unix epoch; the present where absent. */
  readonly ts?: number
}
