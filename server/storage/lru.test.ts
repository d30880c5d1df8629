import test from 'ava'
import { createLru } from './lru.ts'

test('what was used last is kept, as much as there is room for, and what goes is told', (t) => {
  const gone: [string, number, string][] = []
  const kept = createLru<string, number>(2, { dispose: (value, key, reason) => void gone.push([key, value, reason]) })
  kept.set('a', 1).set('b', 2)
  t.is(kept.get('a'), 1)
  kept.set('c', 3)
  kept.delete('c')
  t.deepEqual([kept.get('a'), kept.get('b'), kept.size], [1, undefined, 1])
  t.deepEqual(gone, [
    ['b', 2, 'evict'],
    ['c', 3, 'delete'],
  ])
})

test('entries count for their size, and one that is larger than all room is not kept', (t) => {
  const kept = createLru<number, string>(10, { sizeOf: (text) => text.length })
  for (const [at, text] of ['four', 'five!', 'x'].entries()) kept.set(at, text)
  t.is(kept.size, 3)
  kept.set(3, 'yz')
  t.deepEqual([...kept.keys()], [3, 2, 1])
  kept.set(4, 'eleven chars')
  t.false(kept.has(4))
})

test('room for millions takes none before it fills', (t) => {
  const before = process.memoryUsage().rss
  const all = Array.from({ length: 20 }, () => createLru<number, number>(5_000_000))
  t.is(all.length, 20)
  t.true(process.memoryUsage().rss - before < 100_000_000)
})
