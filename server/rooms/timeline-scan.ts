import type { StoredEvent } from '../storage/stored-event.ts'

/** What has a place in the log. */
interface Placed {
  readonly pos: number | undefined
}

/** A walk through what was found in order of position, above `after` and up to `upTo`; `Kept` is what the reader gets of it. */
export interface Scan<Found extends Placed = StoredEvent, Kept extends Placed = Found> {
  readonly after: number
  readonly upTo: number
  readonly backwards: boolean
  /** Events wanted, at most. */
  readonly limit: number
  /** At most `limit` events of the stretch, in the order of the walk. */
  fetch(stretch: { readonly after: number; readonly upTo: number; readonly limit: number; readonly backwards: boolean }): Promise<Found[]>
  /** Those of the events that the reader gets, and outside which positions there is nothing for them. */
  keep(
    events: readonly Found[],
  ): Promise<{ readonly events: readonly Kept[]; readonly span: { readonly after: number; readonly upTo: number } }>
}

export interface Scanned<Kept = StoredEvent> {
  readonly events: Kept[]
  /** The point of the log from which to go on; `undefined` when there is nothing more. */
  readonly next: number | undefined
}

/** Events looked through in one walk, at most: what filters leave out must not read a whole history. The walk then goes on from `next`. */
const scanned = 2000
/** Events fetched at once after the first fetch, at least. */
const fetched = 200

/** Walks until the limit is reached, nothing is left, or enough has been looked through. It looks one event further, so that `next` never leads nowhere unless it gave up. */
export async function scanTimeline<Found extends Placed, Kept extends Placed = Found>({
  after,
  upTo,
  backwards,
  limit,
  fetch,
  keep,
}: Scan<Found, Kept>): Promise<Scanned<Kept>> {
  const start = backwards ? upTo : after
  const found: Kept[] = []
  const passed = (event: Placed | undefined) => (event === undefined ? start : backwards ? event.pos! - 1 : event.pos!)
  for (let seen = 0; after < upTo; ) {
    const want = Math.max(limit + 1 - found.length, seen === 0 ? 0 : fetched)
    const batch = await fetch({ after, upTo, limit: want, backwards })
    const { events, span } = batch.length === 0 ? { events: [], span: { after, upTo } } : await keep(batch)
    found.push(...events)
    if (found.length > limit) {
      found.length = limit
      return { events: found, next: passed(found.at(-1)) }
    }
    if (batch.length < want) break
    after = Math.max(span.after, backwards ? after : passed(batch.at(-1)), after)
    upTo = Math.min(span.upTo, backwards ? passed(batch.at(-1)) : Number.MAX_SAFE_INTEGER, upTo)
    seen += batch.length
    if (seen >= scanned && after < upTo) return { events: found, next: backwards ? upTo : after }
  }
  return { events: found, next: undefined }
}
