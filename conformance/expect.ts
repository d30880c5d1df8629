import { isDeepStrictEqual } from 'node:util'

/** An expectation that the server did not meet: the check fails, and this sentence says what was seen. */
export class Unmet extends Error {
  override name = 'Unmet'
}

/** The check cannot say anything about this server, for the reason given. */
export class NotApplicable extends Error {
  override name = 'NotApplicable'
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** Shows a value in a failure: JSON, cut to a length that fits a line or three. */
export const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

/** @throws Unmet, saying `what`, unless `condition` is truthy. */
export function holds(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Unmet(`Expected: ${what}.`)
}

/** @throws Unmet unless both are the same JSON value. */
export function equal(actual: unknown, wanted: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, wanted)) throw new Unmet(`${what}: expected ${shown(wanted)}, got ${shown(actual)}.`)
}

/** @throws Unmet if both are the same JSON value. */
export function differ(one: unknown, other: unknown, what: string): void {
  if (isDeepStrictEqual(one, other)) throw new Unmet(`${what}: expected two different values, got ${shown(one)} twice.`)
}

/** @throws Unmet unless `actual` holds the same values as `wanted`, in whatever order. */
export function sameMembers(actual: readonly string[], wanted: readonly string[], what: string): void {
  equal([...actual].sort(), [...wanted].sort(), what)
}

/** @throws Unmet unless every key of `wanted` is in `actual` with an equal value; objects are compared by the same rule. */
export function matches(actual: unknown, wanted: object, what: string): void {
  const missing = difference(actual, wanted, '')
  if (missing !== undefined) throw new Unmet(`${what}: ${missing}.`)
}

const difference = (actual: unknown, wanted: object, path: string): string | undefined => {
  if (typeof actual !== 'object' || actual === null) return `expected an object at ${path || 'the top'}, got ${shown(actual)}`
  for (const [key, value] of Object.entries(wanted)) {
    const seen = (actual as Record<string, unknown>)[key]
    const below = typeof value === 'object' && value !== null && !Array.isArray(value)
    const found = below
      ? difference(seen, value, `${path}/${key}`)
      : isDeepStrictEqual(seen, value)
        ? undefined
        : `expected ${shown(value)} at ${path}/${key}, got ${shown(seen)}`
    if (found !== undefined) return found
  }
  return undefined
}

/** The value itself. @throws Unmet, saying `what`, if there is none. */
export function present<T>(value: T | undefined | null, what: string): T {
  holds(value !== undefined && value !== null, what)
  return value
}
