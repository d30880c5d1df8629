import { citedIds, type Event, type JsonObject } from './event.ts'

/** What the rules look at, sealed or not. */
export interface Judged {
  readonly type: string
  readonly sender: string
  /** As the event itself bears it: absent from create events of version 12. */
  readonly roomId?: string | undefined
  readonly stateKey?: string | undefined
  readonly content: JsonObject
  readonly prevEvents: readonly string[]
  /** The event's own ID: redactions of versions 1 and 2 are judged by its server. */
  readonly eventId?: string | undefined
  /** The event that a redaction of versions 1 to 10 names at top level. */
  readonly redacts?: string | undefined
}

/** What the rules cannot see in the event's content and the state. */
export interface Evidence {
  /** Whether the event bears a valid signature of that server. */
  readonly signedBy: (serverName: string) => boolean
}

/** What the rules look at in an event that has its ID. */
export const judgedOf = ({ eventId, pdu }: Event): Judged => ({
  type: pdu.type,
  sender: pdu.sender,
  roomId: pdu.room_id,
  stateKey: pdu.state_key,
  content: pdu.content,
  prevEvents: citedIds(pdu.prev_events),
  eventId,
  redacts: pdu.redacts,
})
