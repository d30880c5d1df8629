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
