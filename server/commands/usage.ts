import type { Print } from './command.ts'

interface Needs {
  /** The name most like another, where one is like it at all. */
  readonly nearest: (name: string, known: readonly string[]) => string | undefined
  readonly print: Print
}

/** Each command, how it is called, and what it does. */
export const commandList = [
  { name: 'start', form: 'hallway [start]', what: 'Runs the server.' },
  { name: 'check-config', form: 'hallway check-config', what: 'Tells what is wrong with the configuration.' },
  { name: 'admin-link', form: 'hallway admin-link', what: 'Makes a link by which an administrator signs up.' },
  { name: 'reset-password', form: 'hallway reset-password USER', what: 'Makes a link by which USER sets a new password.' },
  {
    name: 'room',
    form: 'hallway room explain ROOM [EVENT|USER] [--json]',
    what: 'Explains a room, an event of it or a user in it, and why the rules refuse what they refuse.',
  },
  { name: 'backup', form: 'hallway backup FILE', what: 'Copies the database to FILE, while the server runs.' },
  {
    name: 'restore',
    form: 'hallway restore FILE [--force]',
    what: 'Makes the database what FILE holds; --force moves a present one aside.',
  },
  { name: 'help', form: 'hallway help', what: 'Prints this.' },
] as const

/** The name of a command. */
export type CommandName = (typeof commandList)[number]['name']

/** Reads the command line. */
export interface Usage {
  /** What to run; `undefined`: what was asked is printed, and `code` is how to exit. */
  read(
    args: readonly string[],
  ):
    | { readonly command: Exclude<CommandName, 'help'>; readonly rest: readonly string[] }
    | { readonly command: undefined; readonly code: number }
}

const help = (): string[] => {
  const width = Math.max(...commandList.map(({ form }) => form.length))
  return [
    ...commandList.map(({ form, what }) => `${form.padEnd(width)}  ${what}`),
    '',
    'The configuration is config.yaml in the working folder, or the file that HALLWAY_CONFIG names; config.example.yaml explains it.',
  ]
}

/** Without a command, the server starts; an unknown one ends with 2 and the nearest name. */
export const createUsage = ({ nearest, print }: Needs): Usage => ({
  read: ([name = 'start', ...rest]) => {
    if (['help', '--help', '-h'].includes(name)) {
      for (const line of help()) print(line)
      return { command: undefined, code: 0 }
    }
    const names = commandList.map((command) => command.name)
    const command = names.find((known) => known === name)
    if (command !== undefined && command !== 'help') return { command, rest }
    const near = nearest(name, names)
    print(`There is no command "${name}"${near === undefined ? '; hallway help lists them' : `; did you mean "${near}"?`}`)
    return { command: undefined, code: 2 }
  },
})
