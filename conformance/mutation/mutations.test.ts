import { PassThrough } from 'node:stream'
import test from 'ava'
import { type Circumstances, mutations } from './mutations.ts'
import { relayFrames } from './socket-frames.ts'

const circumstances: Circumstances = {
  method: 'GET',
  query: new URLSearchParams('since=old'),
  schema: { type: 'object', required: ['next_batch'] },
  remembered: [{ event_id: '$leak', type: 'm.room.message', content: {} }],
}
const event = { event_id: '$one', type: 'm.room.message', sender: '@a:b', content: { body: 'hello' }, unsigned: { age: 1 } }
const body = { next_batch: 'new', limited: true, events: [event, { ...event, event_id: '$two' }] }
const broken = (name: string, answer: { status: number; body: never } | { status: number; body: object } = { status: 200, body }) =>
  mutations.find((one) => one.name === name)?.breaks?.(answer as never, circumstances) as { status: number; body: typeof body } | undefined

test('an answer is broken in one way at a time', (t) => {
  t.deepEqual(
    broken('lost last element')?.body.events.map(({ event_id: id }) => id),
    ['$one'],
  )
  t.deepEqual(broken('doubled elements')?.body.events.length, 4)
  t.deepEqual(
    broken('reversed order')?.body.events.map(({ event_id: id }) => id),
    ['$two', '$one'],
  )
  t.is(broken('stale token')?.body.next_batch, 'old')
  t.is(broken('wrong content')?.body.events[0]?.content.body, 'helloz')
  t.is(broken('wrong user')?.body.events[0]?.sender, '@zza:b')
  t.is(broken('wrong flag')?.body.limited, false)
  t.deepEqual(Object.keys(broken('lost optional fields')?.body ?? {}), ['next_batch'])
  t.is(broken('leaked events')?.body.events.at(-1)?.event_id, '$leak')
})

test('refusals are broken by their own ways, and not by those of successes', (t) => {
  const refusal = { status: 403, body: { errcode: 'M_FORBIDDEN' } }
  t.like(broken('refusal turned into success', refusal), { status: 200 })
  t.deepEqual(broken('wrong errcode', refusal)?.body as object, { errcode: 'M_WRONG' })
  t.is(broken('lost last element', refusal), undefined)
  t.is(broken('wrong errcode'), undefined)
})

test('what a way does not change, it does not touch', (t) => {
  t.is(broken('wrong flag', { status: 200, body: { a: 'b' } }), undefined)
})

test('frames of every length pass, changed or dropped', async (t) => {
  const frame = (text: string): Buffer => {
    const payload = Buffer.from(text)
    const length = payload.length
    const head =
      length < 126
        ? [length]
        : length < 65_536
          ? [126, length >> 8, length & 255]
          : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]
    return Buffer.concat([Buffer.from([0x81, ...head]), payload])
  }
  const [from, to] = [new PassThrough(), new PassThrough()]
  relayFrames(from, to, (text) => (text === 'drop' ? [] : [`${text}!`]))
  const texts = ['a', 'b'.repeat(200), 'c'.repeat(70_000)]
  const bytes = Buffer.concat([frame(texts[0] ?? ''), frame('drop'), frame(texts[1] ?? ''), Buffer.from([0x89, 0]), frame(texts[2] ?? '')])
  for (let at = 0; at < bytes.length; at += 1000) from.write(bytes.subarray(at, at + 1000))
  from.end()
  await new Promise((resolve) => setImmediate(resolve))
  const wanted = Buffer.concat([frame(`${texts[0]}!`), frame(`${texts[1]}!`), Buffer.from([0x89, 0]), frame(`${texts[2]}!`)])
  t.true((to.read() as Buffer).equals(wanted))
})
