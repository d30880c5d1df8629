import { isUtf8 } from 'node:buffer'
import { MatrixError } from './errors.ts'
import { checkJson } from './json-grammar.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

/** How strict to be. */
export interface JsonStrictness {
  /** Levels of objects and arrays within one another; 100 unless given. */
  readonly maxDepth?: number
  /**
   * `strict`: numbers are integers within ±(2^53 − 1), without fraction, exponent or minus zero. `any` unless given: numbers become the
   * nearest doubles. `written`: those that no double keeps as they are written become a `WrittenNumber`.
   */
  readonly integers?: 'strict' | 'any' | 'written'
}

/**
 * Parses JSON that can mean one thing only. `__proto__` is a key like any other.
 * Plain texts go through the engine's parser after one scan; what looks odd is checked sign by sign first.
 * @throws M_NOT_JSON where the text is no JSON, with line and column
 * @throws M_BAD_JSON where a key comes twice in an object, nesting is too deep, half a surrogate pair stands alone, or a number is not
 * an integer (or too large) although it must be; with line and column
 */
export const strictJson = (text: string, { maxDepth = 100, integers = 'any' }: JsonStrictness = {}): unknown => {
  const members = countMembers(text, maxDepth)
  if (members >= 0) {
    try {
      const value: unknown = JSON.parse(text)
      // Fewer keys than the text has: one came twice.
      if (members < 2 || countKeys(value) === members) return value
    } catch {
      // The check below says where the fault lies.
    }
  }
  checkJson(text, { maxDepth, integers })
  return integers === 'written' ? parseWithWrittenNumbers(text) : JSON.parse(text)
}

/** Like `strictJson`, of bytes. @throws M_NOT_JSON also where they are no UTF-8 */
export const strictJsonOfBytes = (bytes: Uint8Array, strictness?: JsonStrictness): unknown => {
  if (!isUtf8(bytes)) throw new MatrixError('M_NOT_JSON', 'The body is no UTF-8; encode the JSON in UTF-8.')
  return strictJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), strictness)
}

/** How many members the objects of a JSON text have; −1 where something needs a closer look, be it a fault or not. */
const countMembers = (text: string, maxDepth: number): number => {
  let members = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at)
        if (at < 0) return -1
        break
      case 0x3a: // :
        members++
        break
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return -1
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      case 0x2d: // -
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39:
        at = endOfNumber(text, at)
        if (at < 0) return -1
        break
    }
  }
  return text.isWellFormed() ? members : -1
}

/** Where the string that opens at `at` closes; −1 where it does not, or holds a `\u`. */
const endOfString = (text: string, at: number): number => {
  for (let next = at + 1; next < text.length; next++) {
    const unit = text.charCodeAt(next)
    if (unit === 0x22) return next
    if (unit === 0x5c && text.charCodeAt(++next) === 0x75) return -1
  }
  return -1
}

/** The last digit of the integer that begins at `at`; −1 for whatever is not plainly a safe integer. */
const endOfNumber = (text: string, at: number): number => {
  const first = text.charCodeAt(at) === 0x2d ? at + 1 : at
  let next = first
  while (next < text.length && text.charCodeAt(next) >= 0x30 && text.charCodeAt(next) <= 0x39) next++
  const follower = text.charCodeAt(next) | 0x20
  const odd = follower === 0x2e || follower === 0x65 || next - first > 15 || (first > at && text.charCodeAt(first) === 0x30)
  return odd ? -1 : next - 1
}

const countKeys = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item)
    return count
  }
  const keys = Object.keys(value)
  for (const key of keys) count += countKeys((value as { [key: string]: unknown })[key])
  return count + keys.length
}
