import { Ajv, type SchemaValidateFunction } from 'ajv'
import { isAbsolute, join } from 'node:path'
import { isMap, isScalar, LineCounter, type Node, parse as parseYaml, parseDocument } from 'yaml'
import { nearest, type Origin, problemOf } from './config-problems.ts'
import { configSchema, type Settings } from './config-schema.ts'
import { parseDuration, parseSize } from './config-units.ts'
import type { LimitClass, Rate } from './http/rate-limit.ts'

/** The configuration is wrong: `problems` tells each fault in a line, with its place. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Where the data are, made out of the section `database`. */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly maxConnections: number }

/** The configuration: the file's keys under their own names, and what follows from several of them. */
export type Config = Settings & {
  readonly databaseAddress: DatabaseAddress
  /** The rates by class; `undefined`: nothing is limited. */
  readonly rates: { readonly [C in LimitClass]: Rate } | undefined
}

interface Sources {
  /** The file's text; `undefined`: there is no file. */
  readonly text: string | undefined
  /** What the file is called in complaints. */
  readonly file: string
  /** `HALLWAY_PORT=8009`, `HALLWAY_FEDERATION__MODE=open`: each goes before the file; values are read as YAML. */
  readonly env: { readonly [name: string]: string | undefined }
}

/** @throws ConfigError with every fault found */
export const readConfig = ({ text, file, env }: Sources): Config => {
  const lines = new LineCounter()
  const document = parseDocument(text ?? '', { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`)
  if (broken.length > 0) throw new ConfigError(broken)
  const settings = withoutEmpty(document.toJS() ?? {})
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new ConfigError([`${file}: write settings as "name: value"`])

  const overrides = new Map<string, string>()
  const problems = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isOurs(name) ? override(settings as Tree, overrides, name, value) : [],
  )
  const originOf: Origin = (path, key) => {
    const whole = key === undefined ? path : [...path, key]
    const variable = overrides.get(whole.join('.'))
    if (variable !== undefined) return variable
    const line = lineOf(document.contents, whole, lines)
    return line === undefined ? undefined : `${file}:${line}`
  }
  if (!accepts(settings)) problems.push(...(accepts.errors ?? []).map((error) => problemOf(error, originOf)))
  if (problems.length > 0) throw new ConfigError(problems)
  const checked = settings as Settings
  const contradictions = contradictionsIn(checked)
  if (contradictions.length > 0) throw new ConfigError(contradictions.map((sentence) => `${file}: ${sentence}`))
  return { ...checked, databaseAddress: databaseAddressOf(checked), rates: ratesOf(checked) }
}

interface Tree {
  [name: string]: unknown
}

const ajv = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true, verbose: true, strict: true })
for (const [keyword, parse] of [
  ['duration', parseDuration],
  ['size', parseSize],
] as const) {
  const validate: SchemaValidateFunction = (_on: true, value: unknown, _schema, context) => {
    const parsed = parse(value)
    if (parsed !== undefined && context !== undefined) (context.parentData as Tree)[context.parentDataProperty] = parsed
    return parsed !== undefined
  }
  ajv.addKeyword({ keyword, schemaType: 'boolean', modifying: true, errors: false, validate })
}
const { default: _empty, ...schema } = configSchema
const accepts = ajv.compile(schema)

/** Variables of the tests and of the launcher are not settings. */
const isOurs = (name: string): boolean => name.startsWith('HALLWAY_') && !/^HALLWAY_(TEST_|DEV_|CONFIG$)/.test(name)

interface Level {
  readonly type?: string
  readonly properties?: object
}

/** Puts one variable into the settings; returns what is wrong with it. */
const override = (settings: Tree, overrides: Map<string, string>, name: string, value: string): string[] => {
  const path = name.slice('HALLWAY_'.length).toLowerCase().split('__')
  let tree = settings
  let level: Level = configSchema
  for (const [index, key] of path.entries()) {
    const known = new Map<string, Level>(Object.entries(level.properties ?? {}))
    const next = known.get(key)
    if (next === undefined) {
      const near = nearest(key, [...known.keys()])
      const hint = near === undefined ? '' : `; did you mean HALLWAY_${[...path.slice(0, index), near].join('__').toUpperCase()}?`
      return [`${name}: there is no setting "${path.slice(0, index + 1).join('.')}"${hint}`]
    }
    level = next
    if (index === path.length - 1) tree[key] = level.type === 'string' ? value : asYaml(value)
    else {
      const below = tree[key]
      if (typeof below !== 'object' || below === null) tree[key] = {}
      tree = tree[key] as Tree
    }
  }
  overrides.set(path.join('.'), name)
  return []
}

/** Text that is not YAML stays text, and the schema says what is asked instead. */
const asYaml = (value: string): unknown => {
  try {
    return parseYaml(value)
  } catch {
    return value
  }
}

/** A section whose settings are all commented out is as good as absent. */
const withoutEmpty = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutEmpty(inner)]])))
}

/** The line of the file where the setting at `path` is named. */
const lineOf = (root: Node | null, path: readonly string[], lines: LineCounter): number | undefined => {
  let node: unknown = root
  let at: Node | null = root
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === key)
      if (pair === undefined) return undefined
      at = pair.key as Node
      node = pair.value
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(key)]
      at = node as Node
    } else return undefined
  }
  return at?.range ? lines.linePos(at.range[0]).line : undefined
}

const contradictionsIn = (settings: Settings): string[] => {
  const found: string[] = []
  const open = settings.enable_registration && !settings.registration_requires_token
  if (open && !settings.enable_registration_without_verification) {
    found.push('anyone could sign up: set registration_requires_token, or confirm with enable_registration_without_verification')
  }
  for (const [name, listener] of [
    ['', settings],
    ['federation.listener.', settings.federation.listener],
  ] as const) {
    if ((listener.tls_certificate_path === undefined) !== (listener.tls_private_key_path === undefined)) {
      found.push(`${name}tls_certificate_path and ${name}tls_private_key_path go together: set both or neither`)
    }
  }
  if (settings.database.url === undefined && settings.database.name === 'psycopg2' && settings.database.args.database === undefined) {
    found.push('database.args.database must name the PostgreSQL database')
  }
  return found
}

const ratesOf = (settings: Settings): Config['rates'] => {
  if (!settings.rate_limits.enabled) return undefined
  const {
    rc_message,
    rc_registration,
    rc_registration_token_validity,
    rc_login,
    rc_joins,
    rc_invites,
    rc_room_creation,
    rc_user_directory,
    rc_other,
  } = settings
  return {
    rc_message,
    rc_registration,
    rc_registration_token_validity,
    'rc_login.address': rc_login.address,
    'rc_login.account': rc_login.account,
    'rc_login.failed_attempts': rc_login.failed_attempts,
    rc_joins: rc_joins.local,
    rc_invites: rc_invites.per_issuer,
    rc_room_creation,
    rc_user_directory,
    rc_other,
  }
}

const databaseAddressOf = ({ database: { name, url, args }, data_dir }: Settings): DatabaseAddress => {
  if (url === undefined && name === 'sqlite3') return { engine: 'sqlite', path: sqlitePath(data_dir, args.database) }
  return { engine: 'postgres', url: url ?? postgresUrl(args), maxConnections: args.cp_max }
}

const sqlitePath = (folder: string, name = 'hallway.db'): string => (isAbsolute(name) ? name : join(folder, name))

/** A `host` that is a path is the folder of a socket. */
const postgresUrl = ({ user, password, host = 'localhost', port = 5432, database = '' }: Settings['database']['args']): string => {
  const encode = encodeURIComponent
  const login = user === undefined ? '' : `${encode(user)}${password === undefined ? '' : `:${encode(password)}`}@`
  return host.startsWith('/')
    ? `postgres://${login}localhost:${port}/${encode(database)}?host=${encode(host)}`
    : `postgres://${login}${host}:${port}/${encode(database)}`
}
