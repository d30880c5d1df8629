import { medianFigure } from '../figures.ts'
import type { Measure } from '../measure.ts'

/** Bytes on disk an event, after a clean stop: by how much the files (or the database) grew for the filled database's messages. */
export const disk: Measure = {
  name: 'disk',
  async take({ installations, progress }) {
    if (!installations) return []
    progress('disk')
    const { events, emptyBytes, filledBytes } = await installations.filled()
    const each = (filledBytes - emptyBytes) / events
    return [medianFigure('disk an event', 'bytes', [each], { most: 2500, of: 'value', engines: ['sqlite'] })]
  },
}
