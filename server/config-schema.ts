/**
 * The configuration file as JSON Schema. Names are Synapse's where the meaning is the same. Two keywords are ours:
 * `duration` (milliseconds, or text such as `7d`) and `size` (bytes, or text such as `2M`); both become numbers.
 */

const text = { type: 'string', minLength: 1 } as const
const port = { type: 'integer', minimum: 0, maximum: 65535 } as const
const yesNo = (byDefault: boolean, description: string) => ({ type: 'boolean', default: byDefault, description }) as const
const texts = { type: 'array', items: text, default: [] } as const

const section = <const P>(description: string, properties: P) =>
  ({ type: 'object', additionalProperties: false, default: {}, description, properties }) as const

const rate = (perSecond: number, burst: number, description: string) =>
  section(description, {
    per_second: { type: 'number', exclusiveMinimum: 0, default: perSecond },
    burst_count: { type: 'integer', minimum: 1, default: burst },
  })

const tls = {
  tls_certificate_path: { ...text, description: 'PEM file with the certificate and its chain; plain HTTP without.' },
  tls_private_key_path: { ...text, description: 'PEM file with the key of the certificate.' },
} as const

/** Every key of the configuration, with its default and what it does. */
export const configSchema = section('The configuration of Hallway.', {
  server_name: {
    ...text,
    maxLength: 230,
    default: 'localhost',
    description: 'The part of user IDs after the colon. It can never be changed.',
  },
  public_baseurl: { ...text, pattern: '^https?://', description: 'Where clients reach the server from outside.' },
  bind_address: { ...text, default: '127.0.0.1', description: 'The address to listen at.' },
  port: { ...port, default: 8008, description: 'The port of clients and of the web client.' },
  ...tls,
  trusted_proxies: { ...texts, description: 'Addresses or CIDR ranges whose X-Forwarded-For is believed.' },
  http: section('Bounds of connections.', {
    max_connections: { type: 'integer', minimum: 1, default: 10_000 },
    headers_timeout: { duration: true, default: '15s' },
    request_timeout: { duration: true, default: '60s' },
    keep_alive_timeout: { duration: true, default: '75s' },
    max_request_body: { size: true, default: '2M' },
    accept_query_tokens: yesNo(false, 'Whether the deprecated ?access_token= is taken; it ends up in logs of proxies.'),
  }),
  data_dir: { ...text, default: './data', description: 'Where the server keeps its files, the SQLite database among them.' },
  database: section('Where the data are.', {
    name: {
      type: 'string',
      enum: ['sqlite3', 'psycopg2'],
      default: 'sqlite3',
      description: 'SQLite, or PostgreSQL by its name in Synapse.',
    },
    url: { ...text, pattern: '^postgres(ql)?://', description: 'postgres://user:password@host/database; goes before name and args.' },
    args: section('As in Synapse.', {
      database: { ...text, description: 'The file of SQLite, below data_dir, or the name of the PostgreSQL database.' },
      user: text,
      password: text,
      host: text,
      port,
      cp_max: { type: 'integer', minimum: 2, default: 10, description: 'Connections to PostgreSQL at most.' },
    }),
  }),
  log: section('What is written to standard output.', {
    level: { type: 'string', enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'], default: 'info' },
    format: { type: 'string', enum: ['auto', 'json', 'text'], default: 'auto', description: 'auto: text on a terminal, else JSON.' },
  }),
  web_client: section('The client at /.', { enabled: yesNo(true, 'Whether it is served.') }),
  enable_registration: yesNo(true, 'Whether accounts can be made by signing up at all.'),
  registration_requires_token: yesNo(true, 'Whether signing up takes a token, which an administrator hands out.'),
  enable_registration_without_verification: yesNo(false, 'Confirms that anyone may sign up when no token is asked.'),
  registration_shared_secret: { ...text, description: 'Lets its holders make accounts by the admin API.' },
  session_lifetime: { duration: true, description: 'Ends sessions of clients that cannot refresh; unset: at logout.' },
  refreshable_access_token_lifetime: { duration: true, default: '5m' },
  refresh_token_lifetime: { duration: true, description: 'Of a refresh token that is not used; unset: until logout.' },
  password_config: section('Passwords.', {
    policy: section('What a new password must have.', {
      minimum_length: { type: 'integer', minimum: 1, maximum: 512, default: 8 },
      require_digit: yesNo(false, 'Whether it needs a digit.'),
      require_symbol: yesNo(false, 'Whether it needs a symbol.'),
      require_lowercase: yesNo(false, 'Whether it needs a lower-case letter.'),
      require_uppercase: yesNo(false, 'Whether it needs an upper-case letter.'),
    }),
  }),
  rate_limits: section('All rates below.', { enabled: yesNo(true, 'Whether anything is limited.') }),
  rc_message: rate(10, 60, 'Messages and state, by user.'),
  rc_registration: rate(0.5, 30, 'Sign-ups, by address.'),
  rc_registration_token_validity: rate(0.2, 10, 'Questions whether a token is good, by address.'),
  rc_login: section('Logins.', {
    address: rate(1, 50, 'By address.'),
    account: rate(0.2, 10, 'By account.'),
    failed_attempts: rate(0.1, 8, 'Wrong passwords, by account.'),
  }),
  rc_joins: section('Joins.', { local: rate(1, 30, 'Of rooms that this server is in, by user.') }),
  rc_invites: section('Invites.', { per_issuer: rate(1, 50, 'By the user who invites.') }),
  rc_room_creation: rate(0.5, 20, 'New rooms, by user.'),
  rc_user_directory: rate(5, 50, 'Searches for people, by user.'),
  rc_other: rate(20, 100, 'Whatever else the specification has limited, by user, or by address without one.'),
  presence: section('Who is online.', { enabled: yesNo(true, 'Whether it is told.') }),
  auto_accept_invites: section('Joining on invitation.', { enabled: yesNo(false, 'Whether people of this server join at once.') }),
  user_directory: section('Searching for people.', {
    search_all_users: yesNo(true, 'Whether everyone of this server is found, or those alone who share a room or are in a public one.'),
  }),
  organisation: section('Whose server this is.', {
    name: { ...text, description: 'What the Space of the organisation is called when it is made; unset: as the server.' },
    announcements_by: {
      type: 'string',
      enum: ['admins', 'everyone'],
      default: 'admins',
      description: 'Who makes announcements, which everybody is a member of.',
    },
  }),
  allow_public_rooms_without_auth: yesNo(false, 'Whether the directory of public rooms is shown to those who are not logged in.'),
  default_room_version: { type: 'string', enum: ['11', '12'], default: '12' },
  redaction_retention_period: {
    duration: true,
    default: '7d',
    description: 'How long the text of a deleted message stays on disk, unserved.',
  },
  alias_creation_rules: {
    type: 'array',
    description: 'Who may name rooms; the first rule that fits decides, and none means no. Patterns take * and ?.',
    default: [{ action: 'allow' }],
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: {
        user_id: { ...text, default: '*' },
        alias: { ...text, default: '*' },
        room_id: { ...text, default: '*' },
        action: { type: 'string', enum: ['allow', 'deny'] },
      },
    },
  },
  federation: section('Talking to other servers.', {
    mode: { type: 'string', enum: ['closed', 'allowlist', 'open'], default: 'closed' },
    federation_domain_whitelist: { ...texts, description: 'The servers that mode allowlist talks to.' },
    allow_private_addresses: yesNo(false, 'Whether servers in private networks are called; for tests and intranets.'),
    custom_ca_path: { ...text, description: 'PEM file with certificate authorities that are trusted beside the usual ones.' },
    listener: section('Where other servers call; nowhere without a port.', {
      bind_address: { ...text, default: '0.0.0.0' },
      port: { ...port, description: 'Usually 8448.' },
      ...tls,
    }),
  }),
  app_service_config_files: { ...texts, description: 'Registrations of application services, YAML.' },
})

type Schema = typeof configSchema

/** What a schema of the configuration yields once its defaults are filled in. */
type Value<S> = S extends { duration: true } | { size: true }
  ? number
  : S extends { enum: readonly (infer E)[] }
    ? E
    : S extends { type: 'string' }
      ? string
      : S extends { type: 'integer' | 'number' }
        ? number
        : S extends { type: 'boolean' }
          ? boolean
          : S extends { type: 'array'; items: infer I }
            ? readonly Value<I>[]
            : S extends { type: 'object'; properties: infer P }
              ? {
                  readonly [K in keyof P as IsSet<S, K, P[K]> extends true ? K : never]: Value<P[K]>
                } & { readonly [K in keyof P as IsSet<S, K, P[K]> extends true ? never : K]?: Value<P[K]> }
              : never
type IsSet<S, K, P> = P extends { default: unknown }
  ? true
  : S extends { required: readonly (infer R)[] }
    ? K extends R
      ? true
      : false
    : false

/** The file as checked: every key that has a default is there, durations are milliseconds, sizes bytes. */
export type Settings = Value<Schema>
