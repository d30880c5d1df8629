import type { Room } from '../rooms/room.ts'
import type { ReceiptStore } from '../storage/receipts.ts'
import type { ReceiptEntry, Streams } from '../storage/streams.ts'
import { createLru } from '../storage/lru.ts'

/** A room's receipts since a position, as one reader may see them. */
export interface RecentReceipts {
  /** Reads from storage what memory lacks for these rooms, in one query. Gives the receipts by room number. */
  since(
    rooms: readonly Room[],
    from: number,
    upTo: number,
    readerNid: number,
  ): ReadonlyMap<number, readonly ReceiptEntry[]> | Promise<ReadonlyMap<number, readonly ReceiptEntry[]>>
}

interface Kept {
  from: number
  entries: { pos: number; receipt: ReceiptEntry }[]
}

/** Receipts kept per room. */
const keptPerRoom = 200

export function createRecentReceipts({ receipts, streams }: { receipts: ReceiptStore; streams: Streams }): RecentReceipts {
  const rooms = createLru<number, Kept>(20_000)
  const start = streams.head()
  /** Rooms without an entry had no receipt since this position. */
  let quietSince = start

  streams.subscribe((entry) => {
    if (entry.kind !== 'receipt' || entry.receipt.type === 'm.fully_read') return
    let kept = rooms.get(entry.roomNid)
    if (kept === undefined) {
      if (rooms.size === rooms.max) quietSince = entry.pos
      rooms.set(entry.roomNid, (kept = { from: quietSince, entries: [] }))
    }
    kept.entries.push({ pos: entry.pos, receipt: entry.receipt })
    if (kept.entries.length > keptPerRoom) kept.from = kept.entries.shift()!.pos
  })

  const visible = (receipt: ReceiptEntry, readerNid: number) => receipt.type === 'm.read' || receipt.userNid === readerNid
  const fromMemory = (room: Room, from: number, upTo: number, readerNid: number): readonly ReceiptEntry[] | undefined => {
    const kept = rooms.get(room.nid)
    if (from < (kept?.from ?? quietSince)) return undefined
    // A later receipt of the same person, kind and thread takes the place of an earlier one.
    const latest = new Map<string, ReceiptEntry>()
    for (const { pos, receipt } of kept?.entries ?? []) {
      if (pos > from && pos <= upTo && visible(receipt, readerNid))
        latest.set(`${receipt.userNid} ${receipt.type} ${receipt.thread}`, receipt)
    }
    return [...latest.values()]
  }

  return {
    since: (wanted, from, upTo, readerNid) => {
      const found = new Map<number, readonly ReceiptEntry[]>()
      const missing: number[] = []
      for (const room of wanted) {
        const known = fromMemory(room, from, upTo, readerNid)
        if (known === undefined) missing.push(room.nid)
        else if (known.length > 0) found.set(room.nid, known)
      }
      if (missing.length === 0) return found
      return receipts.inRooms(missing, from, upTo).then((stored) => {
        for (const [nid, entries] of stored)
          found.set(
            nid,
            entries.filter((receipt) => receipt.type !== 'm.fully_read' && visible(receipt, readerNid)),
          )
        return found
      })
    },
  }
}

/**
 * The content of an `m.receipt` event, which holds one receipt of a kind by one user for one event: an unthreaded one goes before
 * that of a thread, as it says more. client-server-api/#receipts
 */
export function receiptContent(receipts: readonly ReceiptEntry[]): object {
  const content: { [eventId: string]: { [type: string]: { [userId: string]: object } } } = {}
  const lastWins = receipts.toSorted((a, b) => Number(a.thread === '') - Number(b.thread === ''))
  for (const { eventId, type, userId, ts, thread } of lastWins) {
    const byUser = ((content[eventId] ??= {})[type] ??= {})
    byUser[userId] = thread === '' ? { ts } : { ts, thread_id: thread }
  }
  return content
}
