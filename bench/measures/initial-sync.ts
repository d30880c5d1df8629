import { createConnection, formatRequest } from '../connection.ts'
import { cpuFigures, medianFigure } from '../figures.ts'
import { inParallel } from '../in-parallel.ts'
import { type Bench, type Figure, type Measure, spending } from '../measure.ts'
import type { Person } from '../message.ts'
import { percentile } from '../percentile.ts'
import { sendMessages } from '../send-messages.ts'

const MESSAGES_A_ROOM = 10

/** Rooms with a few messages each, and everybody of `members` in them. */
const makeRooms = async (bench: Bench, count: number, members: readonly Person[]): Promise<void> => {
  const { server, people } = await bench.subject()
  const owner = members[0] as Person
  const numbers = Array.from({ length: count }, (_, number) => number)
  const roomIds = await inParallel(numbers, 4, (number) => people.makeRoom(`Initial sync ${number}`, members))
  await sendMessages({ server, senders: [owner], roomIds, requests: count * MESSAGES_A_ROOM })
}

/** The first `/sync` of people with 200 rooms, one after the other; each has never synced before. */
export const initialSync: Measure = {
  name: 'initial-sync',
  async take(bench): Promise<Figure[]> {
    const { server, people } = await bench.subject()
    const { address } = server
    const rooms = bench.quick ? 20 : 200
    bench.progress(`initial sync of ${rooms} rooms`)
    const members = await people.fresh(6)
    await makeRooms(bench, rooms, members)
    const connection = createConnection(address)
    const sync = async ({ token }: Person) => {
      const sentAt = performance.now()
      const request = formatRequest(address, { method: 'GET', path: '/_matrix/client/v3/sync', token })
      const { status, body, arrivedAt } = await connection.send(request)
      const joined = (JSON.parse(body.toString()) as { rooms?: { join?: object } }).rooms?.join ?? {}
      if (status !== 200 || Object.keys(joined).length < rooms)
        throw new Error(`An initial sync was answered ${status} with ${Object.keys(joined).length} rooms of ${rooms}`)
      return { wallMs: arrivedAt - sentAt, bytes: body.length }
    }
    const [first, ...others] = members
    await sync(first as Person) // the owner sent the messages and only warms the server
    const { result: syncs, cpuMs } = await spending(server, () => inParallel(others, 1, sync))
    connection.close()
    const walls = syncs.map(({ wallMs }) => wallMs)
    const what = `initial sync, ${rooms} rooms`
    return [
      // The CPU is of five in a row: one alone is only some clock ticks long.
      ...cpuFigures(what, [cpuMs === undefined ? undefined : cpuMs / syncs.length], { most: 150, of: 'value', engines: ['sqlite'] }),
      medianFigure(what, 'ms', [percentile(walls, 0.5)]),
      medianFigure(
        what,
        'bytes',
        syncs.map(({ bytes }) => bytes),
      ),
    ]
  },
}
