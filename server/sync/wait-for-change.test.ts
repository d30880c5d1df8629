import test from 'ava'
import type { Reader } from './readers.ts'
import { waitForChange } from './wait-for-change.ts'

const fakeReader = () => {
  const waiting = new Set<() => void>()
  const onChange: Reader['onChange'] = (wake) => {
    waiting.add(wake)
    return () => {
      waiting.delete(wake)
    }
  }
  return {
    reader: { onChange } as Reader,
    change: () => {
      for (const wake of waiting) wake()
    },
  }
}

test('a change between the start of the wait and the waiting is not lost', async (t) => {
  const { reader, change } = fakeReader()
  const waiting = waitForChange(reader, new AbortController().signal)
  change()
  await waiting.happened(Infinity)
  t.pass()
})

test('a wait without end lasts until something changes', async (t) => {
  const { reader, change } = fakeReader()
  let ended = false
  const waiting = waitForChange(reader, new AbortController().signal)
    .happened(Infinity)
    .then(() => {
      ended = true
    })
  await new Promise((resolve) => {
    setTimeout(resolve, 20)
  })
  t.false(ended)
  change()
  await waiting
  t.true(ended)
})

test('a caller that hangs up ends the wait at once, so that nobody waits in circles for them', async (t) => {
  const { reader } = fakeReader()
  const caller = new AbortController()
  const waiting = waitForChange(reader, caller.signal).happened(30_000)
  caller.abort(new Error('gone'))
  await t.throwsAsync(waiting, { message: 'gone' })
  await t.throwsAsync(waitForChange(reader, caller.signal).happened(30_000), { message: 'gone' })
})
