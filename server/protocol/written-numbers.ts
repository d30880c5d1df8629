import { isObject } from './json-values.ts'

declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as the text given. ECMAScript proposal "JSON.parse source text access" */
    rawJSON(text: string): WrittenNumber
    isRawJSON(value: unknown): value is WrittenNumber
  }
}

/**
 * A number as its author wrote it, where JavaScript would lose that: `1.0`, `1e3`, an integer beyond ±(2^53 − 1).
 * Events of room versions 1 to 5 may hold such numbers, and their hashes cover the digits. `JSON.stringify` and `canonicalJson` write
 * it as it stands; everything else sees an object, so that rules and readers want `plainNumbers`.
 */
export interface WrittenNumber {
  readonly rawJSON: string
}

/** Whether the value is a number as its author wrote it. An object that somebody sent with a key of that name is none. */
export const isWrittenNumber = (value: unknown): value is WrittenNumber => JSON.isRawJSON(value)

/** Whether there is such a number in the value, at any depth. */
export const hasWrittenNumbers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (isWrittenNumber(value) || Object.values(value).some(hasWrittenNumbers))

/** What JavaScript keeps as it is written: integers within ±(2^53 − 1), in digits alone. */
const keptNumber = /^(?:0|-?[1-9][0-9]{0,15})$/
const wholeWithExponent = /^-?[0-9]+[eE][+-]?[0-9]+$/

const numberAsWritten = (text: string): number | WrittenNumber => {
  const value = Number(text)
  return keptNumber.test(text) && Number.isSafeInteger(value) ? value : JSON.rawJSON(text)
}

/**
 * The text of a written number in canonical JSON: as its author wrote it. Yet, as in the examples of the specification, `-0` is 0, and a
 * whole number with an exponent is that number in digits. appendices/#canonical-json
 */
export const canonicalNumber = ({ rawJSON }: WrittenNumber): string =>
  rawJSON === '-0' || (wholeWithExponent.test(rawJSON) && Number.isSafeInteger(Number(rawJSON))) ? `${Number(rawJSON)}` : rawJSON

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

const keepNumbers: Reviver = (_key, value, { source }) => (typeof value === 'number' ? numberAsWritten(source ?? `${value}`) : value)

/** Parses a text that has been checked before (`strictJson` does both), and keeps numbers as they are written. */
export const parseWithWrittenNumbers = (text: string): unknown => JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown)

/** The value with every written number as JavaScript reads it: the nearest double. The value itself where it holds none. */
export const plainNumbers = <V>(value: V): V => plain(value) as V

const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (isWrittenNumber(value)) return Number(canonicalNumber(value))
  if (Array.isArray(value)) {
    const items = value.map(plain)
    return items.every((item, at) => Object.is(item, value[at])) ? value : items
  }
  const entries = Object.entries(value)
  const read = entries.map(([key, inner]): [string, unknown] => [key, plain(inner)])
  return read.every(([, inner], at) => Object.is(inner, entries[at]?.[1])) ? value : Object.fromEntries(read)
}

/**
 * The value with every fraction among its numbers written as other servers write it, by the specification's own program for canonical JSON:
 * the fewest digits that name the double, with an exponent of two digits below 0.0001. For what is to be signed in versions 1 to 5.
 */
export const writtenFractions = <V>(value: V): V => written(value) as V

const written = (value: unknown): unknown => {
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) return JSON.rawJSON(fractionText(value))
  if (Array.isArray(value)) return value.map(written)
  if (!isObject(value) || isWrittenNumber(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]))
}

const fractionText = (value: number): string =>
  Math.abs(value) >= 1e-4 ? `${value}` : value.toExponential().replace(/e-([0-9])$/, 'e-0$1')
