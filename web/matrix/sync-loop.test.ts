import test from 'ava'
import { CallError } from './call-error.ts'
import { signal } from './changes.ts'
import type { SyncAnswer } from './rooms.ts'
import { startSyncLoop } from './sync-loop.ts'
import type { SyncBody } from './sync-request.ts'
import type { Transport } from './transport.ts'

interface Asked {
  readonly name: string
  readonly pos: string | undefined
  readonly body: SyncBody
}
type Script = (asked: Asked, nth: number) => SyncAnswer | Error | undefined

/** A loop over transports that answer by a script; `undefined`: they wait until they are interrupted. */
const world = (script: Script, names: Transport['name'][] = ['long-poll'], openRoom = signal<string | undefined>(undefined)) => {
  const asked: Asked[] = []
  const applied: string[] = []
  let now = 0
  const transport = (name: Transport['name']): Transport => ({
    name,
    next: (body, pos, abort) =>
      new Promise((resolve, reject) => {
        asked.push({ name, pos, body })
        const answer = script({ name, pos, body }, asked.length)
        abort.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
        if (answer instanceof Error) reject(answer)
        else if (answer) resolve(answer)
      }),
    doubt: () => {},
    close: () => {},
  })
  const loop = startSyncLoop({
    transports: names.map(transport),
    apply: ({ pos }) => void applied.push(pos),
    openRoom,
    connectionId: 'tab',
    pause: async (ms) => {
      now += ms
    },
    now: () => now,
    onConnected: () => {},
  })
  return { loop, asked, applied, openRoom }
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
const unreachable = () => new CallError(0, {})

test('each answer is followed from its position', async (t) => {
  const { loop, asked, applied } = world((_, nth) => (nth < 3 ? { pos: `p${nth}` } : undefined))
  await turns()
  t.deepEqual(applied, ['p1', 'p2'])
  t.deepEqual(
    asked.map(({ pos }) => pos),
    [undefined, 'p1', 'p2'],
  )
  t.is(loop.connection.value, 'live')
  loop.stop()
})

test('a failure is tried again from the same position', async (t) => {
  const { loop, asked } = world((_, nth) => (nth === 1 ? { pos: 'p1' } : nth === 2 ? unreachable() : undefined))
  await turns()
  t.deepEqual(
    asked.map(({ pos }) => pos),
    [undefined, 'p1', 'p1'],
  )
  loop.stop()
})

test('a forgotten position begins anew', async (t) => {
  const { loop, asked } = world((_, nth) =>
    nth === 1 ? { pos: 'p1' } : nth === 2 ? new CallError(400, { errcode: 'M_UNKNOWN_POS' }) : undefined,
  )
  await turns()
  t.deepEqual(
    asked.map(({ pos }) => pos),
    [undefined, 'p1', undefined],
  )
  loop.stop()
})

test('opening a room interrupts the wait and asks for the room from the same position', async (t) => {
  const { loop, asked, openRoom } = world((_, nth) => (nth === 1 ? { pos: 'p1' } : undefined))
  await turns()
  openRoom.value = '!a'
  await turns()
  t.deepEqual(
    asked.map(({ pos, body }) => [pos, Object.keys(body.room_subscriptions ?? {})]),
    [
      [undefined, []],
      ['p1', []],
      ['p1', ['!a']],
    ],
  )
  loop.stop()
})

test('the window grows until it holds every room', async (t) => {
  const { loop, asked } = world((_, nth) => (nth < 4 ? { pos: `p${nth}`, lists: { rooms: { count: 150 } } } : undefined))
  await turns()
  t.deepEqual(
    asked.map(({ body }) => body.lists?.['rooms']?.ranges?.[0]?.[1]),
    [19, 119, 219, 219],
  )
  loop.stop()
})

test('a transport that keeps failing gives way to the next, which goes on from the position', async (t) => {
  const { loop, asked } = world(
    ({ name }, nth) => (name === 'socket' ? (nth === 1 ? { pos: 'p1' } : unreachable()) : undefined),
    ['socket', 'long-poll'],
  )
  await turns()
  t.deepEqual(
    asked.map(({ name, pos }) => `${name} ${pos}`),
    ['socket undefined', 'socket p1', 'socket p1', 'long-poll p1'],
  )
  loop.stop()
})

test('without any server the page says so, and goes on trying', async (t) => {
  const { loop, asked } = world((_, nth) => (nth === 1 ? { pos: 'p1' } : nth < 8 ? unreachable() : undefined), ['socket', 'long-poll'])
  await turns()
  t.is(loop.connection.value, 'away')
  t.deepEqual([...new Set(asked.map(({ name }) => name))], ['socket', 'long-poll'])
  loop.stop()
})
