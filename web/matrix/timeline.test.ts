import test from 'ava'
import fc from 'fast-check'
import type { RoomEvent } from './event.ts'
import { said } from '../testing/test-events.ts'
import { createTimeline } from './timeline.ts'

const ids = (events: readonly RoomEvent[]) => events.map((event) => event.event_id)
const events = (...names: string[]) => names.map((name) => said(name, name))

test('a live chunk that overlaps what is held adds only what is new', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('a', 'b'), prevBatch: 'p', gap: true })
  t.deepEqual(ids(timeline.addLive({ events: events('b', 'c'), prevBatch: 'q', gap: true })), ['c'])
  t.deepEqual(ids(timeline.events.value), ['a', 'b', 'c'])
  t.deepEqual(timeline.gaps(), ['a'])
})

test('a limited chunk without overlap leaves a gap, and filling it closes it', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('a'), prevBatch: 'start', gap: true })
  timeline.addLive({ events: events('d'), prevBatch: 'middle', gap: true })
  t.is(timeline.missingBefore('d'), 'middle')
  timeline.addOlder('d', events('c', 'b'), 'more')
  t.is(timeline.missingBefore('d'), undefined)
  t.is(timeline.missingBefore('b'), 'more')
  timeline.addOlder('b', events('a'), 'earlier')
  t.deepEqual(ids(timeline.events.value), ['a', 'b', 'c', 'd'])
  t.deepEqual(timeline.gaps(), ['a'])
})

test('a chunk without a gap follows what is held', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('a'), prevBatch: 'start', gap: true })
  timeline.addLive({ events: events('b'), prevBatch: 'x', gap: false })
  t.deepEqual(timeline.gaps(), ['a'])
})

test('a longer timeline that the server sends later puts the older events before', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('c'), prevBatch: 'before c', gap: true })
  timeline.addLive({ events: events('a', 'b', 'c', 'd'), prevBatch: 'before a', gap: true })
  t.deepEqual(ids(timeline.events.value), ['a', 'b', 'c', 'd'])
  t.deepEqual(timeline.gaps(), ['a'])
  t.is(timeline.missingBefore('a'), 'before a')
})

test('the beginning of the room has nothing before it', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('b'), prevBatch: 'p', gap: true })
  timeline.addOlder('b', events('a'), undefined)
  t.deepEqual(timeline.gaps(), [])
})

test('an empty page keeps the gap and moves its token', (t) => {
  const timeline = createTimeline()
  timeline.addLive({ events: events('b'), prevBatch: 'p', gap: true })
  timeline.addOlder('b', [], 'q')
  t.is(timeline.missingBefore('b'), 'q')
})

test('a redaction empties its event, whichever comes first', (t) => {
  const redaction = said('r', '', '@bob:example.org', { type: 'm.room.redaction', content: { redacts: 'a' } })
  const late = createTimeline()
  late.addLive({ events: [...events('a'), redaction], gap: true })
  t.deepEqual(late.get('a')?.content, {})
  const early = createTimeline()
  early.addLive({ events: [redaction], prevBatch: 'p', gap: true })
  early.addOlder('r', events('a'), undefined)
  t.deepEqual(early.get('a')?.content, {})
})

test('whatever chunks and pages come, events stay in order and single', (t) => {
  const all = Array.from({ length: 40 }, (_, index) => said(`e${String(index).padStart(2, '0')}`, 'x'))
  const seed = Date.now()
  const walk = fc.array(fc.record({ step: fc.integer({ min: 0, max: 9 }), size: fc.integer({ min: 1, max: 6 }), back: fc.boolean() }))
  const check = fc.check(
    fc.property(walk, (steps) => {
      const timeline = createTimeline()
      let head = 0
      for (const { step, size, back } of steps) {
        const gap = timeline.gaps()[0]
        if (back && gap !== undefined) {
          const end = Number(timeline.missingBefore(gap))
          const from = Math.max(0, end - size)
          timeline.addOlder(gap, all.slice(from, end).reverse(), from === 0 ? undefined : String(from))
        } else {
          const next = Math.min(all.length, head + step)
          const from = Math.max(0, next - size)
          timeline.addLive({ events: all.slice(from, next), prevBatch: from === 0 ? undefined : String(from), gap: from > head })
          head = next
        }
      }
      const shown = ids(timeline.events.value)
      return shown.join() === [...new Set(shown)].sort().join()
    }),
    { seed },
  )
  t.false(check.failed, fc.defaultReportMessage(check) ?? `seed ${seed}`)
})
