import type { BackUp } from '../storage/backup.ts'
import { attempt, type Command, type Print } from './command.ts'

interface Needs {
  readonly backUp: BackUp
  readonly print: Print
}

/** `hallway backup FILE`: copies the database while the server runs. */
export const createBackupCommand =
  ({ backUp, print }: Needs): Command =>
  async (args) => {
    const [file] = args
    if (file === undefined || args.length > 1 || file.startsWith('-')) {
      print('Usage: hallway backup FILE')
      return 2
    }
    return attempt(print, async () => {
      const { bytes } = await backUp(file)
      print(`${file} holds everything, the signing key too (${bytes} bytes): keep it where nobody else reads it.`)
    })
  }
