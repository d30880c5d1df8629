import type { Lru } from './lru.ts'

/**
 * What is stored under these keys, for what never changes once it is stored: that which was read lately comes from memory, the rest by
 * one read. What is not stored is absent, and asked for again the next time.
 */
export async function readThrough<K extends {}, V extends {}>(
  cache: Lru<K, V>,
  keys: Iterable<K>,
  read: (missing: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): Promise<Map<K, V>> {
  const found = new Map<K, V>()
  const missing: K[] = []
  for (const key of new Set(keys)) {
    const value = cache.get(key)
    if (value === undefined) missing.push(key)
    else found.set(key, value)
  }
  if (missing.length === 0) return found
  for (const [key, value] of await read(missing)) {
    cache.set(key, value)
    found.set(key, value)
  }
  return found
}
