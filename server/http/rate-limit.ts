import { MatrixError } from '../protocol/errors.ts'

/** How often something may be done: `per_second` on average, `burst_count` at once. */
export interface Rate {
  readonly per_second: number
  readonly burst_count: number
}

/** What is limited, each by its own rate. */
export type LimitClass =
  | 'rc_message'
  | 'rc_registration'
  | 'rc_registration_token_validity'
  | 'rc_login.address'
  | 'rc_login.account'
  | 'rc_login.failed_attempts'
  | 'rc_joins'
  | 'rc_invites'
  | 'rc_room_creation'
  | 'rc_user_directory'
  | 'rc_other'

/** Counts what callers do, by class and key (a user ID, an address, an account). */
export interface RateLimiter {
  /** Counts one. @throws M_LIMIT_EXCEEDED with `retry_after_ms` when the rate is used up; nothing is counted then. */
  hit(limitClass: LimitClass, key: string): void
  /** Counts nothing. @throws M_LIMIT_EXCEEDED as `hit` would */
  check(limitClass: LimitClass, key: string): void
}

interface Needs {
  /** A class without a rate is not limited. */
  readonly rates: { readonly [C in LimitClass]?: Rate }
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number
  /** How many keys a class remembers at most; the longest known go first. */
  readonly capacity?: number
}

/**
 * One number a key: the time when its bucket is full again. A caller that has waited long enough is forgotten,
 * so memory holds those alone who act now.
 */
export const createRateLimiter = ({ rates, now, capacity = 20_000 }: Needs): RateLimiter => {
  const meters = new Map(Object.entries(rates).map(([limitClass, rate]) => [limitClass, newMeter(rate)]))

  const pass = (limitClass: LimitClass, key: string, count: boolean): void => {
    const meter = meters.get(limitClass)
    if (meter === undefined) return
    const time = now()
    const fullAt = Math.max(meter.fullAt.get(key) ?? 0, time)
    const wait = fullAt - time - meter.tolerance
    if (wait > 0) {
      throw new MatrixError('M_LIMIT_EXCEEDED', 'Too many requests; wait a moment and try again.', {
        fields: { retry_after_ms: Math.ceil(wait) },
      })
    }
    if (!count) return
    if (meter.fullAt.size >= capacity && !meter.fullAt.has(key)) forget(meter.fullAt, time, capacity)
    meter.fullAt.set(key, fullAt + meter.interval)
  }
  return {
    hit: (limitClass, key) => pass(limitClass, key, true),
    check: (limitClass, key) => pass(limitClass, key, false),
  }
}

interface Meter {
  /** Milliseconds that one costs. */
  readonly interval: number
  /** How far in the future, in milliseconds, a bucket may become full while one more is allowed. */
  readonly tolerance: number
  readonly fullAt: Map<string, number>
}

const newMeter = ({ per_second, burst_count }: Rate): Meter => {
  const interval = 1000 / per_second
  return { interval, tolerance: (burst_count - 1) * interval + 1e-6, fullAt: new Map() }
}

/** Drops the keys that are full; if nearly all are still in use, the longest known too. */
const forget = (fullAt: Map<string, number>, time: number, capacity: number): void => {
  for (const [key, at] of fullAt) if (at <= time) fullAt.delete(key)
  const excess = fullAt.size - Math.floor(capacity * 0.9)
  if (excess <= 0) return
  let dropped = 0
  for (const key of fullAt.keys()) {
    if (dropped++ >= excess) return
    fullAt.delete(key)
  }
}

/** The key of an address: for IPv6 its /64, since one customer has as many. */
export const addressKey = (address: string): string => {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
