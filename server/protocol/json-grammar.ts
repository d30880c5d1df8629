import type { Errcode } from '../../spec/errors.ts'
import { MatrixError } from './errors.ts'

/** What the check demands beyond the grammar. */
export interface JsonLimits {
  readonly maxDepth: number
  readonly integers: 'strict' | 'any' | 'written'
}

interface Cursor extends JsonLimits {
  readonly text: string
  at: number
}

/**
 * Goes through a JSON text by its grammar (RFC 8259) and stops at the first fault.
 * @throws M_NOT_JSON, M_BAD_JSON as `strictJson` does
 */
export const checkJson = (text: string, limits: JsonLimits): void => {
  const cursor: Cursor = { ...limits, text, at: 0 }
  skipSpace(cursor)
  checkValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at < text.length) throw fault(cursor, 'M_NOT_JSON', 'Something follows the end of the JSON value')
}

const checkValue = (cursor: Cursor, depth: number): void => {
  const { text, at } = cursor
  const sign = text[at]
  if ((sign === '{' || sign === '[') && depth >= cursor.maxDepth) {
    throw fault(cursor, 'M_BAD_JSON', `The JSON nests more than ${cursor.maxDepth} levels deep`)
  }
  if (sign === '{') checkObject(cursor, depth + 1)
  else if (sign === '[') checkArray(cursor, depth + 1)
  else if (sign === '"') checkString(cursor)
  else if (sign === '-' || isDigit(text.charCodeAt(at))) checkNumber(cursor)
  else checkWord(cursor)
}

const checkWord = (cursor: Cursor): void => {
  const { text, at } = cursor
  const word = ['true', 'false', 'null'].find((literal) => text.startsWith(literal, at))
  if (word === undefined) throw fault(cursor, 'M_NOT_JSON', at < text.length ? 'A JSON value should stand here' : 'The JSON ends too early')
  cursor.at += word.length
}

const checkObject = (cursor: Cursor, depth: number): void => {
  const keys = new Set<string>()
  checkList(cursor, '{', '}', () => {
    const start = cursor.at
    const raw = checkString(cursor)
    const key: string = raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1)
    if (keys.has(key)) throw fault({ ...cursor, at: start }, 'M_BAD_JSON', 'A key comes twice in one object')
    keys.add(key)
    skipSpace(cursor)
    step(cursor, ':')
    skipSpace(cursor)
    checkValue(cursor, depth)
  })
}

const checkArray = (cursor: Cursor, depth: number): void => checkList(cursor, '[', ']', () => checkValue(cursor, depth))

const checkList = (cursor: Cursor, open: string, close: string, checkItem: () => void): void => {
  step(cursor, open)
  skipSpace(cursor)
  if (cursor.text[cursor.at] !== close) {
    checkItem()
    skipSpace(cursor)
    while (cursor.text[cursor.at] !== close) {
      step(cursor, ',')
      skipSpace(cursor)
      checkItem()
      skipSpace(cursor)
    }
  }
  cursor.at++
}

/** Goes over one sign that must stand here. */
const step = (cursor: Cursor, sign: string): void => {
  if (cursor.text[cursor.at] !== sign) {
    throw fault(cursor, 'M_NOT_JSON', cursor.at < cursor.text.length ? `A ${sign} should stand here` : 'The JSON ends too early')
  }
  cursor.at++
}

/** Goes over a string, and gives it as written, quotes included. */
const checkString = (cursor: Cursor): string => {
  const { text } = cursor
  const start = cursor.at
  if (text[start] !== '"')
    throw fault(cursor, 'M_NOT_JSON', start < text.length ? 'A string in double quotes should stand here' : 'The JSON ends too early')
  for (cursor.at++; cursor.at < text.length; ) {
    const unit = text.charCodeAt(cursor.at)
    if (unit === 0x22) return text.slice(start, ++cursor.at)
    if (unit < 0x20) throw fault(cursor, 'M_NOT_JSON', 'A control character stands in a string; escape it')
    const low = isHigh(unit) && isLow(text.charCodeAt(cursor.at + 1))
    if (isHigh(unit) || isLow(unit)) {
      if (!low) throw fault(cursor, 'M_BAD_JSON', 'Half a surrogate pair stands alone')
      cursor.at += 2
    } else if (unit === 0x5c) {
      checkEscape(cursor)
    } else {
      cursor.at++
    }
  }
  throw fault(cursor, 'M_NOT_JSON', 'The JSON ends within a string')
}

const checkEscape = (cursor: Cursor): void => {
  const { text, at } = cursor
  if (text[at + 1] !== 'u') {
    if (!'"\\/bfnrt'.includes(text[at + 1] ?? '?')) throw fault(cursor, 'M_NOT_JSON', 'No such escape exists')
    cursor.at += 2
    return
  }
  const unit = escapedUnit(text, at)
  if (unit === undefined) throw fault(cursor, 'M_NOT_JSON', 'Four hexadecimal digits should follow \\u')
  const paired = isHigh(unit) && isLow(escapedUnit(text, at + 6) ?? 0)
  if ((isHigh(unit) || isLow(unit)) && !paired) throw fault(cursor, 'M_BAD_JSON', 'Half a surrogate pair stands alone')
  cursor.at += paired ? 12 : 6
}

const escapedUnit = (text: string, at: number): number | undefined => {
  const match = /^\\u([0-9a-fA-F]{4})$/.exec(text.slice(at, at + 6))
  return match?.[1] === undefined ? undefined : Number.parseInt(match[1], 16)
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y

const checkNumber = (cursor: Cursor): void => {
  numberPattern.lastIndex = cursor.at
  const match = numberPattern.exec(cursor.text)
  if (match === null) throw fault(cursor, 'M_NOT_JSON', 'A digit should follow the minus')
  const value = Number(match[0])
  const plain = match[1] === undefined && match[2] === undefined && Number.isSafeInteger(value) && !Object.is(value, -0)
  if (cursor.integers === 'strict' && !plain)
    throw fault(cursor, 'M_BAD_JSON', 'The number is no integer from -(2^53)+1 to (2^53)-1, written in digits')
  if (!Number.isFinite(value)) throw fault(cursor, 'M_BAD_JSON', 'The number is too large')
  cursor.at += match[0].length
}

const skipSpace = (cursor: Cursor): void => {
  while (cursor.at < cursor.text.length && ' \t\n\r'.includes(cursor.text[cursor.at] as string)) cursor.at++
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

const fault = ({ text, at }: { text: string; at: number }, errcode: Errcode, what: string): MatrixError => {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return new MatrixError(errcode, `${what}: line ${line}, column ${at - before.lastIndexOf('\n')}.`)
}
