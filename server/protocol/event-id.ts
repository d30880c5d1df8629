import { hash } from 'node:crypto'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { canonicalJson } from './encoding.ts'
import type { Citation, Event, JsonObject, Pdu } from './event.ts'
import { redactPdu } from './redaction.ts'
import type { RoomVersion } from './room-versions.ts'
import { signedText } from './signing.ts'
import { parseWithWrittenNumbers, plainNumbers } from './written-numbers.ts'

/** SHA-256 over a text, in unpadded Base64. */
export const sha256Of = (text: string): string => hash('sha256', text, 'base64').slice(0, 43)

/**
 * SHA-256 over the whole event but `unsigned`, `signatures` and `hashes`, in unpadded Base64; in versions 1 and 2 that covers `event_id`.
 * server-server-api/#calculating-the-content-hash-for-an-event
 */
export const contentHash = ({ unsigned: _unsigned, signatures: _signatures, hashes: _hashes, ...covered }: JsonObject): string =>
  sha256Of(canonicalJson(covered))

/** The canonical text of the redacted event without signatures: what its ID hashes and its signatures cover. */
export const referenceText = (version: RoomVersion, pdu: JsonObject): string => signedText(redactPdu(version, pdu))

/** The reference hash of a PDU in unpadded Base64. server-server-api/#calculating-the-reference-hash-for-an-event */
export const referenceHash = (version: RoomVersion, pdu: JsonObject): string => sha256Of(referenceText(version, pdu))

/** The event ID of a PDU: the one it bears, or made of its reference hash. rooms/v1/#event-ids, rooms/v3/#event-ids, rooms/v4/#event-ids */
export const eventIdOf = (version: RoomVersion, pdu: JsonObject): EventId =>
  version.eventIdFormat === 'chosen' ? (pdu['event_id'] as EventId) : hashedId(version, referenceText(version, pdu))

/** The event ID that belongs to a reference text, in versions that make it of the hash (3 and later). */
export const hashedId = (version: RoomVersion, text: string): EventId =>
  version.eventIdFormat === 'standard-hash' ? `$${sha256Of(text)}` : `$${hash('sha256', text, 'base64url')}`

/** How another event is to cite this one: by its ID, in versions 1 and 2 beside its reference hash. `json` is its text. */
export const citationOf = (version: RoomVersion, { eventId, json }: { readonly eventId: EventId; readonly json: string }): Citation =>
  version.citesWithHashes ? [eventId, { sha256: referenceHash(version, parseWithWrittenNumbers(json) as JsonObject) }] : eventId

/** The ID of the room that a create event founds, in versions whose create event has no `room_id`. rooms/v12/#event-format */
export const roomIdOfCreate = (eventId: EventId): RoomId => `!${eventId.slice(1)}`

/** The create event that such a room ID names. */
export const createIdOfRoom = (roomId: RoomId): EventId => `$${roomId.slice(1)}`

/** A PDU with the ID that it has, and the room that it belongs to; its numbers are JavaScript's. Shape and signatures are not checked. */
export const eventOfPdu = (version: RoomVersion, pdu: Pdu, eventId: EventId = eventIdOf(version, { ...pdu })): Event => ({
  eventId,
  roomId: version.createOmitsRoomId && pdu.type === 'm.room.create' ? roomIdOfCreate(eventId) : (pdu.room_id as RoomId),
  pdu: version.strictIntegers ? pdu : plainNumbers(pdu),
})
