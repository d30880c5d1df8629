import test from 'ava'
import { differ, equal, holds, matches, present, sameMembers, Unmet } from './expect.ts'

test('what holds passes, and what does not is told in a sentence', (t) => {
  t.notThrows(() => holds(1, 'one'))
  t.throws(() => holds(0, 'one'), { instanceOf: Unmet, message: 'Expected: one.' })
})

test('values are equal by content', (t) => {
  t.notThrows(() => equal({ a: [1, { b: null }] }, { a: [1, { b: null }] }, 'It'))
  t.throws(() => equal([1, 2], [2, 1], 'The order'), { instanceOf: Unmet, message: 'The order: expected [2,1], got [1,2].' })
  t.throws(() => differ('a', 'a', 'The IDs'), { instanceOf: Unmet })
})

test('members are the same in whatever order, and none is doubled', (t) => {
  t.notThrows(() => sameMembers(['a', 'b'], ['b', 'a'], 'They'))
  t.throws(() => sameMembers(['a', 'a', 'b'], ['b', 'a'], 'They'), { instanceOf: Unmet })
})

test('a partial match looks below, and says where it fails', (t) => {
  t.notThrows(() => matches({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } }, 'It'))
  t.throws(() => matches({ b: { c: 2 } }, { b: { c: 3 } }, 'It'), { message: 'It: expected 3 at /b/c, got 2.' })
  t.throws(() => matches(undefined, { a: 1 }, 'It'), { instanceOf: Unmet })
})

test('what is absent is not present', (t) => {
  t.is(present(0, 'a number'), 0)
  t.throws(() => present(null, 'something'), { instanceOf: Unmet })
})
