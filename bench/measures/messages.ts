import { cpuFigures, medianFigure } from '../figures.ts'
import type { Bench, Figure, Limit, Measure } from '../measure.ts'
import type { Person } from '../message.ts'
import { percentile } from '../percentile.ts'
import { type SentMessages, sendMessages } from '../send-messages.ts'

const PEOPLE = 20
const CPU: Limit = { most: 5.5, of: 'yardstick', engines: ['sqlite'] }
const RATE: Limit = { least: 0.22, of: 'yardstick', engines: ['sqlite'] }

const takeIn = async (bench: Bench, where: string, senders: readonly Person[], roomIds: readonly string[]): Promise<Figure[]> => {
  const { server } = await bench.subject()
  const forMs = bench.quick ? 1500 : 10_000
  bench.progress(`messages in ${where}`)
  await sendMessages({ server, senders, roomIds, forMs: bench.quick ? 500 : 3000 }) // warms what a server compiles or caches
  const runs: SentMessages[] = []
  for (let run = 0; run < bench.runs; run++) runs.push(await sendMessages({ server, senders, roomIds, forMs }))
  const latency = (share: number) => runs.map(({ latencies }) => percentile(latencies, share))
  return [
    medianFigure(
      `messages, ${where}`,
      'per s',
      runs.map(({ perSecond }) => perSecond),
      RATE,
    ),
    medianFigure(`PUT to reply, ${where}, p50`, 'ms', latency(0.5)),
    medianFigure(`PUT to reply, ${where}, p99`, 'ms', latency(0.99)),
    ...cpuFigures(
      `a message, ${where}`,
      runs.map(({ cpuMs }) => cpuMs),
      CPU,
    ),
  ]
}

/** 16 senders at once, nobody syncing: in twenty rooms of twenty members, and all in one of them. */
export const messages: Measure = {
  name: 'messages',
  async take(bench) {
    const { people } = await bench.subject()
    const members = await people.take(PEOPLE)
    const roomIds: string[] = []
    for (let room = 0; room < 20; room++) roomIds.push(await people.makeRoom(`Messages ${room}`, members))
    return [
      ...(await takeIn(bench, '20 rooms of 20', members, roomIds)),
      ...(await takeIn(bench, 'one room of 20', members, roomIds.slice(0, 1))),
    ]
  },
}
