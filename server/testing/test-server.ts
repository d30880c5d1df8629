import { randomBytes } from 'node:crypto'
import { type Config, readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import type { Location } from '../storage/connection.ts'
import type { Database } from '../storage/database.ts'
import { startServer, type RunningServer } from '../wire-server.ts'

/** One user on one device, over HTTP. */
export interface TestUser {
  readonly userId: string
  /** Their access token; empty for nobody. */
  readonly token: string
  /** Whatever was answered. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every endpoint, whose types the conformance suite checks.
  readonly call: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: any }>
  /** The body of a 200. @throws for another answer */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly ok: (method: string, path: string, body?: unknown) => Promise<any>
}

/** The whole server in this process, open to all, on a test's database. */
export interface TestServer extends RunningServer {
  readonly baseUrl: string
  readonly signUp: () => Promise<TestUser>
  /** What the server complained of so far. */
  readonly complaints: readonly string[]
}

const settings = {
  HALLWAY_SERVER_NAME: 'hs',
  HALLWAY_PORT: '0',
  HALLWAY_REGISTRATION_REQUIRES_TOKEN: 'false',
  HALLWAY_ENABLE_REGISTRATION_WITHOUT_VERIFICATION: 'true',
  HALLWAY_RATE_LIMITS__ENABLED: 'false',
  HALLWAY_WEB_CLIENT__ENABLED: 'false',
  HALLWAY_PRESENCE__ENABLED: 'false',
}

/** @param env settings beside the usual ones, by their `HALLWAY_` names */
export const startTestServer = async (
  location: Location,
  options: { env?: { [name: string]: string }; instrument?: (database: Database) => Database } = {},
): Promise<TestServer> => {
  const { env = {}, instrument } = options
  const config = readConfig({ text: undefined, file: 'none', env: { ...settings, ...env } })
  const databaseAddress: Config['databaseAddress'] = location.engine === 'sqlite' ? location : { ...location, maxConnections: 5 }
  const complaints: string[] = []
  const log = createLog({ level: 'warn', format: 'json', output: { write: (line) => complaints.push(line) } })
  const server = await startServer({
    config: { ...config, databaseAddress },
    log,
    pageFolder: '',
    terminal: { write: () => {} },
    ...(instrument && { instrument }),
  })
  const baseUrl = `http://127.0.0.1:${server.address.port}`
  return { ...server, baseUrl, complaints, signUp: () => signUp(baseUrl) }
}

const signUp = async (baseUrl: string): Promise<TestUser> => {
  const body = { username: `u${randomBytes(5).toString('hex')}`, password: 'long enough 1', auth: { type: 'm.login.dummy' } }
  const session = await createUser(baseUrl, '', undefined).ok('POST', 'v3/register', body)
  return createUser(baseUrl, session.user_id, session.access_token)
}

const createUser = (baseUrl: string, userId: string, token: string | undefined): TestUser => {
  const call: TestUser['call'] = async (method, path, body) => {
    const response = await fetch(`${baseUrl}/_matrix/client/${path}`, {
      method,
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  }
  return {
    userId,
    token: token ?? '',
    call,
    ok: async (method, path, body) => {
      const answer = await call(method, path, body)
      if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}
