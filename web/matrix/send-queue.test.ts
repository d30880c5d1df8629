import test from 'ava'
import { createMemoryOutbox, type OutboxEntry, type OutboxStore } from './outbox.ts'
import { type Attempt, createSendQueue, type OutboxChange, type SendQueue } from './send-queue.ts'

interface World {
  readonly queue: SendQueue
  /** Attempts so far, as `id body`. */
  readonly attempts: string[]
  readonly pauses: number[]
  /** Ends the pause that is under way. */
  readonly resume: () => void
}

const quiet = { post: () => {}, listen: () => {} }
const message = (roomId: string, body: string) => ({ roomId, type: 'm.room.message', content: { body } })
const turn = () => new Promise((resolve) => setImmediate(resolve))

const world = (
  answer: (entry: OutboxEntry, nth: number) => Attempt,
  store: OutboxStore = createMemoryOutbox(),
  onRefused?: (entry: OutboxEntry) => void,
): World => {
  const attempts: string[] = []
  const pauses: number[] = []
  let ids = 0
  let end = () => {}
  const queue = createSendQueue({
    store,
    send: async (entry) => {
      attempts.push(`${entry.id} ${entry.content['body']}`)
      return answer(entry, attempts.length)
    },
    lead: (work) => void work(new AbortController().signal),
    channel: quiet,
    now: () => 1_000,
    newId: () => `txn${++ids}`,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push(ms)
        end = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
    ...(onRefused && { onRefused }),
  })
  return { queue, attempts, pauses, resume: () => end() }
}

const sent = (entry: OutboxEntry): Attempt => ({ outcome: 'sent', eventId: `$${entry.id}` })

test('what is said shows before anything is sent', (t) => {
  const { queue } = world(sent)
  void queue.add(message('!a', 'one'))
  return turn().then(() => t.is(queue.entries.value[0]?.content['body'], 'one'))
})

test('a room is sent in order, and a failure that may pass holds back what follows', async (t) => {
  const { queue, attempts, pauses, resume } = world((entry, nth) => (nth === 1 ? { outcome: 'later' } : sent(entry)))
  await queue.add(message('!a', 'one'))
  await queue.add(message('!a', 'two'))
  await turn()
  t.deepEqual(attempts, ['txn1 one'])
  resume()
  await turn()
  t.deepEqual(attempts, ['txn1 one', 'txn1 one', 'txn2 two'], 'the same transaction ID, then the next')
  t.deepEqual(pauses, [1_000])
})

test('a room that waits does not hold up another', async (t) => {
  const { queue, attempts } = world((entry) => (entry.roomId === '!a' ? { outcome: 'later' } : sent(entry)))
  await queue.add(message('!a', 'one'))
  await queue.add(message('!b', 'two'))
  await turn()
  t.deepEqual(attempts, ['txn1 one', 'txn2 two'])
})

test('pauses grow, and the server may name its own', async (t) => {
  const { queue, pauses, resume } = world((_, nth) => ({ outcome: 'later', ...(nth === 3 && { afterMs: 7_000 }) }))
  await queue.add(message('!a', 'one'))
  for (let round = 0; round < 3; round += 1) {
    await turn()
    resume()
  }
  await turn()
  t.deepEqual(pauses, [1_000, 2_000, 7_000, 8_000])
})

test('waking tries at once', async (t) => {
  const { queue, attempts } = world((entry, nth) => (nth === 1 ? { outcome: 'later' } : sent(entry)))
  await queue.add(message('!a', 'one'))
  await turn()
  queue.wake()
  await turn()
  t.is(attempts.length, 2)
})

test('a refused entry is kept with its reason, lets the next pass, and can be tried again', async (t) => {
  const refusals: string[] = []
  const { queue, attempts } = world(
    (entry, nth) => (nth === 1 ? { outcome: 'refused', reason: 'Not here.' } : sent(entry)),
    createMemoryOutbox(),
    (entry) => refusals.push(entry.id),
  )
  await queue.add(message('!a', 'one'))
  await queue.add(message('!a', 'two'))
  await turn()
  t.deepEqual(
    queue.entries.value.map(({ state, reason }) => [state, reason]),
    [
      ['failed', 'Not here.'],
      ['sent', undefined],
    ],
  )
  t.deepEqual(refusals, ['txn1'])
  await queue.retry('txn1')
  await turn()
  t.deepEqual(attempts, ['txn1 one', 'txn2 two', 'txn1 one'])
})

test('an entry is done when its event comes by sync, by event or transaction ID', async (t) => {
  const { queue } = world(sent)
  await queue.add(message('!a', 'one'))
  await queue.add(message('!a', 'two'))
  await turn()
  queue.seen([{ event_id: '$txn1' }])
  t.deepEqual(
    queue.entries.value.map(({ id }) => id),
    ['txn2'],
  )
  queue.seen([{ event_id: '$other', unsigned: { transaction_id: 'txn2' } }])
  t.deepEqual(queue.entries.value, [])
})

test('what a closed page left unsent is sent by the next one, with its transaction ID', async (t) => {
  const store = createMemoryOutbox()
  const before = world(() => ({ outcome: 'later' }), store)
  await before.queue.add(message('!a', 'one'))
  await before.queue.add(message('!a', 'two'))
  await turn()
  before.queue.stop()
  const after = world(sent, store)
  await turn()
  await turn()
  t.deepEqual(after.attempts, ['txn1 one', 'txn2 two'])
})

test('an acknowledged entry of an earlier page does not come back', async (t) => {
  const store = createMemoryOutbox()
  const { queue } = world(sent, store)
  await queue.add(message('!a', 'one'))
  await turn()
  t.is((await store.all())[0]?.state, 'sent')
  const after = world(sent, store)
  await turn()
  t.deepEqual([after.queue.entries.value, after.attempts], [[], []])
})

test('of two tabs one sends, and both show', async (t) => {
  const store = createMemoryOutbox()
  const listeners: ((change: OutboxChange) => void)[] = []
  const tab = (leads: boolean, sends: string[]) => {
    const own = listeners.length
    return createSendQueue({
      store,
      send: async (entry) => {
        sends.push(entry.id)
        return sent(entry)
      },
      lead: (work) => void (leads && work(new AbortController().signal)),
      channel: {
        post: (change) => listeners.filter((_, index) => index !== own).forEach((listener) => void listener(change)),
        listen: (onChange) => void (listeners[own] = onChange),
      },
      now: () => 1_000,
      newId: () => `from${own}`,
      pause: () => new Promise(() => {}),
    })
  }
  const first: string[] = []
  const second: string[] = []
  const leader = tab(true, first)
  const follower = tab(false, second)
  await turn()
  await follower.add(message('!a', 'one'))
  await turn()
  t.deepEqual([first, second], [['from1'], []])
  t.is(leader.entries.value[0]?.state, 'sent')
  t.is(follower.entries.value[0]?.state, 'sent')
})
