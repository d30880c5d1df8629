import test from 'ava'
import type { Room } from '../rooms/room.ts'
import { createStreams, type ReceiptEntry } from '../storage/streams.ts'
import { createUnreadCounts } from './unread-counts.ts'

const room = { nid: 1, roomId: '!room', recent: [], recentAfter: 10, pos: 10 } as unknown as Room
const reader = { userNid: 7, ignored: new Set<never>() }
const receipt: ReceiptEntry = { userId: '@bob:hs', userNid: 7, type: 'm.read', thread: '', eventId: '$e', eventPos: 9, ts: 0 }

/** A store that answers when it is told to, and how often it was asked. */
const world = () => {
  const streams = createStreams(10)
  const stored: ReceiptEntry[] = []
  const waiting: (() => void)[] = []
  const asked: string[] = []
  const later = <T>(name: string, answer: () => T): Promise<T> => {
    asked.push(name)
    const value = answer()
    return new Promise((resolve) => void waiting.push(() => resolve(value)))
  }
  const counts = createUnreadCounts({
    receipts: { ofUserEverywhere: () => later('receipts', () => new Map([[1, [...stored]]])) } as never,
    unread: {
      counts: (_reader: object, [{ after }]: [{ after: number }]) =>
        later('counts', () => new Map([[1, [{ ...none, messages: 10 - after }]]])),
    } as never,
    streams,
  })
  const read = () => {
    stored.splice(0, 1, receipt)
    streams.publish([{ kind: 'receipt', pos: 11, roomId: '!room', roomNid: 1, receipt }], 11)
  }
  const answer = async () => {
    waiting.splice(0).forEach((call) => void call())
    await new Promise((resolve) => setImmediate(resolve))
  }
  const load = () => counts.load(reader, [{ room, since: 2 }], 10)
  return { counts, load, read, answer, asked }
}
const none = { thread: '', messages: 0, plain: 0, encrypted: 0, roomMention: 0, singled: 0, highlights: 0 }

for (const [when, before] of [
  ['the receipts before it are being read', 0],
  ['the counts before it are being read', 1],
] as const) {
  test(`a receipt that comes while ${when} counts from then on`, async (t) => {
    const { counts, load, read, answer, asked } = world()
    const first = load()
    for (let step = 0; step < before; step++) await answer()
    read()
    await answer()
    await answer()
    await first
    const second = load()
    for (let step = 0; step < 2; step++) await answer()
    await second
    t.is(counts.of(reader, room).main.messages, 1)
    t.is(load(), undefined, `memory has them now; it asked for ${asked.join()}`)
  })
}
