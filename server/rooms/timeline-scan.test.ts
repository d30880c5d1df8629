import test from 'ava'
import fc from 'fast-check'
import type { StoredEvent } from '../storage/stored-event.ts'
import { scanTimeline, type Scan } from './timeline-scan.ts'

const at = (pos: number) => ({ pos }) as StoredEvent

/** A timeline with an event at every position up to `size`, of which the reader sees those in a span that `wants` lets pass. */
function fakeTimeline(size: number, span: { after: number; upTo: number }, wants: (pos: number) => boolean) {
  const isVisible = (pos: number) => pos > span.after && pos <= span.upTo && wants(pos)
  let fetches = 0
  const part: Pick<Scan, 'fetch' | 'keep'> = {
    fetch: async ({ after, upTo, limit, backwards }) => {
      fetches++
      const found = Array.from({ length: Math.max(Math.min(upTo, size) - after, 0) }, (_, i) => at(after + 1 + i))
      return (backwards ? found.reverse() : found).slice(0, limit)
    },
    keep: async (events) => ({ events: events.filter(({ pos }) => isVisible(pos!)), span }),
  }
  const visible = Array.from({ length: size }, (_, i) => i + 1).filter(isVisible)
  return { part, visible, fetches: () => fetches }
}

test('walks in pages find each event that is wanted, once and in order, and end', async (t) => {
  const positions = fc.integer({ min: 0, max: 700 })
  await fc.assert(
    fc.asyncProperty(
      positions,
      positions,
      positions,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      async (size, from, to, modulus, limit, backwards) => {
        const { part, visible } = fakeTimeline(size, { after: Math.min(from, to), upTo: Math.max(from, to) }, (pos) => pos % modulus === 0)
        const found: number[] = []
        let after = 0
        let upTo = size
        for (let next: number | undefined = 0; next !== undefined; ) {
          const page = await scanTimeline({ ...part, after, upTo, backwards, limit })
          t.true(page.events.length <= limit)
          // A page that leads on is full, and leads to something.
          if (page.next !== undefined) t.is(page.events.length, limit)
          found.push(...page.events.map(({ pos }) => pos!))
          next = page.next
          if (next !== undefined && backwards) upTo = next
          if (next !== undefined && !backwards) after = next
        }
        t.deepEqual(found, backwards ? visible.reverse() : visible)
      },
    ),
  )
})

test('a walk gives up after looking through so much, and says where to go on', async (t) => {
  const { part } = fakeTimeline(10_000, { after: 0, upTo: 10_000 }, (pos) => pos === 1)
  const { events, next } = await scanTimeline({ ...part, after: 0, upTo: 10_000, backwards: true, limit: 5 })
  t.deepEqual(events, [])
  t.true(next! < 8_100 && next! > 7_000)
})

test('a walk leaps over what the reader may not see', async (t) => {
  const ahead = fakeTimeline(100_000, { after: 90_000, upTo: 100_000 }, () => true)
  const forwards = await scanTimeline({ ...ahead.part, after: 0, upTo: 100_000, backwards: false, limit: 3 })
  t.deepEqual(
    forwards.events.map(({ pos }) => pos),
    [90_001, 90_002, 90_003],
  )
  t.is(ahead.fetches(), 2)
  const behind = fakeTimeline(100_000, { after: 0, upTo: 5 }, () => true)
  const backwards = await scanTimeline({ ...behind.part, after: 0, upTo: 100_000, backwards: true, limit: 3 })
  t.deepEqual(
    backwards.events.map(({ pos }) => pos),
    [5, 4, 3],
  )
  const none = fakeTimeline(100_000, { after: 0, upTo: 0 }, () => true)
  t.is((await scanTimeline({ ...none.part, after: 0, upTo: 100_000, backwards: true, limit: 3 })).next, undefined)
  t.is(none.fetches(), 1)
})
