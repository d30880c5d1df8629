import test from 'ava'
import { said } from '../testing/test-events.ts'
import { type TimelineItem, timelineItems } from '../matrix/timeline-items.ts'
import { atEnd, around, earlier, later, shownIn } from './timeline-window.ts'

const itemsOf = (from: number, to: number): TimelineItem[] => {
  const events = Array.from({ length: to - from }, (_, index) =>
    said(`$${from + index}`, 'x', '@a:b', { origin_server_ts: Date.UTC(2026, 4, 1, 10) + from + index }),
  )
  return timelineItems({ events, outbox: [], me: '@me:b', gaps: [] })
}
const keys = (items: readonly TimelineItem[]) => items.filter((item) => item.kind === 'message').map((item) => item.key)

test('at the end it shows the newest, and follows what comes', (t) => {
  t.is(keys(shownIn(itemsOf(0, 300), atEnd).items).at(-1), '$299')
  t.is(keys(shownIn(itemsOf(0, 301), atEnd).items).at(-1), '$300')
  t.false(shownIn(itemsOf(0, 300), atEnd).isFirst)
})

test('going back reaches the first item and never shows too many', (t) => {
  const items = itemsOf(0, 1_000)
  let window = atEnd
  for (let step = 0; step < 30 && !shownIn(items, window).isFirst; step += 1) {
    window = earlier(items, window)
    t.true(shownIn(items, window).items.length <= 200)
  }
  t.is(keys(shownIn(items, window).items)[0], '$0')
  for (let step = 0; step < 30 && !shownIn(items, window).isLast; step += 1) window = later(items, window)
  t.is(keys(shownIn(items, window).items).at(-1), '$999')
})

test('older messages that come while the oldest is shown are shown too, and the view does not leap to the end', (t) => {
  const before = itemsOf(100, 300)
  let window = atEnd
  while (!shownIn(before, window).isFirst) window = earlier(before, window)
  const after = keys(shownIn(itemsOf(50, 300), window).items)
  t.is(after[0], '$50')
  t.true(after.includes('$100'))
  t.true(after.length <= 200)
})

test('a window in the middle stays when others come before and behind', (t) => {
  const window = around(itemsOf(100, 500), '$300')
  t.deepEqual(keys(shownIn(itemsOf(0, 600), window).items), keys(shownIn(itemsOf(100, 500), window).items))
})
