import { canonicalJson } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { isObject } from './json-values.ts'
import type { ContentKey, RoomVersion } from './room-versions.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

const nothing: JsonObject = Object.freeze({})

/**
 * What redaction leaves of an event's content: the very object where everything stays.
 * client-server-api/#redactions, rooms/v11/#redactions
 */
export const redactContent = (version: RoomVersion, type: string, content: JsonObject): JsonObject => {
  const kept = version.redaction.content.get(type)
  if (kept === undefined) return nothing
  return kept === 'all' ? content : pick(content, kept)
}

/** A PDU as redaction leaves it, `unsigned` dropped; signatures and hashes stay. Whatever its shape, it keeps only what the version allows. */
export const redactPdu = <P extends JsonObject>(version: RoomVersion, pdu: P): P => {
  const redacted: { [key: string]: unknown } = {}
  for (const [key, value] of Object.entries(pdu)) {
    if (!version.redaction.topLevel.has(key)) continue
    redacted[key] = key === 'content' && isObject(value) ? redactContent(version, String(pdu['type']), value) : value
  }
  return redacted as P
}

/** The text of an event as redaction leaves it, of its whole text; its numbers stay as they are written. */
export const redactedJson = (version: RoomVersion, json: string): string =>
  canonicalJson(redactPdu(version, parseWithWrittenNumbers(json) as JsonObject))

/** What the authorisation rules read of the content of state events, whatever the room version. rooms/v11/#authorization-rules */
const ruled: ReadonlyMap<string, readonly ContentKey[]> = new Map<string, readonly ContentKey[]>([
  ['m.room.create', ['creator', 'm.federate', 'room_version', 'additional_creators']],
  ['m.room.member', ['membership', { key: 'third_party_invite', only: ['signed'] }, 'join_authorised_via_users_server']],
  ['m.room.join_rules', ['join_rule', 'allow']],
  ['m.room.third_party_invite', ['public_key', 'public_keys']],
  [
    'm.room.power_levels',
    ['users', 'users_default', 'events', 'events_default', 'state_default', 'notifications', 'ban', 'kick', 'invite', 'redact'],
  ],
])

/**
 * What the rules go on to see of a redacted event's content: what they saw before. Redaction takes away some of that, `invite` before
 * version 11 for one, and what came of an event must not hang on whether its redaction was here already.
 */
export const ruledContent = (type: string, content: JsonObject): JsonObject => pick(content, ruled.get(type) ?? [])

/** The text of an event as redaction leaves it, and with what the rules go on to see: for keeping, not for showing. */
export const redactedButRuled = (version: RoomVersion, json: string): string => {
  const pdu = parseWithWrittenNumbers(json) as JsonObject
  const left = redactPdu(version, pdu)
  const { type, content } = pdu
  if (!isObject(content) || !ruled.has(String(type))) return canonicalJson(left)
  return canonicalJson({ ...left, content: { ...(left['content'] as JsonObject), ...ruledContent(String(type), content) } })
}

// What is kept in part stays, if need be empty, as it does on other servers: the reference hash depends on it.
const pick = (content: JsonObject, kept: readonly ContentKey[]): JsonObject => {
  const left: { [key: string]: unknown } = {}
  for (const entry of kept) {
    const key = typeof entry === 'string' ? entry : entry.key
    if (!Object.hasOwn(content, key)) continue
    const value = content[key]
    if (typeof entry === 'string') left[key] = value
    else if (isObject(value)) left[key] = pick(value, entry.only)
  }
  return left
}
