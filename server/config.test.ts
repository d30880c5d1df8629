import test from 'ava'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ConfigError, readConfig } from './config.ts'
import { configSchema } from './config-schema.ts'

const read = (text?: string, env: Record<string, string> = {}) => readConfig({ text, file: 'config.yaml', env })
const problemsOf = (text?: string, env: Record<string, string> = {}): readonly string[] => {
  try {
    read(text, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const example = readFileSync(join(import.meta.dirname, '..', 'config.example.yaml'), 'utf8')

test('nothing configured is SQLite below ./data on loopback, closed to strangers and to other servers', (t) => {
  const config = read()
  t.like(config, {
    server_name: 'localhost',
    bind_address: '127.0.0.1',
    port: 8008,
    registration_requires_token: true,
    redaction_retention_period: 7 * 86_400_000,
    refreshable_access_token_lifetime: 300_000,
    session_lifetime: undefined,
    http: { max_request_body: 2 * 1024 * 1024 },
    federation: { mode: 'closed', listener: { port: undefined } },
  })
  t.deepEqual(config.databaseAddress, { engine: 'sqlite', path: 'data/hallway.db' })
})

test('the example says what the defaults are', (t) => {
  const { database, databaseAddress, alias_creation_rules, ...rest } = read(example)
  const { database: _, databaseAddress: defaultAddress, alias_creation_rules: __, ...defaults } = read()
  t.deepEqual(rest, defaults)
  t.deepEqual(databaseAddress, defaultAddress)
  t.is(database.args.database, 'hallway.db')
  t.is(alias_creation_rules[0]?.action, 'allow')
})

test('the example names every setting, and the ones commented out are real', (t) => {
  const uncommented = example.replace(/^( *)# (?=[a-z_]+: )/gm, '$1')
  const named = keysOf(parse(uncommented))
  t.deepEqual(named.toSorted(), schemaKeys(configSchema).toSorted())
})

const keysOf = (value: unknown, prefix = ''): string[] => {
  if (Array.isArray(value)) return keysOf(value[0], prefix)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [`${prefix}${key}`, ...keysOf(inner, `${prefix}${key}.`)])
}
const schemaKeys = (schema: object, prefix = ''): string[] => {
  const { properties, items } = schema as { properties?: Record<string, object>; items?: object }
  if (items !== undefined) return schemaKeys(items, prefix)
  return Object.entries(properties ?? {}).flatMap(([key, inner]) => [`${prefix}${key}`, ...schemaKeys(inner, `${prefix}${key}.`)])
}

test('an unknown setting is named with its line and the nearest known one', (t) => {
  t.deepEqual(problemsOf('server_name: a.org\nfederation:\n  mod: open\n'), [
    'config.yaml:3: there is no setting "federation.mod"; did you mean "mode"?',
  ])
  t.deepEqual(problemsOf('zzzzzzzzz: 1'), ['config.yaml:1: there is no setting "zzzzzzzzz"'])
})

test('all faults are told at once, each at its line', (t) => {
  t.deepEqual(
    problemsOf('port: 70000\nlog:\n  level: loud\nredaction_retention_period: soon\nhttp: 3\n'),
    [
      'config.yaml:1: "port" must be <= 65535',
      'config.yaml:5: "http" must be a section with settings of its own',
      'config.yaml:3: "log.level" must be one of trace, debug, info, warn, error, silent',
      'config.yaml:4: "redaction_retention_period" must be a duration, such as 90s, 5m, 12h, 7d, or a number of milliseconds',
    ].toSorted((a, b) => problemsOrder(a) - problemsOrder(b)),
  )
})
const problemsOrder = (line: string): number => ['"port"', '"http"', '"log', '"redaction'].findIndex((name) => line.includes(name))

test('what is not YAML is told with its line', (t) => {
  t.regex(problemsOf('port: 1\nport: 2\n')[0] ?? '', /^config.yaml:2: /)
  t.deepEqual(problemsOf('- a\n'), ['config.yaml: write settings as "name: value"'])
})

test('an empty section is as good as none', (t) => {
  t.is(read('federation:\nlog:\n  level:\n').log.level, 'info')
})

test('the environment goes before the file', (t) => {
  const config = read('server_name: a.org\nport: 1\nfederation:\n  mode: closed\n', {
    HALLWAY_SERVER_NAME: '127.0.0.1',
    HALLWAY_PORT: '8009',
    HALLWAY_FEDERATION__MODE: 'open',
    HALLWAY_TRUSTED_PROXIES: '[10.0.0.0/8]',
    HALLWAY_HTTP__HEADERS_TIMEOUT: '2s',
    HALLWAY_DEFAULT_ROOM_VERSION: '11',
    HALLWAY_TEST_POSTGRES: 'postgres://x',
    PATH: '/bin',
  })
  t.like(config, {
    server_name: '127.0.0.1',
    port: 8009,
    federation: { mode: 'open' },
    trusted_proxies: ['10.0.0.0/8'],
    http: { headers_timeout: 2000 },
    default_room_version: '11',
  })
})

test('a wrong variable is named as such', (t) => {
  t.deepEqual(problemsOf(undefined, { HALLWAY_FEDERATION__MOD: 'open' }), [
    'HALLWAY_FEDERATION__MOD: there is no setting "federation.mod"; did you mean HALLWAY_FEDERATION__MODE?',
  ])
  t.regex(problemsOf(undefined, { HALLWAY_PORT: 'x[' })[0] ?? '', /^HALLWAY_PORT: "port" must be/)
  t.is(problemsOf(undefined, { HALLWAY_CONSTRUCTOR: 'x', HALLWAY___PROTO____X: 'y' }).length, 2)
})

test('rates go by class, and can be switched off', (t) => {
  t.deepEqual(read('rc_login: {failed_attempts: {per_second: 3}}').rates?.['rc_login.failed_attempts'], { per_second: 3, burst_count: 8 })
  t.is(read('rate_limits: {enabled: false}').rates, undefined)
})

test('a version may be written as a number', (t) => {
  t.is(read('default_room_version: 11').default_room_version, '11')
})

test('open sign-up must be meant', (t) => {
  t.is(problemsOf('registration_requires_token: false').length, 1)
  t.is(problemsOf('registration_requires_token: false\nenable_registration_without_verification: true').length, 0)
})

test('a certificate without its key is refused', (t) => {
  t.is(problemsOf('tls_certificate_path: a.pem').length, 1)
})

test('PostgreSQL is reached by url, by parts, or by a socket', (t) => {
  const url = (text: string): unknown => {
    const { databaseAddress } = read(text)
    return databaseAddress.engine === 'postgres' ? databaseAddress.url : databaseAddress
  }
  t.is(url('database: {url: "postgres://u@h/d"}'), 'postgres://u@h/d')
  t.is(url('database: {name: psycopg2, args: {database: d, user: u, password: "p:@/"}}'), 'postgres://u:p%3A%40%2F@localhost:5432/d')
  t.is(url('database: {name: psycopg2, args: {database: d, host: /run/pg}}'), 'postgres://localhost:5432/d?host=%2Frun%2Fpg')
  t.is(problemsOf('database: {name: psycopg2}').length, 1)
  t.deepEqual(url('database: {args: {database: /srv/x.db}}'), { engine: 'sqlite', path: '/srv/x.db' })
})

test('durations and sizes take their units, and nothing else', (t) => {
  const of = (value: string | number): number => read(`redaction_retention_period: ${value}`).redaction_retention_period
  t.deepEqual(
    ['250ms', '90s', '5m', '12h', '2w', '1y', 0, 1500].map(of),
    [250, 90_000, 300_000, 43_200_000, 1_209_600_000, 31_536_000_000, 0, 1500],
  )
  for (const bad of ['7 d', '-1', '1.5d', '7D', '[1]', 'true']) t.is(problemsOf(`redaction_retention_period: ${bad}`).length, 1, bad)
  t.is(read('http: {max_request_body: 64K}').http.max_request_body, 65_536)
})
