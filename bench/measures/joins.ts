import { cpuFigures, medianFigure } from '../figures.ts'
import { inParallel } from '../in-parallel.ts'
import { SENDERS } from '../load.ts'
import { type Bench, type Figure, type Limit, type Measure, spending } from '../measure.ts'
import type { Person } from '../message.ts'
import { median } from '../percentile.ts'

const CPU: Limit = { most: 25, of: 'yardstick', engines: ['sqlite'] }

interface Stretch {
  readonly cpuMs: number | undefined
  readonly wallMs: number
}

/** `members` join one after the other. Costs are of one join. */
const joinInTurn = async (bench: Bench, roomId: string, members: readonly Person[]): Promise<Stretch> => {
  const { server, people } = await bench.subject()
  const walls: number[] = []
  const { cpuMs } = await spending(server, () =>
    inParallel(members, 1, async (person) => {
      const start = performance.now()
      await people.join(person, roomId)
      walls.push(performance.now() - start)
    }),
  )
  return { cpuMs: cpuMs === undefined ? undefined : cpuMs / members.length, wallMs: median(walls) }
}

/** A public room that grows to 1,000 members: what a join costs near its beginning and near its end. */
export const joins: Measure = {
  name: 'joins',
  async take(bench) {
    const { people } = await bench.subject()
    const [early, middle, late, end] = bench.quick ? [10, 30, 60, 80] : [10, 100, 900, 1000]
    const members = await people.take(end)
    const stretches: { early: Stretch; late: Stretch }[] = []
    for (let run = 0; run < bench.runs; run++) {
      bench.progress(`joins, room ${run + 1} of ${bench.runs}`)
      const roomId = await people.makeRoom(`Joins ${run}`, members.slice(0, early))
      const first = await joinInTurn(bench, roomId, members.slice(early, middle))
      await inParallel(members.slice(middle, late), SENDERS, (person) => people.join(person, roomId))
      stretches.push({ early: first, late: await joinInTurn(bench, roomId, members.slice(late, end)) })
    }
    const figures = (where: string, taken: readonly Stretch[]): Figure[] => [
      ...cpuFigures(
        `a join, ${where}`,
        taken.map(({ cpuMs }) => cpuMs),
        CPU,
      ),
      medianFigure(
        `a join, ${where}`,
        'ms',
        taken.map(({ wallMs }) => wallMs),
      ),
    ]
    return [
      ...figures(
        `members ${early} to ${middle}`,
        stretches.map((one) => one.early),
      ),
      ...figures(
        `members ${late} to ${end}`,
        stretches.map((one) => one.late),
      ),
    ]
  },
}
