import type { JsonObject } from './event.ts'
import { isObject } from './json-values.ts'

/** What is to be kept of an object: by key, all of the value, or parts of it. */
type Wish = Map<string, Wish | 'all'>

/** An event with those of its fields alone that somebody asked for; the event itself is left as it is. */
export type EventFields = (event: JsonObject) => JsonObject

/**
 * The keys that a dot-separated path leads through: `\.` is a dot of a key, `\\` a backslash, any other backslash itself.
 * appendices/#dot-separated-property-paths
 */
export const pathKeys = (path: string): string[] => {
  const keys = ['']
  for (const [part, escaped] of path.matchAll(/\\([.\\])|./gsu)) {
    if (part === '.') keys.push('')
    else keys[keys.length - 1] += escaped ?? part
  }
  return keys
}

/** Makes ready what paths of fields ask for. An object on the way to a field that is not there is kept, and empty. */
export const compileEventFields = (paths: readonly string[]): EventFields => {
  const wish: Wish = new Map()
  for (const path of paths) add(wish, pathKeys(path))
  return (event) => kept(event, wish)
}

const add = (wish: Wish, keys: readonly string[]): void => {
  const last = keys.length - 1
  for (const [i, key] of keys.entries()) {
    const known = wish.get(key)
    if (known === 'all') return
    if (i === last) wish.set(key, 'all')
    else if (known === undefined) {
      const parts: Wish = new Map()
      wish.set(key, parts)
      wish = parts
    } else wish = known
  }
}

const kept = (value: JsonObject, wish: Wish): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const parts = wish.get(key)
      if (parts === 'all') return [[key, inner]]
      return parts !== undefined && isObject(inner) ? [[key, kept(inner, parts)]] : []
    }),
  )
