import test from 'ava'
import { createTypedSearch } from './typed-search.ts'

const world = () => {
  const shown: string[][] = []
  const failed: unknown[] = []
  const asked = new Map<string, (found: string[] | Error) => void>()
  const search = createTypedSearch<string>({
    find: (term) =>
      new Promise((resolve, reject) => {
        asked.set(term, (found) => (found instanceof Error ? reject(found) : resolve(found)))
      }),
    show: (found) => void shown.push([...found]),
    fail: (error) => void failed.push(error),
    pauseMs: 0,
  })
  return { search, shown, failed, asked }
}

test('an answer to an earlier term is never shown, whichever comes first', async (t) => {
  const { search, shown, asked } = world()
  search.ask('b')
  search.ask('bob')
  asked.get('bob')?.(['Bob'])
  asked.get('b')?.(['Bea', 'Bob'])
  await search.settled()
  t.deepEqual(shown, [['Bob']])
})

test('it is settled once the term typed last has its answer, though it was typed while waiting', async (t) => {
  const { search, shown, asked } = world()
  search.ask('b')
  const settled = search.settled().then(() => shown.length)
  search.ask('bo')
  asked.get('b')?.(['Bea'])
  await new Promise((resolve) => setImmediate(resolve))
  asked.get('bo')?.(['Bob'])
  t.is(await settled, 1)
  t.deepEqual(shown, [['Bob']])
})

test('a failed search tells the failure and is settled', async (t) => {
  const { search, shown, failed, asked } = world()
  search.ask('b')
  asked.get('b')?.(new Error('no server'))
  await search.settled()
  t.deepEqual([shown.length, failed.length], [0, 1])
})

test('what was called off is not shown', async (t) => {
  const { search, shown, asked } = world()
  search.ask('b')
  search.cancel()
  asked.get('b')?.(['Bea'])
  await search.settled()
  t.deepEqual(shown, [])
})
