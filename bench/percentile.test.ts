import test from 'ava'
import { mean, median, percentile } from './percentile.ts'

test('a percentile is a value that was measured, by nearest rank', (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  t.is(percentile(hundred, 0.5), 50)
  t.is(percentile(hundred, 0.99), 99)
  t.is(percentile(hundred, 1), 100)
  t.is(percentile(hundred, 0), 1)
  t.is(percentile([7], 0.99), 7)
  t.is(hundred[0], 100, 'the input stays as it was')
})

test('values are ordered as numbers, not as text', (t) => {
  t.is(percentile([10, 9, 100], 1), 100)
  t.is(median([10, 9, 100]), 10)
})

test('the median of an even count lies between the two in the middle', (t) => {
  t.is(median([4, 1, 3, 2]), 2.5)
  t.is(median([3, 1, 2]), 2)
})

test('nothing measured gives NaN, which breaks every limit', (t) => {
  t.is(percentile([], 0.5), Number.NaN)
  t.is(median([]), Number.NaN)
  t.is(mean([]), Number.NaN)
})
