import { type ReadonlySignal, signal } from './changes.ts'
import type { OutboxEntry, OutboxStore } from './outbox.ts'

/** What to send; the queue adds the rest. */
export type Draft = Pick<OutboxEntry, 'roomId' | 'type' | 'content'> & { readonly redacts?: string }

/** Says how an attempt ended: an acknowledgement, a refusal for good, or a failure that may pass. */
export type Attempt =
  | { readonly outcome: 'sent'; readonly eventId: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'later'; readonly afterMs?: number }

/**
 * Sends what people say: shown at once, kept on disk, in order within a room, each entry with one transaction ID for all its
 * attempts. Of several tabs one sends; all show the same entries.
 */
export interface SendQueue {
  readonly entries: ReadonlySignal<readonly OutboxEntry[]>
  /** Keeps the draft and gives its transaction ID once it is on disk. */
  add(draft: Draft): Promise<string>
  /** Tries a refused entry again. */
  retry(id: string): Promise<void>
  /** Forgets an entry; the server may have done it nevertheless, if it had been sent. */
  discard(id: string): Promise<void>
  /** Events came by sync: their entries are done. */
  seen(events: readonly { readonly event_id: string; readonly unsigned?: { readonly transaction_id?: string } }[]): void
  /** The network seems to be back: try now instead of at the end of the pause. */
  wake(): void
  stop(): void
}

interface Needs {
  readonly store: OutboxStore
  readonly send: (entry: OutboxEntry, signal: AbortSignal) => Promise<Attempt>
  /** Runs `work` while this tab is the one that sends. */
  readonly lead: (work: (signal: AbortSignal) => Promise<void>) => void
  /** Tells other tabs, and hears them. */
  readonly channel: { post(change: OutboxChange): void; listen(onChange: (change: OutboxChange) => void): void }
  readonly now: () => number
  readonly newId: () => string
  /** Resolves after the pause or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** An entry was refused for good. */
  readonly onRefused?: (entry: OutboxEntry) => void
}

export type OutboxChange = { readonly put: OutboxEntry } | { readonly removed: string }

const firstPauseMs = 1_000
const longestPauseMs = 30_000

/** Creates the queue and reads what an earlier page left in the store. */
export const createSendQueue = (needs: Needs): SendQueue => {
  const { store, send, lead, channel, now, newId, pause, onRefused } = needs
  const entries = signal<readonly OutboxEntry[]>([])
  const busy = new Set<string>()
  let leading: AbortSignal | undefined
  let woken = new AbortController()
  const ended = new AbortController()
  let lastOrder = 0

  const show = (change: OutboxChange) => {
    const id = 'put' in change ? change.put.id : change.removed
    const at = entries.value.findIndex((entry) => entry.id === id)
    if ('removed' in change) entries.value = entries.value.filter((entry) => entry.id !== id)
    else if (at >= 0) entries.value = entries.value.with(at, change.put)
    else entries.value = [...entries.value, change.put].sort((a, b) => a.order - b.order)
  }

  const change = async (made: OutboxChange) => {
    show(made)
    if ('put' in made) await store.put(made.put)
    else await store.remove(made.removed)
    channel.post(made)
  }

  const next = (roomId: string) => entries.value.find((entry) => entry.roomId === roomId && entry.state === 'waiting')

  /** One attempt. `true`: go on with the room at once. */
  const attempt = async (entry: OutboxEntry, round: number, signal: AbortSignal): Promise<boolean> => {
    const result = await send(entry, signal).catch((): Attempt => ({ outcome: 'later' }))
    const current = entries.value.find(({ id }) => id === entry.id)
    if (!current) return true
    if (result.outcome === 'sent') await change({ put: { ...current, state: 'sent', eventId: result.eventId } })
    else if (result.outcome === 'refused') {
      const refused: OutboxEntry = { ...current, state: 'failed', reason: result.reason }
      await change({ put: refused })
      onRefused?.(refused)
    } else {
      const wait = result.afterMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** round)
      await pause(wait, AbortSignal.any([signal, woken.signal]))
      return false
    }
    return true
  }

  const drainRoom = async (roomId: string, signal: AbortSignal) => {
    if (busy.has(roomId)) return
    busy.add(roomId)
    try {
      for (let round = 0; !signal.aborted; ) {
        const entry = next(roomId)
        if (!entry) return
        round = (await attempt(entry, round, signal)) ? 0 : round + 1
      }
    } finally {
      busy.delete(roomId)
    }
  }

  const drain = () => {
    if (!leading || leading.aborted) return
    for (const roomId of new Set(entries.value.map((entry) => entry.roomId))) void drainRoom(roomId, leading)
  }

  const opened = store.all().then((kept) => {
    for (const entry of kept) {
      lastOrder = Math.max(lastOrder, entry.order)
      // An acknowledged entry of an earlier page: its event comes by sync.
      if (entry.state === 'sent') void store.remove(entry.id)
      else show({ put: entry })
    }
  })

  channel.listen((made) => {
    if (ended.signal.aborted) return
    show(made)
    drain()
  })

  lead(async (mayLead) => {
    await opened
    const signal = AbortSignal.any([mayLead, ended.signal])
    if (signal.aborted) return
    leading = signal
    drain()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    leading = undefined
  })

  return {
    entries,
    add: async ({ roomId, type, content, redacts }) => {
      await opened
      // Tabs number by the clock, so that what two of them add keeps its order.
      lastOrder = Math.max(lastOrder + 1, now())
      const entry: OutboxEntry = {
        id: newId(),
        order: lastOrder,
        roomId,
        type,
        content,
        createdAt: now(),
        state: 'waiting',
        ...(redacts && { redacts }),
      }
      await change({ put: entry })
      drain()
      return entry.id
    },
    retry: async (id) => {
      const entry = entries.value.find((known) => known.id === id)
      if (entry?.state !== 'failed') return
      const { reason: _, ...rest } = entry
      await change({ put: { ...rest, state: 'waiting' } })
      drain()
    },
    discard: (id) => change({ removed: id }),
    seen: (events) => {
      if (entries.value.length === 0) return
      const ids = new Set(events.flatMap((event) => [event.event_id, event.unsigned?.transaction_id ?? event.event_id]))
      for (const entry of entries.value) {
        if (ids.has(entry.id) || (entry.eventId !== undefined && ids.has(entry.eventId))) void change({ removed: entry.id })
      }
    },
    wake: () => {
      woken.abort()
      woken = new AbortController()
      drain()
    },
    stop: () => {
      ended.abort()
      woken.abort()
    },
  }
}
