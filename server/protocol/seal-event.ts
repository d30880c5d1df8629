import { canonicalJson, quote } from './encoding.ts'
import { MatrixError } from './errors.ts'
import type { Event, JsonObject, Pdu } from './event.ts'
import { contentHash, hashedId, referenceText, roomIdOfCreate, sha256Of } from './event-id.ts'
import { ownString } from './json-values.ts'
import { redactContent } from './redaction.ts'
import type { RoomVersion } from './room-versions.ts'
import { addSignature, type SigningKey } from './signing.ts'
import { plainNumbers, writtenFractions } from './written-numbers.ts'

/** Bytes that an event may have as canonical JSON with hashes and signatures. client-server-api/#size-limits */
export const maxEventBytes = 65_536
/** Bytes that each of sender, room ID, state key, type and event ID may have. */
export const maxIdBytes = 255

/**
 * An event that is complete but for hash, ID and signature. Its `redacts` goes where the room's version wants it.
 * Versions 1 and 2 alone: it brings its `event_id`, of our domain and never used before, and cites by pairs.
 */
export type UnsealedEvent = Omit<Pdu, 'hashes' | 'signatures' | 'unsigned'>

/** An event with its ID, and its canonical signed text: the exact bytes to store and to send to peers. */
export interface SealedEvent {
  readonly event: Event
  readonly json: string
}

/**
 * Hashes and signs an event and gives it its ID. server-server-api/#adding-hashes-and-signatures-to-outgoing-events
 * Each piece is serialised once, and spliced into the text that is hashed, the text that is signed and the text that is stored.
 * @throws M_TOO_LARGE when the event has over 65,536 bytes, or one of its identifiers over 255
 * @throws M_BAD_JSON when the content has no canonical form; versions 1 to 5 take any `WrittenNumber`, and fractions
 */
export const sealEvent = (version: RoomVersion, serverName: string, key: SigningKey, unsealed: UnsealedEvent): SealedEvent => {
  const { event_id, type, sender, room_id, state_key, redacts, origin_server_ts, auth_events, prev_events } = unsealed
  if ((event_id !== undefined) !== (version.eventIdFormat === 'chosen'))
    throw new TypeError('Versions 1 and 2, and no others, choose event IDs.')
  const lifted = redacts !== undefined && version.redactsInContent
  const given: JsonObject = lifted ? { ...unsealed.content, redacts } : unsealed.content
  checkLengths({ type, sender, room_id, state_key, event_id })

  // Beyond 2^53 − 1 nothing here tells depths apart any more: there the room is at its limit.
  const depth = unsealed.depth > Number.MAX_SAFE_INTEGER ? version.maxDepth : unsealed.depth
  const exact = version.strictIntegers ? given : writtenFractions(given)
  const content = version.strictIntegers ? given : plainNumbers(given)
  const whole = canonicalJson(exact)
  const kept = redactContent(version, type, exact)
  const auth = `{"auth_events":${canonicalJson(auth_events)},"content":`
  const deep = `,"depth":${depth > Number.MAX_SAFE_INTEGER ? '9223372036854775807' : canonicalJson(depth)},${event_id === undefined ? '' : `"event_id":${quote(event_id)},`}`
  const parents = `"origin_server_ts":${canonicalJson(origin_server_ts)},"prev_events":${canonicalJson(prev_events)},`
  const target = redacts !== undefined && !lifted ? `"redacts":${quote(redacts)},` : ''
  const origin = `${room_id === undefined ? '' : `"room_id":${quote(room_id)},`}"sender":${quote(sender)},`
  const tail = `${state_key === undefined ? '' : `"state_key":${quote(state_key)},`}"type":${quote(type)}}`

  const sha256 = sha256Of(auth + whole + deep + parents + target + origin + tail)
  const hashes = `"hashes":{"sha256":"${sha256}"},`
  const reference = auth + (kept === exact ? whole : canonicalJson(kept)) + deep + hashes + parents + origin + tail
  const signature = key.sign(reference)
  const signatures = `"signatures":{${quote(serverName)}:{${quote(key.keyId)}:"${signature}"}},`
  const json = auth + whole + deep + hashes + parents + target + origin + signatures + tail
  if (Buffer.byteLength(json) > maxEventBytes) throw tooLarge('The event', maxEventBytes)

  const eventId = event_id ?? hashedId(version, reference)
  const pdu: Pdu = {
    ...(event_id !== undefined && { event_id }),
    type,
    sender,
    ...(room_id !== undefined && { room_id }),
    ...(state_key !== undefined && { state_key }),
    content,
    ...(target !== '' && redacts !== undefined && { redacts }),
    depth,
    origin_server_ts,
    auth_events,
    prev_events,
    hashes: { sha256 },
    signatures: { [serverName]: { [key.keyId]: signature } },
  }
  return { event: { eventId, roomId: room_id ?? roomIdOfCreate(eventId), pdu }, json }
}

/** A copy of a PDU with our signature over its redacted form added; without a content hash, it gets one first. */
export const signPdu = <P extends JsonObject>(version: RoomVersion, serverName: string, key: SigningKey, pdu: P): P => {
  const hashed = ownString(pdu['hashes'], 'sha256') === undefined ? { ...pdu, hashes: { sha256: contentHash(pdu) } } : pdu
  return { ...hashed, signatures: addSignature(pdu['signatures'], serverName, key.keyId, key.sign(referenceText(version, hashed))) }
}

const checkLengths = (fields: { readonly [name: string]: string | undefined }): void => {
  for (const [name, value] of Object.entries(fields)) {
    // A UTF-16 unit takes three bytes at most.
    if (value !== undefined && value.length > maxIdBytes / 3 && Buffer.byteLength(value) > maxIdBytes)
      throw tooLarge(`The event's ${name}`, maxIdBytes)
  }
}

const tooLarge = (what: string, limit: number): MatrixError =>
  new MatrixError('M_TOO_LARGE', `${what} is too large: make it ${limit} bytes at most.`)
