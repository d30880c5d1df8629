import { computed, type ReadonlySignal, signal } from './changes.ts'

/** How far others have read, as their public receipts say. client-server-api/#receipts */
export interface Receipts {
  /** User ID → the event up to which that person has read, the reader left out. */
  readonly readers: ReadonlySignal<ReadonlyMap<string, { readonly eventId: string; readonly ts: number }>>
  /** The event up to which the reader's own receipts say, public or private. */
  readonly own: ReadonlySignal<string | undefined>
  /** Merges the content of an `m.receipt` event; an older receipt never replaces a newer one. */
  apply(content: { readonly [eventId: string]: unknown }): void
  /** Forgets them all: the server is about to tell them anew. */
  clear(): void
}

interface Mark {
  readonly eventId: string
  readonly ts: number
}
type Marks = { readonly [userId: string]: { readonly ts?: number } }
type Types = { readonly 'm.read'?: Marks; readonly 'm.read.private'?: Marks }

const newer = (mark: Mark, before: Mark | undefined): Mark => (before && before.ts > mark.ts ? before : mark)

/** Creates the receipts of one room. */
export const createReceipts = (me: string): Receipts => {
  const readers = signal<ReadonlyMap<string, Mark>>(new Map())
  const own = signal<Mark | undefined>(undefined)
  const apply = (content: { readonly [eventId: string]: unknown }) => {
    const next = new Map(readers.value)
    for (const [eventId, types] of Object.entries(content)) {
      const { 'm.read': open = {}, 'm.read.private': hidden = {} } = (types ?? {}) as Types
      for (const [userId, { ts = 0 }] of [...Object.entries(open), ...Object.entries(hidden)]) {
        const mark = { eventId, ts }
        if (userId === me) own.value = newer(mark, own.value)
        else if (userId in open) next.set(userId, newer(mark, next.get(userId)))
      }
    }
    readers.value = next
  }
  const clear = () => {
    readers.value = new Map()
    own.value = undefined
  }
  return { readers, own: computed(() => own.value?.eventId), apply, clear }
}

/**
 * Who has read up to each of the shown events and no further. A receipt on an event that is not shown counts for the
 * nearest shown one before it.
 */
export const readersByEvent = (
  readers: ReadonlyMap<string, { readonly eventId: string }>,
  order: readonly { readonly event_id: string; readonly sender: string }[],
  shown: ReadonlySet<string>,
): Map<string, string[]> => {
  const at = new Map(order.map((event, index) => [event.event_id, index]))
  const result = new Map<string, string[]>()
  for (const [userId, { eventId }] of readers) {
    // Whoever writes has read what stands before.
    const said = order.findLastIndex((event) => event.sender === userId)
    let index = Math.max(at.get(eventId) ?? -1, said)
    while (index >= 0 && !shown.has(order[index]?.event_id ?? '')) index -= 1
    const { event_id: target, sender } = order[index] ?? {}
    // Of one's own message it goes without saying.
    if (target !== undefined && sender !== userId) result.set(target, [...(result.get(target) ?? []), userId])
  }
  return result
}
