import type { LogEntry, Streams } from './streams.ts'
import { createLru } from './lru.ts'

/** What was read from storage, in memory until the log says that it changed. */
export interface LogCache<K, V> {
  /** A promise only where memory does not know. */
  of(key: K): V | Promise<V>
}

interface Needs<K, V> {
  streams: Pick<Streams, 'subscribe'>
  /** Entries kept in memory, at most. */
  capacity: number
  load: (key: K) => Promise<V>
  /** The key of what an entry of the log changes; `undefined` for an entry that is about something else. */
  changed: (entry: LogEntry) => K | undefined
}

/** @param needs where to read, and which entries of the log make what was read old */
export function createLogCache<K extends string, V extends object>({ streams, capacity, load, changed }: Needs<K, V>): LogCache<K, V> {
  const cache = createLru<K, V>(capacity)
  let changes = 0
  streams.subscribe((entry) => {
    const key = changed(entry)
    if (key === undefined) return
    changes += 1
    cache.delete(key)
  })
  const read = async (key: K): Promise<V> => {
    const before = changes
    const value = await load(key)
    // What was read before a change must not be kept after it.
    if (changes === before) cache.set(key, value)
    return value
  }
  return { of: (key) => cache.get(key) ?? read(key) }
}
