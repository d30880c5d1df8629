import { medianFigure } from '../figures.ts'
import type { Installation } from '../installation.ts'
import type { Figure, Limit, Measure } from '../measure.ts'

const LIMIT: Limit = { most: 1000, of: 'value' }

const startOnce = async (installation: Installation): Promise<number> => {
  const server = await installation.launch()
  await server.stop()
  return server.startedInMs
}

/** From spawning the server to the first 200 of `/versions`: on nothing at all, and on a filled database. */
export const startup: Measure = {
  name: 'startup',
  async take({ installations, runs, progress }): Promise<Figure[]> {
    if (!installations) return []
    progress('start-up on an empty database')
    const empty: number[] = []
    for (let run = 0; run < runs; run++) empty.push(await startOnce(await installations.empty()))
    const { installation, events } = await installations.filled()
    progress('start-up on the filled database')
    const filled: number[] = []
    for (let run = 0; run < runs; run++) filled.push(await startOnce(installation))
    return [medianFigure('start-up, empty', 'ms', empty, LIMIT), medianFigure(`start-up, ${events} events`, 'ms', filled, LIMIT)]
  },
}
