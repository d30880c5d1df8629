import { hash } from 'node:crypto'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { canonicalJson } from './encoding.ts'
import type { Event, JsonObject, Pdu } from './event.ts'
import { redactPdu } from './redaction.ts'
import type { RoomVersion } from './room-versions.ts'
import { signedText } from './signing.ts'

/** SHA-256 over the whole event but `unsigned`, `signatures` and `hashes`, in unpadded Base64. server-server-api/#calculating-the-content-hash-for-an-event */
export const contentHash = ({ unsigned: _unsigned, signatures: _signatures, hashes: _hashes, ...covered }: JsonObject): string =>
  hash('sha256', canonicalJson(covered), 'base64').slice(0, 43)

/** The canonical text of the redacted event without signatures: what its ID hashes and its signatures cover. */
export const referenceText = (version: RoomVersion, pdu: JsonObject): string => signedText(redactPdu(version, pdu))

/** The event ID of a PDU, from its reference hash. server-server-api/#calculating-the-reference-hash-for-an-event, rooms/v11/#event-ids */
export const eventIdOf = (version: RoomVersion, pdu: JsonObject): EventId => eventIdOfText(referenceText(version, pdu))

/** The event ID that belongs to a reference text. */
export const eventIdOfText = (text: string): EventId => `$${hash('sha256', text, 'base64url')}`

/** The ID of the room that a create event founds, in versions whose create event has no `room_id`. rooms/v12/#event-format */
export const roomIdOfCreate = (eventId: EventId): RoomId => `!${eventId.slice(1)}`

/** The create event that such a room ID names. */
export const createIdOfRoom = (roomId: RoomId): EventId => `$${roomId.slice(1)}`

/** A PDU with the ID that it has, and the room that it belongs to. Shape and signatures are not checked. */
export const eventOfPdu = (version: RoomVersion, pdu: Pdu, eventId: EventId = eventIdOf(version, { ...pdu })): Event => ({
  eventId,
  roomId: version.createOmitsRoomId && pdu.type === 'm.room.create' ? roomIdOfCreate(eventId) : (pdu.room_id as RoomId),
  pdu,
})
