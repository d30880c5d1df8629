import test from 'ava'
import { matchPeople, mentionAt } from './mention-search.ts'

test('a mention begins with an @ at the start of a word, up to the caret', (t) => {
  t.deepEqual(mentionAt('hi @bo', 6), { start: 3, term: 'bo' })
  t.deepEqual(mentionAt('@', 1), { start: 0, term: '' })
  t.deepEqual(mentionAt('hi @Bob Be', 10), { start: 3, term: 'Bob Be' })
  t.is(mentionAt('mail me@example', 15), undefined)
  t.is(mentionAt('hi @bo there', 2), undefined)
})

test('people are found by any word of their name, beginnings first', (t) => {
  const people = [
    { userId: '@x:b', name: 'Anna Bode' },
    { userId: '@y:b', name: 'Bob' },
    { userId: '@bonnie:b', name: 'Carla' },
    { userId: '@z:b', name: 'Dan' },
  ]
  t.deepEqual(
    matchPeople(people, 'bo').map(({ name }) => name),
    ['Bob', 'Anna Bode', 'Carla'],
  )
})
