import { attempt, type Command, type Print } from './command.ts'

interface Needs {
  /** The secret of a new link; earlier ones are void. */
  readonly createAdminLink: () => Promise<string>
  /** Where the web client is, without a slash at the end. */
  readonly baseUrl: string
  readonly print: Print
}

/** The place of the web client where the bearer of `secret` signs up; behind the `#`, so that no server or proxy sees it. */
export const registerLink = (baseUrl: string, secret: string): string => `${baseUrl}/#/register?token=${encodeURIComponent(secret)}`

/** `hallway admin-link`: prints a link by which one administrator signs up; it may run beside the server. */
export const createAdminLinkCommand =
  ({ createAdminLink, baseUrl, print }: Needs): Command =>
  async (args) => {
    if (args.length > 0) {
      print('Usage: hallway admin-link')
      return 2
    }
    return attempt(print, async () => {
      const link = registerLink(baseUrl, await createAdminLink())
      print('By this link one administrator signs up, within a day; earlier links are void:')
      print(link)
    })
  }
