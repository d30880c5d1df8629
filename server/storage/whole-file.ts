import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const flush = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a file that is either whole, flushed to disk and readable by its owner alone, or not there: `fill` writes to an empty
 * file beside it, which then takes its name. A process that is killed leaves `….partial-…` behind at worst.
 */
export const writeWholeFile = async (file: string, fill: (partial: string) => Promise<void>): Promise<void> => {
  const partial = `${file}.partial-${randomBytes(4).toString('hex')}`
  try {
    await (await open(partial, 'wx', 0o600)).close()
    await fill(partial)
    await flush(partial)
    await rename(partial, file)
    await flush(dirname(file))
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
