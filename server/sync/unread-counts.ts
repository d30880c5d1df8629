import type { UserId } from '../../spec/identifiers.ts'
import type { Room } from '../rooms/room.ts'
import type { ReceiptStore } from '../storage/receipts.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { ReceiptEntry, Streams } from '../storage/streams.ts'
import type { ThreadCount, UnreadReader, UnreadStore } from '../storage/unread.ts'
import { createLru } from '../storage/lru.ts'

export interface UnreadTally {
  /** Of every class but the silent one. */
  messages: number
  /** Those of each class that do not single the reader out. */
  plain: number
  encrypted: number
  roomMention: number
  /** What singles the reader out and notifies, be its class what it may. */
  singled: number
  /** Those that highlight. */
  highlights: number
}

/** What a user has not read in a room: in its main timeline, and by thread. */
export interface RoomUnread {
  readonly main: UnreadTally
  readonly threads: ReadonlyMap<string, UnreadTally>
}

/** A room, and where the user's membership of it began. */
export interface CountedRoom {
  readonly room: Room
  readonly since: number
}

/** Unread counts: ranges of the log after the receipts, kept in memory and carried on over what came since. */
export interface UnreadCounts {
  /** Reads what memory lacks for these rooms, in a few queries however many they are; a promise only where it lacks something. */
  load(reader: UnreadReader, rooms: readonly CountedRoom[], upTo: number): Promise<void> | undefined
  /** The counts now; `load` must have come before. */
  of(reader: UnreadReader, room: Room): RoomUnread
}

/** Whether an entry of a user's account data outside rooms decides what counts: a change of it changes counts where nothing else is new. */
export const decidesCounts = (type: string): boolean => type === 'm.ignored_user_list' || type === 'm.push_rules'

interface Needs {
  receipts: ReceiptStore
  unread: UnreadStore
  streams: Streams
}

interface Reading {
  everywhere: number
  main: number
  threads: Map<string, number>
}
interface Kept {
  upTo: number
  since: number
  reading: Reading
  /** What the reading is of: another list means that something was read meanwhile. */
  receipts: readonly ReceiptEntry[]
  ignored: ReadonlySet<UserId>
  epoch: number
  main: UnreadTally
  threads: Map<string, UnreadTally>
}

const noReceipts: readonly ReceiptEntry[] = []

const noTally = (): UnreadTally => ({ messages: 0, plain: 0, encrypted: 0, roomMention: 0, singled: 0, highlights: 0 })

/** By `eventClass`. */
const classNames = [undefined, 'plain', 'encrypted', 'roomMention'] as const

function countEvent(tally: UnreadTally, { class: eventsClass, mentions }: StoredEvent, userNid: number): void {
  const mention = mentions.find((one) => one.userNid === userNid)
  const name = classNames[eventsClass]
  if (name !== undefined) tally.messages += 1
  if (mention === undefined) {
    if (name !== undefined) tally[name] += 1
  } else if (mention.silenced !== true) {
    tally.singled += 1
    if (mention.highlight) tally.highlights += 1
  }
}

/** Both together. */
export function addTallies(a: UnreadTally, b: UnreadTally): UnreadTally {
  const sum = noTally()
  for (const name of Object.keys(sum) as (keyof UnreadTally)[]) sum[name] = a[name] + b[name]
  return sum
}

function readingOf(receipts: readonly ReceiptEntry[], since: number): Reading {
  const reading: Reading = { everywhere: since, main: 0, threads: new Map() }
  for (const { type, thread, eventPos } of receipts) {
    if (type === 'm.fully_read') continue
    if (thread === '') reading.everywhere = Math.max(reading.everywhere, eventPos)
    else if (thread === 'main') reading.main = Math.max(reading.main, eventPos)
    else reading.threads.set(thread, Math.max(reading.threads.get(thread) ?? 0, eventPos))
  }
  return reading
}

const readUpTo = ({ everywhere, main, threads }: Reading, thread: string): number =>
  Math.max(everywhere, thread === '' ? main : (threads.get(thread) ?? 0))

const areSame = (some: ReadonlySet<UserId>, others: ReadonlySet<UserId>): boolean =>
  some === others || (some.size === others.size && some.isSubsetOf(others))

export function createUnreadCounts({ receipts, unread, streams }: Needs): UnreadCounts {
  const kept = createLru<string, Kept>(200_000)
  const receiptsOf = createLru<number, Map<number, ReceiptEntry[]>>(20_000)
  const epochs = new Map<number, number>()
  /** Users whose receipts are being read, and whether another one has come since. */
  const underWay = new Set<{ readonly userNid: number; old: boolean }>()
  const nameOf = (userNid: number, roomNid: number) => `${userNid} ${roomNid}`

  streams.subscribe((entry) => {
    // What was counted may have been taken away.
    if (entry.kind === 'event' && entry.event.redacts !== undefined)
      epochs.set(entry.event.roomNid, (epochs.get(entry.event.roomNid) ?? 0) + 1)
    if (entry.kind !== 'receipt' || entry.receipt.type === 'm.fully_read') return
    const { roomNid } = entry
    for (const one of underWay) if (one.userNid === entry.receipt.userNid) one.old = true
    const rooms = receiptsOf.get(entry.receipt.userNid)
    if (rooms === undefined) return
    const others = (rooms.get(roomNid) ?? []).filter(({ type, thread }) => type !== entry.receipt.type || thread !== entry.receipt.thread)
    rooms.set(roomNid, [...others, entry.receipt])
  })

  const userReceipts = async (userNid: number): Promise<Map<number, ReceiptEntry[]>> => {
    const known = receiptsOf.get(userNid)
    if (known !== undefined) return known
    const own = { userNid, old: false }
    underWay.add(own)
    const found = new Map<number, ReceiptEntry[]>(await receipts.ofUserEverywhere(userNid).finally(() => underWay.delete(own))) as Map<
      number,
      ReceiptEntry[]
    >
    // What was read before a change must not be kept after it.
    if (!own.old) receiptsOf.set(userNid, found)
    return found
  }

  const tallyIn = (counts: Kept, thread: string): UnreadTally => {
    if (thread === '') return counts.main
    let tally = counts.threads.get(thread)
    if (tally === undefined) counts.threads.set(thread, (tally = noTally()))
    return tally
  }

  /** Carries counts on over the events that memory has. */
  const carryOn = (counts: Kept, userNid: number, room: Room): void => {
    const { ignored } = counts
    for (let i = room.recent.length - 1; i >= 0 && room.recent[i]!.pos! > counts.upTo; i--) {
      const event = room.recent[i]!
      if (event.senderNid === userNid || (event.class === 0 && event.mentions.length === 0)) continue
      if (ignored.size > 0 && ignored.has(event.sender)) continue
      const thread = event.relation?.type === 'm.thread' ? event.relation.eventId : ''
      if (event.pos! <= readUpTo(counts.reading, thread)) continue
      countEvent(tallyIn(counts, thread), event, userNid)
    }
    counts.upTo = Math.max(counts.upTo, room.pos)
  }

  const fromStorage = async (counts: Kept, reader: UnreadReader, roomNid: number, rows: readonly ThreadCount[]): Promise<void> => {
    for (const row of rows) {
      const from = readUpTo(counts.reading, row.thread)
      // The query counted from the unthreaded receipt; a thread that was read further is counted by itself.
      const found = from > counts.reading.everywhere ? await unread.inThread(roomNid, reader, row.thread, from, counts.upTo) : row
      const { thread, ...tally } = found
      if (Object.values(tally).some((n) => n > 0)) Object.assign(tallyIn(counts, thread), tally)
    }
  }

  const isAtHand = ({ userNid, ignored }: UnreadReader, room: Room, since: number): boolean => {
    const known = kept.get(nameOf(userNid, room.nid))
    const held = receiptsOf.get(userNid)
    return (
      known !== undefined &&
      held !== undefined &&
      known.receipts === (held.get(room.nid) ?? noReceipts) &&
      known.epoch === (epochs.get(room.nid) ?? 0) &&
      known.since === since &&
      known.upTo >= room.recentAfter &&
      areSame(known.ignored, ignored)
    )
  }

  const read = async (reader: UnreadReader, rooms: readonly CountedRoom[], upTo: number): Promise<void> => {
    const { userNid, ignored } = reader
    const reading = await userReceipts(userNid)
    const missing: { counts: Kept; room: Room }[] = []
    for (const { room, since } of rooms) {
      const own = reading.get(room.nid) ?? noReceipts
      const from = readingOf(own, since)
      const epoch = epochs.get(room.nid) ?? 0
      const counts: Kept = {
        upTo: from.everywhere,
        since,
        reading: from,
        receipts: own,
        ignored,
        epoch,
        main: noTally(),
        threads: new Map(),
      }
      if (from.everywhere >= room.recentAfter) kept.set(nameOf(userNid, room.nid), counts)
      else missing.push({ counts, room })
    }
    if (missing.length === 0) return
    const rows = await unread.counts(
      reader,
      missing.map(({ counts, room }) => ({ roomNid: room.nid, after: counts.reading.everywhere })),
      upTo,
    )
    await Promise.all(
      missing.map(async ({ counts, room }) => {
        counts.upTo = upTo
        await fromStorage(counts, reader, room.nid, rows.get(room.nid) ?? [])
        kept.set(nameOf(userNid, room.nid), counts)
      }),
    )
  }

  return {
    load: (reader, rooms, upTo) => {
      const lacking = rooms.filter(({ room, since }) => !isAtHand(reader, room, since))
      return lacking.length === 0 ? undefined : read(reader, lacking, upTo)
    },
    of: ({ userNid }, room) => {
      const counts = kept.get(nameOf(userNid, room.nid))
      if (counts === undefined) return { main: noTally(), threads: new Map() }
      carryOn(counts, userNid, room)
      return counts
    },
  }
}
