import { cpuFigures, medianFigure } from '../figures.ts'
import type { Bench, Figure, Measure } from '../measure.ts'
import { sendMessages } from '../send-messages.ts'

/** CPU a message in a room of `size`, one value a run. */
const cpuInRoomOf = async (bench: Bench, size: number, roomId: string): Promise<(number | undefined)[]> => {
  const { server, people } = await bench.subject()
  const senders = (await people.take(size)).slice(0, 10)
  const forMs = bench.quick ? 1000 : 5000
  const runs: (number | undefined)[] = []
  for (let run = 0; run < bench.runs; run++)
    runs.push((await sendMessages({ server, senders, roomIds: [roomId], forMs })).cpuMs)
  return runs
}

/** What members cost who do nothing: CPU a message in one room of 10 and of 1,000, nobody syncing. */
export const roomSize: Measure = {
  name: 'room-size',
  async take(bench) {
    const { people } = await bench.subject()
    const [few, many] = bench.quick ? [10, 60] : [10, 1000]
    bench.progress(`rooms of ${few} and ${many}`)
    const small = await people.makeRoom('Few members', await people.take(few))
    const large = await people.makeRoom('Many members', await people.take(many))
    await cpuInRoomOf({ ...bench, runs: 1 }, few, small) // warms the server
    const inSmall = await cpuInRoomOf(bench, few, small)
    const inLarge = await cpuInRoomOf(bench, many, large)
    const figures: Figure[] = [...cpuFigures(`a message, ${few} members`, inSmall), ...cpuFigures(`a message, ${many} members`, inLarge)]
    const [cpuFew, cpuMany] = figures
    if (!cpuFew || !cpuMany) return figures
    const ratio = cpuMany.value / cpuFew.value
    return [...figures, medianFigure(`a message, ${many} to ${few} members`, '×', [ratio], { most: 1.3, of: 'value' })]
  },
}
