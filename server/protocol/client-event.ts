import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import type { Event, JsonObject } from './event.ts'
import { isEventId } from './identifiers.ts'
import { ownString } from './json-values.ts'
import type { RoomVersion } from './room-versions.ts'

/** An event as clients get it. client-server-api/#room-event-format */
export interface ClientEvent {
  readonly content: JsonObject
  readonly event_id: EventId
  /** Milliseconds since the Unix epoch. */
  readonly origin_server_ts: number
  /** The event that a redaction redacts. */
  readonly redacts?: EventId
  /** Absent where the answer names the room elsewhere, as in `/sync`. */
  readonly room_id?: RoomId
  readonly sender: UserId
  readonly state_key?: string
  readonly type: string
  readonly unsigned?: JsonObject
}

/** State as shown to people who are not in the room. client-server-api/#stripped-state */
export interface StrippedState {
  readonly content: JsonObject
  readonly sender: UserId
  readonly state_key: string
  readonly type: string
}

/** What to add to an event, and whether to name its room. */
export interface ClientEventOptions {
  readonly withRoomId: boolean
  readonly unsigned?: JsonObject | undefined
}

/**
 * The event that a redaction redacts. Only the place where the room version keeps the ID counts: in the other one, anything may stand.
 */
export const redactsOf = (version: RoomVersion, { pdu }: Event): EventId | undefined => {
  if (pdu.type !== 'm.room.redaction') return undefined
  const target = ownString(version.redactsInContent ? pdu.content : pdu, 'redacts')
  return isEventId(target) ? target : undefined
}

/**
 * The client's form of an event: only the keys that clients know, nothing of what a peer put into `unsigned`.
 * A redaction names its target both at top level and in the content, whatever the room version. rooms/v11/#moving-the-redacts-property
 */
export const clientEvent = (version: RoomVersion, event: Event, { withRoomId, unsigned }: ClientEventOptions): ClientEvent => {
  const { type, sender, state_key, content, origin_server_ts } = event.pdu
  const redacts = redactsOf(version, event)
  return {
    content: redacts === undefined ? content : { ...content, redacts },
    event_id: event.eventId,
    origin_server_ts,
    ...(redacts !== undefined && { redacts }),
    ...(withRoomId && { room_id: event.roomId }),
    sender,
    ...(state_key !== undefined && { state_key }),
    type,
    ...(unsigned !== undefined && { unsigned }),
  }
}

/**
 * The JSON text of the client's form, up to where `unsigned` may follow: append `}`, or `,"unsigned":{…}}`.
 * It is the same for every reader, so that it is made once.
 */
export const clientEventPrefix = (version: RoomVersion, event: Event, { withRoomId }: { readonly withRoomId: boolean }): string =>
  JSON.stringify(clientEvent(version, event, { withRoomId })).slice(0, -1)

/** The stripped form of a state event. */
export const strippedState = ({ pdu }: Event): StrippedState => ({
  content: pdu.content,
  sender: pdu.sender,
  state_key: pdu.state_key ?? '',
  type: pdu.type,
})
