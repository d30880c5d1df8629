import { parseArgs } from 'node:util'
import { type Level, minorOf } from './check.ts'
import type { Admission } from './people.ts'

/** The command line was not understood; exit code 3. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What the command line asks for. */
export interface Options {
  readonly action: 'run' | 'list' | 'explain' | 'diff' | 'help'
  /** The IDs or files after the action. */
  readonly operands: readonly string[]
  readonly baseUrl: string | undefined
  readonly serverName: string | undefined
  readonly target: string | undefined
  readonly admission: Admission | undefined
  readonly sharedSecret: string | undefined
  readonly run: readonly string[]
  readonly skip: readonly string[]
  readonly area: readonly string[]
  readonly clause: readonly string[]
  readonly spec: string | undefined
  readonly roomVersion: string | undefined
  readonly level: Level | undefined
  readonly failedFrom: string | undefined
  readonly seed: number
  readonly shuffle: boolean
  readonly repeat: number
  readonly parallel: number
  readonly patience: number
  readonly knownFailures: string | undefined
  readonly updateKnown: boolean
  readonly json: string | undefined
  readonly junit: string | undefined
  readonly html: string | undefined
  readonly mutate: boolean
  readonly mutateAll: boolean
}

export const usage = `Judges a Matrix homeserver by what it says over HTTP.

  npm run conformance -- --base-url URL [--server-name NAME] [options]
  npm run conformance -- --target NAME [options]     starts conformance/targets/NAME/launch
  npm run conformance -- --list | --explain ID | diff BEFORE.json AFTER.json

Which server
  --base-url URL           where its client API is
  --server-name NAME       its name; asked of it if not given
  --target NAME            start this one, and hold it against conformance/targets/NAME.known-failures.txt
  --shared-secret SECRET   register people by /_synapse/admin/v1/register
  --token TOKEN            an access token of a ready-made account; once for each of at least two accounts

Which checks
  --run TEXT               only those whose ID contains TEXT (or matches, with *); may be repeated, as may the next three
  --skip TEXT              not those
  --area NAME              only this area, the part of an ID before the slash
  --clause TEXT            only those whose clause contains TEXT
  --level must|should|may  only those as binding as this, or more
  --spec v1.N              only what is in the specification up to this version
  --room-version N         make rooms of this version, and leave out checks about others
  --failed-from FILE       only those that did not pass in that JSON report
  --list, --explain ID     say what there is; nothing is run

How
  --parallel N (8)  --patience MS (10000)  --repeat N (1)  --shuffle  --seed N
  --known-failures FILE, --update-known    the list of expected failures; rewrite it
  --json FILE  --junit FILE  --html FILE   reports
  --mutate                 break the answers one way at a time, and list the checks that no break turned red
  --mutate-all             the same, without stopping at a check's first red

Exit codes: 0 as expected, 1 unexpected failures, 2 only unexpected passes, 3 usage, 4 server unreachable or died, 5 suite error.`

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const
const declared = {
  'base-url': text,
  'server-name': text,
  target: text,
  'shared-secret': text,
  token: texts,
  run: texts,
  skip: texts,
  area: texts,
  clause: texts,
  spec: text,
  'room-version': text,
  level: text,
  'failed-from': text,
  list: flag,
  explain: text,
  seed: text,
  shuffle: flag,
  repeat: text,
  parallel: text,
  patience: text,
  'known-failures': text,
  'update-known': flag,
  json: text,
  junit: text,
  html: text,
  mutate: flag,
  'mutate-all': flag,
  help: flag,
} as const

/** @throws UsageError, with one sentence, for what cannot be understood. */
export const parseOptions = (args: readonly string[]): Options => {
  const { values, positionals } = parsed(args)
  const action = values.help
    ? 'help'
    : values.list
      ? 'list'
      : values.explain !== undefined
        ? 'explain'
        : positionals[0] === 'diff'
          ? 'diff'
          : 'run'
  if (action !== 'diff' && positionals.length > 0) throw new UsageError(`Nothing is known of "${positionals[0]}"; see --help.`)
  if (action === 'diff' && positionals.length !== 3) throw new UsageError('Name two reports: diff BEFORE.json AFTER.json.')
  if (action === 'run' && (values['base-url'] === undefined) === (values.target === undefined)) {
    throw new UsageError('Name the server: either --base-url URL or --target NAME.')
  }
  const { level, spec, token } = values
  if (level !== undefined && level !== 'must' && level !== 'should' && level !== 'may')
    throw new UsageError('--level is must, should or may.')
  if (spec !== undefined && minorOf(spec) === 0) throw new UsageError('--spec is a version such as v1.11.')
  const mutate = values.mutate === true || values['mutate-all'] === true
  return {
    action,
    operands: action === 'explain' ? [values.explain as string] : positionals.slice(1),
    baseUrl: values['base-url']?.replace(/\/+$/, ''),
    serverName: values['server-name'],
    target: values.target,
    sharedSecret: values['shared-secret'],
    admission:
      token !== undefined
        ? { by: 'tokens', tokens: token }
        : values['shared-secret'] !== undefined
          ? { by: 'shared-secret', secret: values['shared-secret'] }
          : undefined,
    run: values.run ?? [],
    skip: values.skip ?? [],
    area: values.area ?? [],
    clause: values.clause ?? [],
    spec,
    roomVersion: values['room-version'],
    level,
    failedFrom: values['failed-from'],
    seed: whole('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
    shuffle: values.shuffle === true,
    repeat: whole('repeat', values.repeat, 1),
    parallel: token !== undefined ? 1 : whole('parallel', values.parallel, 8),
    patience: whole('patience', values.patience, mutate ? 2500 : 10_000),
    knownFailures: values['known-failures'],
    updateKnown: values['update-known'] === true,
    json: values.json,
    junit: values.junit,
    html: values.html,
    mutate,
    mutateAll: values['mutate-all'] === true,
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: declared, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const whole = (name: string, value: string | undefined, otherwise: number): number => {
  if (value === undefined) return otherwise
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < (name === 'seed' ? 0 : 1)) throw new UsageError(`--${name} is a whole number.`)
  return number
}
