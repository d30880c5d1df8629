import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import { createLogCache } from './log-cache.ts'
import { createStreams } from './streams.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'

const world = () => {
  const streams = createStreams(0)
  const loads: { key: UserId; resolve: (value: { readonly name: string }) => void }[] = []
  const cache = createLogCache<UserId, { readonly name: string }>({
    streams,
    capacity: 10,
    load: (key) => new Promise((resolve) => void loads.push({ key, resolve })),
    changed: (entry) => (entry.kind === 'profile' ? entry.userId : undefined),
  })
  const change = (userId: UserId) => streams.publish([{ kind: 'profile', pos: streams.head() + 1, userId }], streams.head() + 1)
  return { cache, loads, change }
}

test('what was read once is at hand until the log says that it changed', async (t) => {
  const { cache, loads, change } = world()
  const first = cache.of(alice)
  loads[0]!.resolve({ name: 'Alice' })
  t.deepEqual(await first, { name: 'Alice' })
  t.deepEqual(cache.of(alice), { name: 'Alice' })
  change(bob)
  t.deepEqual(cache.of(alice), { name: 'Alice' })
  change(alice)
  const second = cache.of(alice)
  loads[1]!.resolve({ name: 'Ally' })
  t.deepEqual(await second, { name: 'Ally' })
  t.is(loads.length, 2)
})

test('what was read before a change is not kept after it', async (t) => {
  const { cache, loads, change } = world()
  const reading = cache.of(alice)
  change(alice)
  loads[0]!.resolve({ name: 'Alice' })
  await reading
  const again = cache.of(alice)
  t.true(again instanceof Promise)
  loads[1]!.resolve({ name: 'Ally' })
  t.deepEqual(await again, { name: 'Ally' })
})
