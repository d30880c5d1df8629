import test from 'ava'
import { createArrivals } from './arrivals.ts'

test('missed and doubled deliveries are counted, each by itself', (t) => {
  const arrivals = createArrivals(3)
  arrivals.sent(0, 1000)
  arrivals.sent(1, 2000)
  for (const receiver of [0, 1, 2]) arrivals.arrived(receiver, 0, 1010 + receiver)
  t.false(arrivals.complete())
  arrivals.arrived(0, 1, 2040)
  arrivals.arrived(0, 1, 2041)
  arrivals.arrived(2, 1, 2030)
  const { deliveries, missed, doubled, untilLast, each } = arrivals.tally()
  t.is(deliveries, 5)
  t.is(missed, 1)
  t.is(doubled, 1)
  t.deepEqual(untilLast, [12, 40])
  t.deepEqual(each, [10, 11, 12, 40, 30])
})

test('a double does not stand in for one that is missed', (t) => {
  const arrivals = createArrivals(2)
  arrivals.sent(0, 0)
  arrivals.arrived(0, 0, 1)
  arrivals.arrived(0, 0, 2)
  t.false(arrivals.complete())
  arrivals.arrived(1, 0, 3)
  t.true(arrivals.complete())
})

test('messages that were never sent are nobody’s', (t) => {
  const arrivals = createArrivals(1)
  arrivals.arrived(0, 7, 1)
  t.is(arrivals.tally().deliveries, 0)
})
