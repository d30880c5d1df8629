import { MatrixError } from './errors.ts'
import { canonicalNumber, isWrittenNumber } from './written-numbers.ts'

/**
 * The one JSON text that every server makes of a value: no space, keys in the order of their Unicode code points.
 * Numbers that were parsed as written (for room versions 1 to 5) stay as they are. appendices/#canonical-json
 * @throws M_BAD_JSON when the value holds what canonical JSON has no form for: a number that is not an integer of at most
 * 2^53 − 1 in size, half a surrogate pair, `undefined`, a function.
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      if (!Number.isSafeInteger(value)) {
        throw new MatrixError('M_BAD_JSON', `Write numbers as integers from -(2^53)+1 to (2^53)-1; ${value} is none.`)
      }
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as { [key: string]: unknown })
    default:
      throw new MatrixError('M_BAD_JSON', `JSON has no form for a value of the type ${typeof value}; leave it out.`)
  }
}

const canonicalArray = (items: readonly unknown[]): string => {
  if (items.length === 0) return '[]'
  let text = `[${canonicalJson(items[0])}`
  for (let at = 1; at < items.length; at++) text += `,${canonicalJson(items[at])}`
  return `${text}]`
}

const canonicalObject = (value: { [key: string]: unknown }): string => {
  const keys = Object.keys(value)
  if (keys.length === 1 && isWrittenNumber(value)) return canonicalNumber(value)
  sortKeys(keys)
  let text = '{'
  for (const key of keys) text += `${text.length > 1 ? ',' : ''}${quote(key)}:${canonicalJson(value[key])}`
  return `${text}}`
}

/** A string as JSON text, in the shortest form. @throws M_BAD_JSON for half a surrogate pair. */
export const quote = (text: string): string => {
  if (!text.isWellFormed()) throw new MatrixError('M_BAD_JSON', 'A string holds half a surrogate pair; send whole characters.')
  return JSON.stringify(text)
}

// From here on the order of UTF-16 units and that of code points part: units D800–DFFF stand for what lies beyond FFFF.
const fromSurrogates = /[\ud800-\uffff]/

const sortKeys = (keys: string[]): void => {
  if (keys.length > 24) {
    keys.sort(keys.some((key) => fromSurrogates.test(key)) ? compareCodePoints : undefined)
    return
  }
  // Most objects are small and nearly in order already: insertion is then faster than the built-in sort.
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] as string
    let before = at - 1
    while (before >= 0 && precedes(key, keys[before] as string)) {
      keys[before + 1] = keys[before] as string
      before--
    }
    keys[before + 1] = key
  }
}

const precedes = (a: string, b: string): boolean => (fromSurrogates.test(a) && fromSurrogates.test(b) ? compareCodePoints(a, b) < 0 : a < b)

/** Compares by Unicode code points (JavaScript itself compares by UTF-16 units): negative, 0 or positive. */
export const compareCodePoints = (a: string, b: string): number => {
  const end = Math.min(a.length, b.length)
  for (let at = 0; at < end; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** Standard Base64 without padding. appendices/#unpadded-base64 */
export const unpaddedBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64').replace(/=+$/, '')

/** Base64 with `-` and `_`, without padding. appendices/#url-safe-unpadded-base64 */
export const urlSafeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')

const base64Text = /^[A-Za-z0-9+/_-]*={0,2}$/

/** The bytes of Base64 text, padded or not, in either alphabet; `undefined` where it is no Base64. */
export const decodeBase64 = (text: string): Buffer | undefined =>
  base64Text.test(text) && text.replace(/=+$/, '').length % 4 !== 1 ? Buffer.from(text, 'base64') : undefined
