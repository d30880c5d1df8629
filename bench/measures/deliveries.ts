import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arrivals, createArrivals, type Tally } from '../arrivals.ts'
import { type Connection, createConnection, formatRequest } from '../connection.ts'
import { cpuFigures, medianFigure } from '../figures.ts'
import type { RunningServer } from '../installation.ts'
import { type Bench, type Figure, type Measure, spending } from '../measure.ts'
import { messageRequest, type Person } from '../message.ts'
import { percentile } from '../percentile.ts'
import { NotServed, openLiveSockets } from '../receivers/live-socket.ts'
import { openLongPolls } from '../receivers/long-poll.ts'
import type { OpenReceivers, Receivers } from '../receivers/receivers.ts'

/** Milliseconds between messages: two a second. */
const EVERY_MS = 500
/** Deliveries before anything is measured, so that the server has run as warm as the yardstick has, however many receivers there are. */
const WARMING = 3000
/** Nothing has reached anybody for this long: what is missing will not come. */
const GIVE_UP_MS = 10_000

interface Transport {
  readonly name: string
  readonly open: OpenReceivers
  /** CPU a delivery, in multiples of Y. */
  readonly mostCpu: number
}

const TRANSPORTS: readonly Transport[] = [
  { name: 'long-poll', open: openLongPolls, mostCpu: 6 },
  { name: 'WebSocket', open: openLiveSockets, mostCpu: 2 },
]

/** Waits until nobody has been answered for `quietMs`: what logging in and presence set going is over. */
const untilQuiet = async (receivers: Receivers, quietMs: number): Promise<void> => {
  const patience = performance.now() + 60_000
  while (performance.now() - receivers.lastAnswerAt() < quietMs && performance.now() < patience) await sleep(100)
}

/** A room with its sender, and those who wait in it. */
interface Scene {
  readonly server: RunningServer
  readonly roomId: string
  readonly sender: Person
  readonly receivers: Receivers
  readonly size: number
  /** Where arrivals go: to the run that goes on. */
  readonly listen: { to?: (receiver: number, text: string, at: number) => void }
}

/** Sends `count` messages at a steady pace, whether or not the one before is answered yet. */
const sendSteadily = async ({ server, sender, roomId }: Scene, count: number, mark: string, arrivals: Arrivals): Promise<void> => {
  const { address } = server
  const idle: Connection[] = []
  const send = async (number: number): Promise<void> => {
    const connection = idle.pop() ?? createConnection(address)
    const request = formatRequest(address, messageRequest(sender, roomId, `${mark}${number}`, `${mark}${number};`))
    arrivals.sent(number, performance.now())
    const { status } = await connection.send(request)
    if (status !== 200) throw new Error(`A message to be delivered was answered ${status}`)
    idle.push(connection)
  }
  const start = performance.now()
  const inTurn = Array.from({ length: count }, async (_, number) => {
    await sleep(Math.max(0, number * EVERY_MS - (performance.now() - start)))
    await send(number)
  })
  await Promise.all(inTurn)
  for (const connection of idle) connection.close()
}

interface Run {
  readonly tally: Tally
  readonly cpuMs: number | undefined
}

/** `count` messages to receivers that wait already. */
const runOnce = async (scene: Scene, count: number): Promise<Run> => {
  const { server, receivers, size, listen } = scene
  const mark = `${randomBytes(4).toString('hex')}.`
  const arrivals = createArrivals(size)
  listen.to = (receiver, text, at) => {
    if (text.startsWith(mark)) arrivals.arrived(receiver, Number.parseInt(text.slice(mark.length), 10), at)
  }
  const { cpuMs } = await spending(server, async () => {
    await sendSteadily(scene, count, mark, arrivals)
    const sentAt = performance.now()
    while (!arrivals.complete() && performance.now() - Math.max(sentAt, receivers.lastAnswerAt()) < GIVE_UP_MS) await sleep(5)
    await sleep(200) // a doubled one would follow its first
  })
  const failure = receivers.failure()
  if (failure) throw failure
  const tally = arrivals.tally()
  return { tally, cpuMs: cpuMs === undefined ? undefined : cpuMs / tally.deliveries }
}

/** `all` are the `runs` and the one that came before them to warm the server: a loss there is a loss, too. */
const figuresOf = (size: number, { name, mostCpu }: Transport, runs: readonly Run[], all: readonly Run[]): Figure[] => {
  const where = `${size} by ${name}`
  const untilLast = runs.flatMap(({ tally }) => tally.untilLast)
  const each = runs.flatMap(({ tally }) => tally.each)
  const total = (count: (tally: Tally) => number) => all.reduce((sum, { tally }) => sum + count(tally), 0)
  const none = { most: 0, of: 'value' } as const
  const inTime = name === 'WebSocket' && size >= 500 ? ({ most: 500, of: 'value' } as const) : undefined
  return [
    medianFigure(`PUT to the last, ${where}, p50`, 'ms', [percentile(untilLast, 0.5)]),
    medianFigure(`PUT to the last, ${where}, p99`, 'ms', [percentile(untilLast, 0.99)], inTime),
    medianFigure(`PUT to each, ${where}, p50`, 'ms', [percentile(each, 0.5)]),
    medianFigure(`missed, ${where}`, 'count', [total(({ missed }) => missed)], none),
    medianFigure(`doubled, ${where}`, 'count', [total(({ doubled }) => doubled)], none),
    ...cpuFigures(
      `a delivery, ${where}`,
      runs.map(({ cpuMs }) => cpuMs),
      { most: mostCpu, of: 'yardstick', engines: ['sqlite'] },
    ),
  ]
}

const takeWith = async (bench: Bench, transport: Transport, size: number, roomId: string): Promise<Figure[]> => {
  const { server, people } = await bench.subject()
  bench.progress(`deliveries to ${size} by ${transport.name}`)
  const [sender, ...waiting] = await people.take(size + 1)
  const listen: Scene['listen'] = {}
  const onMessage = (receiver: number, text: string, at: number) => listen.to?.(receiver, text, at)
  const receivers = await transport.open({ address: server.address, people: waiting, roomId, onMessage })
  try {
    await untilQuiet(receivers, bench.quick ? 500 : 2000)
    const scene = { server, roomId, sender: sender as Person, receivers, size, listen }
    const warming = await runOnce(scene, bench.quick ? 2 : WARMING / size)
    const runs: Run[] = []
    for (let run = 0; run < bench.runs; run++) runs.push(await runOnce(scene, bench.quick ? 6 : 30))
    return figuresOf(size, transport, runs, [warming, ...runs])
  } finally {
    receivers.close()
  }
}

/** 100 and 500 members of one room who wait, by each transport, and two messages a second. */
export const deliveries: Measure = {
  name: 'deliveries',
  async take(bench) {
    const { people } = await bench.subject()
    const figures: Figure[] = []
    for (const size of bench.quick ? [20] : [100, 500]) {
      bench.progress(`a room of ${size} who will wait`)
      const roomId = await people.makeRoom(`Deliveries to ${size}`, await people.take(size + 1))
      for (const transport of TRANSPORTS) {
        try {
          figures.push(...(await takeWith(bench, transport, size, roomId)))
        } catch (error) {
          if (!(error instanceof NotServed)) throw error
          bench.progress(`skipped: ${error.message}`)
        }
      }
    }
    return figures
  },
}
