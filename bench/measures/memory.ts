import { setTimeout as sleep } from 'node:timers/promises'
import { medianFigure } from '../figures.ts'
import type { Installation } from '../installation.ts'
import type { Figure, Measure } from '../measure.ts'

const MB = 1_000_000

/** PSS of the server, and of the server with its database, after `idleMs` of doing nothing. */
const takeOf = async (where: string, installation: Installation, idleMs: number): Promise<Figure[]> => {
  const server = await installation.launch()
  try {
    await sleep(idleMs)
    const own = (server.ownMeter?.pssBytes() ?? Number.NaN) / MB
    const all = (server.meter?.pssBytes() ?? Number.NaN) / MB
    const figures = [medianFigure(`idle memory, ${where}`, 'MB', [own], { most: 150, of: 'value' })]
    return all > own * 1.01 ? [...figures, medianFigure(`idle memory, ${where}, with the database server`, 'MB', [all])] : figures
  } finally {
    await server.stop()
  }
}

/** Memory (PSS) a minute after the start, nobody connected. */
export const memory: Measure = {
  name: 'memory',
  async take({ installations, quick, progress }) {
    if (!installations) return []
    const idleMs = quick ? 3000 : 60_000
    progress('idle memory')
    const { installation, events } = await installations.filled()
    return [...(await takeOf('empty', await installations.empty(), idleMs)), ...(await takeOf(`${events} events`, installation, idleMs))]
  },
}
