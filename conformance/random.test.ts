import test from 'ava'
import { createRandom, shuffled } from './random.ts'

test('the same seed gives the same order, another seed another', (t) => {
  const values = Array.from({ length: 50 }, (_, index) => index)
  t.deepEqual(shuffled(values, createRandom(7)), shuffled(values, createRandom(7)))
  t.notDeepEqual(shuffled(values, createRandom(7)), shuffled(values, createRandom(8)))
  t.deepEqual(
    [...shuffled(values, createRandom(9))].sort((one, other) => one - other),
    values,
  )
})

test('numbers stay below their limit', (t) => {
  const random = createRandom(1)
  for (let turn = 0; turn < 1000; turn++) t.true(random(3) < 3)
})
