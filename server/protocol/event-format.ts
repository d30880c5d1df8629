import { canonicalJson } from './encoding.ts'
import { MatrixError } from './errors.ts'
import type { JsonObject } from './event.ts'
import { isEventId, isRoomId, isServerName, isUserId, serverNameOf } from './identifiers.ts'
import { isObject, own, ownString } from './json-values.ts'
import type { RoomVersion } from './room-versions.ts'
import { maxEventBytes, maxIdBytes } from './seal-event.ts'
import { isWrittenNumber } from './written-numbers.ts'

/**
 * Levels of objects and arrays within one another that an event may have, itself included.
 * NOTSPEC: no text sets a limit, yet each reader of an event has one; this is above what any content needs and below what breaks readers.
 */
export const maxEventLevels = 500
/** server-server-api/#pdus, under `auth_events` and `prev_events` */
export const maxAuthEvents = 10
export const maxPrevEvents = 20

export interface FormatOptions {
  /** Older servers let events cite more than is allowed now: what comes by backfill may. server-server-api/#get_matrixfederationv1backfillroomid */
  readonly citesAnyNumber?: boolean
}

/**
 * Check 1 on receipt: whether a PDU complies with the event format of its room's version. rooms/v1/#event-format, and so on to rooms/v12/#event-format
 * @param pdu parsed by `strictJson` with `integers: 'written'`, or it would not show how its numbers were written
 * @returns why it must be dropped; `undefined`: it may pass
 */
export const checkFormat = (version: RoomVersion, pdu: unknown, { citesAnyNumber = false }: FormatOptions = {}): string | undefined => {
  if (!isMap(pdu)) return 'An event is a JSON object.'
  const unfit = checkValues(version, pdu)
  if (unfit !== undefined) return unfit
  for (const [key, check, wanted] of fieldChecks) {
    const value = own(pdu, key)
    const isAnyNumber = citesAnyNumber && citations.has(key) && Array.isArray(value)
    // However many there are, each must be one.
    const looked = isAnyNumber ? value.filter((one) => !isCitation(version, one)) : value
    if (!check(version, looked, pdu)) return `The "${key}" of the event should be ${wanted}.`
  }
  return checkSize(pdu)
}

type FieldCheck = (version: RoomVersion, value: unknown, pdu: JsonObject) => boolean

const isMap = (value: unknown): value is JsonObject => isObject(value) && !isWrittenNumber(value)
const isShort = (value: unknown): value is string =>
  typeof value === 'string' && (value.length * 3 <= maxIdBytes || Buffer.byteLength(value) <= maxIdBytes)
const isOptional =
  (check: (value: unknown) => boolean): FieldCheck =>
  (_version, value) =>
    value === undefined || check(value)

const largestInt64 = 2n ** 63n - 1n

/** An integer of 64 bits, or (6 and later) one within ±(2^53 − 1). */
const isInteger = (value: unknown): boolean => {
  if (Number.isSafeInteger(value)) return true
  if (!isWrittenNumber(value) || !/^-?[0-9]{1,19}$/.test(value.rawJSON)) return false
  const integer = BigInt(value.rawJSON)
  return integer <= largestInt64 && integer >= -largestInt64 - 1n
}

const isNegative = (value: unknown): boolean => (isWrittenNumber(value) ? value.rawJSON.startsWith('-') : (value as number) < 0)

const isHashes = (value: unknown): boolean => isMap(value) && ownString(value, 'sha256') !== undefined

const isSignatures = (value: unknown): boolean =>
  isMap(value) &&
  Object.values(value).every((ofServer) => isMap(ofServer) && Object.values(ofServer).every((signature) => typeof signature === 'string'))

const isCitation = (version: RoomVersion, value: unknown): boolean =>
  version.citesWithHashes ? Array.isArray(value) && value.length === 2 && isEventId(value[0]) && isHashes(value[1]) : isEventId(value)

const isCitations =
  (most: number): FieldCheck =>
  (version, value) =>
    Array.isArray(value) && value.length <= most && value.every((citation) => isCitation(version, citation))

const citations = new Set(['auth_events', 'prev_events'])

const isRoomOf: FieldCheck = (version, value, pdu) =>
  version.createOmitsRoomId && own(pdu, 'type') === 'm.room.create' ? value === undefined : isRoomId(value)

/** Versions 3 and later do not look at it. rooms/v1/#event-ids */
const isIdOf: FieldCheck = (version, value) => version.eventIdFormat !== 'chosen' || (isEventId(value) && isServerName(serverNameOf(value)))

const fieldChecks: readonly (readonly [key: string, check: FieldCheck, wanted: string])[] = [
  ['type', (_version, value) => isShort(value), 'a string of 255 bytes at most'],
  ['state_key', isOptional(isShort), 'a string of 255 bytes at most'],
  ['sender', (_version, value) => isUserId(value), 'a user ID'],
  ['room_id', isRoomOf, 'a room ID, and absent from create events of version 12 and later'],
  ['event_id', isIdOf, 'an event ID that names a server'],
  ['content', (_version, value) => isMap(value), 'an object'],
  ['depth', (_version, value) => isInteger(value) && !isNegative(value), 'an integer from 0 to what the room version allows'],
  ['origin_server_ts', (_version, value) => isInteger(value), 'an integer'],
  ['auth_events', isCitations(maxAuthEvents), `a list of ${maxAuthEvents} events at most, cited as the room version does`],
  ['prev_events', isCitations(maxPrevEvents), `a list of ${maxPrevEvents} events at most, cited as the room version does`],
  ['hashes', (_version, value) => isHashes(value), 'an object with the string "sha256"'],
  ['signatures', (_version, value) => isSignatures(value), 'an object of servers, key IDs and signatures'],
  ['redacts', (version, value) => version.redactsInContent || value === undefined || typeof value === 'string', 'an event ID'],
  ['unsigned', isOptional(isMap), 'an object'],
]

/** Nesting and numbers, without recursion: how deep a peer nests is for the peer to say. */
const checkValues = (version: RoomVersion, pdu: JsonObject): string | undefined => {
  let level: unknown[] = [pdu]
  for (let depth = 0; level.length > 0; depth++) {
    const inner: unknown[] = []
    for (const value of level) {
      if (typeof value === 'number' && !isPlain(value)) return oddNumber(version)
      if (typeof value !== 'object' || value === null) continue
      if (isWrittenNumber(value)) {
        if (version.strictIntegers) return oddNumber(version)
      } else if (depth >= maxEventLevels) return `The event nests more than ${maxEventLevels} levels deep.`
      else for (const item of Array.isArray(value) ? value : Object.values(value)) inner.push(item)
    }
    level = inner
  }
  return undefined
}

const isPlain = (value: number): boolean => Number.isSafeInteger(value) && !Object.is(value, -0)

// Versions 1 to 5 take such numbers, but only as their author wrote them: their digits are hashed.
const oddNumber = (version: RoomVersion): string =>
  version.strictIntegers
    ? 'A number of the event is no integer from -(2^53)+1 to (2^53)-1, written in digits.'
    : 'A number of the event is none that was kept as it was written.'

const checkSize = (pdu: JsonObject): string | undefined => {
  try {
    return Buffer.byteLength(canonicalJson(pdu)) > maxEventBytes ? `The event has more than ${maxEventBytes} bytes.` : undefined
  } catch (error) {
    if (error instanceof MatrixError) return error.message
    throw error
  }
}
