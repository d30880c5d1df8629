import type { JsonObject } from './event.ts'

/** Whether a parsed JSON value is an object: neither an array nor null. */
export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The value under a key that the object itself has; `undefined` where it has none, or is no object.
 * Names such as `constructor`, which every JavaScript object inherits, are therefore absent unless somebody sent them.
 */
export const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined

/** Like `own`, for a value that only counts when it is a string. */
export const ownString = (value: unknown, key: string): string | undefined => {
  const found = own(value, key)
  return typeof found === 'string' ? found : undefined
}

/** Whether the value is an array that holds nothing but strings. */
export const isStringArray = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string')
