/** What to tell people when the server has started. */
export interface StartFacts {
  /** Whether this is the first start on this database. */
  readonly fresh: boolean
  readonly serverName: string
  /** Where the server listens, such as `http://127.0.0.1:8008`. */
  readonly listening: readonly string[]
  readonly registration: 'closed' | 'by token' | 'open'
  readonly federation: 'closed' | 'allowlist' | 'open'
}

/** Tells what a person who starts the server should know; its log has none of it. */
export type TellStart = (facts: StartFacts) => Promise<void>

interface Needs {
  /** Where a person reads along, if one does. */
  readonly terminal: { readonly isTTY?: boolean; write(text: string): unknown }
  /** A new link by which the first administrator signs up. */
  readonly createAdminLink: () => Promise<string>
}

interface Listener {
  readonly publicUrl: string | undefined
  readonly address: string
  readonly port: number
  readonly tls: boolean
}

/** Where people reach the web client, without a slash at the end: the public address, or else the one it listens at. */
export const baseUrlOf = ({ publicUrl, address, port, tls }: Listener): string => {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '')
  // These mean every address of the machine, and are none to go to.
  const host = ['0.0.0.0', '::', ''].includes(address) ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `${tls ? 'https' : 'http'}://${host}:${port}`
}

const signingUp = {
  closed: 'Nobody can sign up.',
  'by token': 'Signing up is closed but to those whom an administrator invites.',
  open: 'Anyone can sign up.',
} as const

const federating = {
  closed: 'Federation is closed: other servers are neither called nor answered.',
  allowlist: 'Federation is open to the servers that the configuration lists.',
  open: 'Federation is open.',
} as const

const ofTheName = (serverName: string): string[] =>
  serverName === 'localhost'
    ? [
        'Its name is "localhost", and a name cannot be changed later: nothing ever federates under this one.',
        'For more than a trial, set server_name in config.yaml to a domain of yours and begin with an empty data_dir.',
      ]
    : [`Its name is "${serverName}", and a name cannot be changed later.`]

/**
 * On a terminal it prints where the server listens, and at the first start the rest, with the first administrator's link.
 * Without one it prints nothing: output is a log then, and a log must not have the link; `hallway admin-link` makes one.
 */
export const createTellStart =
  ({ terminal, createAdminLink }: Needs): TellStart =>
  async ({ fresh, serverName, listening, registration, federation }) => {
    if (terminal.isTTY !== true) return
    const lines = [`Hallway listens at ${listening.join(' and ')}`]
    if (fresh) {
      lines.push(
        ...ofTheName(serverName),
        `${signingUp[registration]} ${federating[federation]}`,
        'The first administrator signs up here, once, within a day (hallway admin-link makes another link):',
        `  ${await createAdminLink()}`,
      )
    }
    terminal.write(`${lines.join('\n')}\n`)
  }
