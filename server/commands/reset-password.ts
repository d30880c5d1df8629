import type { UserId } from '../../spec/identifiers.ts'
import { attempt, type Command, type Print } from './command.ts'

interface Needs {
  /** The secret of a one-time link. @throws M_NOT_FOUND without such an account */
  readonly createReset: (userId: UserId) => Promise<string>
  readonly serverName: string
  /** Where the web client is, without a slash at the end. */
  readonly baseUrl: string
  readonly print: Print
}

/** `hallway reset-password USER`: prints a link by which somebody who is locked out sets a new password; it may run beside the server. */
export const createResetPasswordCommand =
  ({ createReset, serverName, baseUrl, print }: Needs): Command =>
  async (args) => {
    const [user] = args
    if (user === undefined || user === '' || args.length > 1 || user.startsWith('-')) {
      print(`Usage: hallway reset-password USER, such as alice or @alice:${serverName}`)
      return 2
    }
    const userId: UserId = user.startsWith('@') ? (user as UserId) : `@${user}:${serverName}`
    return attempt(print, async () => {
      const secret = await createReset(userId)
      print(`By this link ${userId} sets a new password, once, within a day; all sessions end then:`)
      print(`${baseUrl}/#/reset?token=${encodeURIComponent(secret)}`)
    })
  }
