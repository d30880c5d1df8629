import { LRUCache } from 'lru-cache'

export type Lru<K extends {}, V extends {}> = LRUCache<K, V>

interface LruOptions<K, V> {
  /** What an entry counts for; 1 where it is not told. */
  readonly sizeOf?: (value: V) => number
  /** Called with what goes, and why: `evict` where its room was needed. */
  readonly dispose?: (value: V, key: K, reason: LRUCache.DisposeReason) => void
}

/**
 * Keeps what was used last, as much as the capacity allows. Takes memory as it fills: the library's `max` would set room aside for all
 * entries at once, which costs milliseconds and megabytes at every start.
 */
export const createLru = <K extends {}, V extends {}>(capacity: number, { sizeOf = () => 1, dispose }: LruOptions<K, V> = {}): Lru<K, V> =>
  new LRUCache<K, V>({ maxSize: capacity, sizeCalculation: sizeOf, ...(dispose && { dispose }) })
