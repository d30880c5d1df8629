import { existsSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const shared = '/dev/shm'

/**
 * Where files of tests lie that need no disk: in memory, if the machine has gigabytes of it to spare; else where temporary files do.
 * What flushes is still told to flush; only the disk's time is saved.
 */
export const memoryFolder = (gigabytes = 4): string => {
  if (!existsSync(shared)) return tmpdir()
  const { bavail, bsize } = statfsSync(shared)
  return bavail * bsize >= gigabytes * 2 ** 30 ? shared : tmpdir()
}
