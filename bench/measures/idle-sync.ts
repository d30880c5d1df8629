import { formatRequest } from '../connection.ts'
import { cpuFigures, medianFigure } from '../figures.ts'
import { runLoad, SENDERS } from '../load.ts'
import { type Measure, spending } from '../measure.ts'
import type { Person } from '../message.ts'
import { percentile } from '../percentile.ts'

const PEOPLE = 20

/** `/sync` with a token, `timeout=0` and nothing new, by 16 people in twenty rooms: what a poll costs when all is quiet. */
export const idleSync: Measure = {
  name: 'idle-sync',
  async take(bench) {
    const { server, people } = await bench.subject()
    const { address } = server
    bench.progress('idle sync')
    const members = await people.take(PEOPLE)
    for (let room = 0; room < 20; room++) await people.makeRoom(`Idle ${room}`, members)
    const since: string[] = []
    const sync = (requests: number) =>
      runLoad({
        address,
        connections: SENDERS,
        requests,
        next(index) {
          const query = since[index] === undefined ? '' : `&since=${encodeURIComponent(since[index])}`
          const token = (members[index] as Person).token
          return formatRequest(address, { method: 'GET', path: `/_matrix/client/v3/sync?timeout=0${query}`, token })
        },
        onReply: (index, body) => {
          since[index] = (JSON.parse(body.toString()) as { next_batch: string }).next_batch
        },
      })
    await sync(SENDERS * 10) // the first ones are full, the next ones tell of presence
    const count = bench.quick ? 200 : 3000
    const runs = []
    for (let run = 0; run < bench.runs; run++) {
      const { result, cpuMs } = await spending(server, () => sync(count))
      runs.push({ ...result, cpuMs: cpuMs === undefined ? undefined : cpuMs / result.requests })
    }
    return [
      ...cpuFigures(
        'an idle sync',
        runs.map(({ cpuMs }) => cpuMs),
      ),
      medianFigure(
        'an idle sync, p50',
        'ms',
        runs.map(({ latencies }) => percentile(latencies, 0.5)),
      ),
      medianFigure(
        'an idle sync, p99',
        'ms',
        runs.map(({ latencies }) => percentile(latencies, 0.99)),
      ),
    ]
  },
}
