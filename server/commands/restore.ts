import type { Restore } from '../storage/restore.ts'
import { attempt, type Command, type Print } from './command.ts'

interface Needs {
  readonly restore: Restore
  readonly print: Print
}

/** `hallway restore FILE [--force]`: makes the database what a backup holds. */
export const createRestoreCommand =
  ({ restore, print }: Needs): Command =>
  async (args) => {
    const force = args.includes('--force')
    const [file, ...rest] = args.filter((arg) => arg !== '--force')
    if (file === undefined || rest.length > 0 || file.startsWith('-')) {
      print('Usage: hallway restore FILE [--force]')
      return 2
    }
    return attempt(print, async () => {
      const { movedTo } = await restore(file, { force })
      print(`${file} is restored. Clients will sync afresh.`)
      if (movedTo !== undefined) print(`What was there before is now ${movedTo}; remove it when you no longer need it.`)
    })
  }
