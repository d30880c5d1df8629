import { cpuFigures, medianFigure } from '../figures.ts'
import type { Measure } from '../measure.ts'
import { sendMessages } from '../send-messages.ts'

/** What members cost who do nothing: CPU a message in one room of 10 and of 1,000, nobody syncing. */
export const roomSize: Measure = {
  name: 'room-size',
  async take(bench) {
    const { server, people } = await bench.subject()
    const [few, many] = bench.quick ? [10, 60] : [10, 1000]
    bench.progress(`rooms of ${few} and ${many}`)
    const members = await people.take(many)
    const senders = members.slice(0, few)
    const small = await people.makeRoom('Few members', senders)
    const large = await people.makeRoom('Many members', members)
    const cpuIn = async (roomId: string, forMs: number) => (await sendMessages({ server, senders, roomIds: [roomId], forMs })).cpuMs
    await cpuIn(small, bench.quick ? 500 : 3000) // warms the server
    const inSmall: (number | undefined)[] = []
    const inLarge: (number | undefined)[] = []
    for (let run = 0; run < bench.runs; run++) {
      // In turn, so that whatever else the machine does falls on both.
      inSmall.push(await cpuIn(small, bench.quick ? 1000 : 5000))
      inLarge.push(await cpuIn(large, bench.quick ? 1000 : 5000))
    }
    const figures = [...cpuFigures(`a message, ${few} members`, inSmall), ...cpuFigures(`a message, ${many} members`, inLarge)]
    const [cpuFew, cpuMany] = figures
    if (!cpuFew || !cpuMany) return figures
    const ratio = cpuMany.value / cpuFew.value
    return [...figures, medianFigure(`a message, ${many} to ${few} members`, '×', [ratio], { most: 1.3, of: 'value' })]
  },
}
