import { createHmac } from 'node:crypto'
import { createWorld, password, type World } from '../../accounts/test-world.ts'
import { listenForTest } from '../../http/test-listener.ts'
import type { Database } from '../../storage/database.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { sharedSecretRoutes } from '../admin/register.ts'
import { registrationTokenRoutes } from '../admin/registration-tokens.ts'
import { passwordResetRoutes } from '../extensions/password-reset.ts'
import { accountRoutes } from './account.ts'
import { deviceRoutes } from './devices.ts'
import { loginRoutes } from './login.ts'
import { profileRoutes } from './profile.ts'
import { registrationRoutes } from './registration.ts'

type Json = Record<string, unknown>

const routesOf = (world: World) => [
  ...registrationRoutes(world),
  ...loginRoutes(world),
  ...accountRoutes(world),
  ...deviceRoutes(world),
  ...profileRoutes({ ...world, requireLogin: true }),
  ...sharedSecretRoutes(world),
  ...registrationTokenRoutes(world),
  ...passwordResetRoutes(world),
]

/** The accounts' routes over HTTP on a database, and what went wrong inside. */
const startServer = async (database: Database, options?: Parameters<typeof createWorld>[1]) => {
  const world = createWorld(database, options)
  const faults: unknown[] = []
  const { server, port } = await listenForTest({
    routes: routesOf(world),
    findSession: world.sessions.find,
    reportError: (error) => faults.push(error),
  })
  const call = async (method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; json: Json }> => {
    const response = await fetch(`http://127.0.0.1:${port}${path.startsWith('/_') ? path : `/_matrix/client/v3${path}`}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    })
    return { status: response.status, json: (await response.json()) as Json }
  }
  return { world, call, faults, stop: () => server.stop() }
}

type Server = Awaited<ReturnType<typeof startServer>>

const withServer = (
  title: string,
  body: (t: Parameters<Parameters<typeof forEachEngine>[1]>[0], server: Server) => Promise<void>,
  options?: Parameters<typeof createWorld>[1],
) =>
  forEachEngine(title, async (t, database) => {
    const server = await startServer(database, options)
    try {
      await body(t, server)
      t.deepEqual(server.faults, [])
    } finally {
      await server.stop()
    }
  })

const register = async ({ call }: Server, username: string): Promise<Json> => {
  const challenge = await call('POST', '/register', { username, password })
  const { json } = await call('POST', '/register', {
    username,
    password,
    auth: { type: 'm.login.dummy', session: challenge.json['session'] },
  })
  return json
}
const loginBody = (extra: Json = {}) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password, ...extra })
const tokenOf = (json: Json) => json['access_token'] as string

withServer('people sign up, log in, refresh and log out over HTTP', async (t, server) => {
  const { call } = server
  const challenge = await call('POST', '/register', { username: 'alice', password })
  t.is(challenge.status, 401)
  t.deepEqual(Object.keys(challenge.json).sort(), ['completed', 'flows', 'params', 'session'])
  const registered = await register(server, 'alice')
  t.deepEqual(Object.keys(registered).sort(), ['access_token', 'device_id', 'home_server', 'user_id'])
  t.deepEqual((await call('GET', '/login')).json, { flows: [{ type: 'm.login.password' }] })
  const login = (await call('POST', '/login', loginBody({ refresh_token: true, device_id: 'PHONE' }))).json
  t.is(login['expires_in_ms'], 300_000)
  const refreshed = (await call('POST', '/refresh', { refresh_token: login['refresh_token'] })).json
  t.deepEqual(Object.keys(refreshed).sort(), ['access_token', 'expires_in_ms', 'refresh_token'])
  const who = await call('GET', '/account/whoami', undefined, tokenOf(refreshed))
  t.deepEqual(who.json, { user_id: '@alice:hallway.test', device_id: 'PHONE', is_guest: false })
  const old = await call('GET', '/account/whoami', undefined, tokenOf(login))
  t.deepEqual([old.status, old.json['errcode'], old.json['soft_logout']], [401, 'M_UNKNOWN_TOKEN', true])
  t.deepEqual((await call('POST', '/logout', {}, tokenOf(refreshed))).json, {})
  const ended = await call('GET', '/account/whoami', undefined, tokenOf(refreshed))
  t.deepEqual([ended.status, ended.json['errcode'], ended.json['soft_logout']], [401, 'M_UNKNOWN_TOKEN', undefined])
  t.deepEqual((await call('POST', '/logout/all', {}, tokenOf(registered))).json, {})
  t.is((await call('GET', '/account/whoami', undefined, tokenOf(registered))).status, 401)
})

withServer('a device is removed by whoever proves the password, and by nobody else', async (t, server) => {
  const { call } = server
  const token = tokenOf(await register(server, 'alice'))
  const phone = tokenOf((await call('POST', '/login', loginBody({ device_id: 'PHONE', initial_device_display_name: 'Phone' }))).json)
  t.deepEqual((await call('GET', '/devices/PHONE', undefined, token)).json, { device_id: 'PHONE', display_name: 'Phone' })
  t.is((await call('PUT', '/devices/PHONE', { display_name: 'Mobile' }, token)).status, 200)
  t.is((await call('PUT', '/devices/NONE', { display_name: 'Mobile' }, token)).json['errcode'], 'M_NOT_FOUND')
  t.is((await call('PUT', '/devices/NONE', {}, token)).json['errcode'], 'M_NOT_FOUND')
  t.is(((await call('GET', '/devices', undefined, token)).json['devices'] as Json[])[1]?.['display_name'], 'Mobile')
  const { status, json } = await call('DELETE', '/devices/PHONE', {}, token)
  t.is(status, 401)
  const auth = (word: string) => ({
    auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: word, session: json['session'] },
  })
  const wrong = await call('DELETE', '/devices/PHONE', auth('wrong'), token)
  t.deepEqual([wrong.status, wrong.json['errcode'], wrong.json['session']], [401, 'M_FORBIDDEN', json['session']])
  t.is((await call('DELETE', '/devices/OTHER', auth(password), token)).status, 403)
  t.is((await call('GET', '/account/whoami', undefined, phone)).status, 200)
  t.deepEqual(await call('DELETE', '/devices/PHONE', auth(password), token), { status: 200, json: {} })
  t.is((await call('GET', '/account/whoami', undefined, phone)).status, 401)
  const many = { devices: ['PHONE', 'nul\u0000'] }
  const again = await call('POST', '/delete_devices', many, token)
  t.deepEqual(
    (await call('POST', '/delete_devices', { ...many, auth: { ...auth(password).auth, session: again.json['session'] } }, token)).json,
    {},
  )
})

withServer('a password changes and an account closes, with a token or by the password alone', async (t, server) => {
  const { call } = server
  const token = tokenOf(await register(server, 'alice'))
  const auth = (word: string) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: word })
  t.is((await call('POST', '/account/password', { new_password: 'short' }, token)).json['errcode'], 'M_WEAK_PASSWORD')
  t.is((await call('POST', '/account/password', { new_password: 'battery staple' }, token)).status, 401)
  t.deepEqual(await call('POST', '/account/password', { new_password: 'battery staple', auth: auth(password) }, token), {
    status: 200,
    json: {},
  })
  t.is((await call('GET', '/account/whoami', undefined, token)).status, 200)
  t.is((await call('POST', '/account/password', { new_password: password, auth: auth('battery staple') })).status, 200)
  t.is((await call('GET', '/account/whoami', undefined, token)).status, 401)
  t.is((await call('POST', '/account/deactivate', {})).status, 401)
  t.deepEqual((await call('POST', '/account/deactivate', { auth: auth(password) })).json, { id_server_unbind_result: 'success' })
  const gone = await call('POST', '/login', loginBody())
  t.deepEqual([gone.status, gone.json['errcode']], [403, 'M_USER_DEACTIVATED'])
})

withServer(
  'an administrator invites by the secret, a person signs up by the token',
  async (t, server) => {
    const { call } = server
    const { nonce } = (await call('GET', '/_synapse/admin/v1/register')).json
    const mac = createHmac('sha1', 'complement').update(`${nonce}\0root\0${password}\0admin`).digest('hex')
    const root = tokenOf((await call('POST', '/_synapse/admin/v1/register', { nonce, username: 'root', password, admin: true, mac })).json)
    const tokens = '/_synapse/admin/v1/registration_tokens'
    const made = await call('POST', `${tokens}/new`, { token: 'welcome', uses_allowed: 1 }, root)
    t.deepEqual(made.json, { token: 'welcome', uses_allowed: 1, pending: 0, completed: 0, expiry_time: null })
    const validity = (token: string) => call('GET', `/_matrix/client/v1/register/m.login.registration_token/validity?token=${token}`)
    t.deepEqual([(await validity('welcome')).json, (await validity('%00')).json], [{ valid: true }, { valid: false }])
    t.deepEqual((await call('GET', '/register/available?username=alice')).json, { available: true })
    t.is((await call('POST', '/register?kind=guest', {})).json['errcode'], 'M_GUEST_ACCESS_FORBIDDEN')
    const auth = { type: 'm.login.registration_token', token: 'welcome' }
    const person = await call('POST', '/register', { username: 'alice', password, inhibit_login: true, auth })
    t.deepEqual(person, { status: 200, json: { user_id: '@alice:hallway.test' } })
    t.deepEqual((await validity('welcome')).json, { valid: false })
    t.is((await call('GET', `${tokens}/welcome`, undefined, root)).json['completed'], 1)
    t.deepEqual((await call('PUT', `${tokens}/welcome`, { uses_allowed: null }, root)).json['uses_allowed'], null)
    t.is(((await call('GET', `${tokens}?valid=true`, undefined, root)).json['registration_tokens'] as Json[]).length, 1)
    t.deepEqual((await call('DELETE', `${tokens}/welcome`, undefined, root)).json, {})
    t.is((await call('GET', `${tokens}/welcome`, undefined, root)).json['errcode'], 'M_NOT_FOUND')
    const alice = tokenOf((await call('POST', '/login', loginBody())).json)
    t.is((await call('GET', tokens, undefined, alice)).status, 403)
  },
  { mode: 'token' },
)

withServer('a profile is changed by its owner and read by whoever is logged in', async (t, server) => {
  const { call } = server
  const token = tokenOf(await register(server, 'alice'))
  const other = tokenOf(await register(server, 'bob'))
  const path = '/profile/%40alice%3Ahallway.test'
  t.deepEqual(await call('PUT', `${path}/displayname`, { displayname: 'Alice' }, token), { status: 200, json: {} })
  t.is((await call('PUT', `${path}/displayname`, { displayname: 'Eve' }, other)).status, 403)
  t.deepEqual((await call('GET', path, undefined, other)).json, { displayname: 'Alice' })
  t.deepEqual((await call('GET', `${path}/displayname`, undefined, other)).json, { displayname: 'Alice' })
  t.is((await call('GET', path)).json['errcode'], 'M_MISSING_TOKEN')
  t.deepEqual(await call('DELETE', `${path}/displayname`, undefined, token), { status: 200, json: {} })
  t.is((await call('GET', `${path}/displayname`, undefined, other)).status, 404)
})

withServer('odd input is answered by 4xx, never by a fault', async (t, server) => {
  const { call, world } = server
  const token = tokenOf(await register(server, 'alice'))
  const odd = ['nul\u0000', '\u0001', '😀', '%', "';--", '__proto__', 'x'.repeat(3000)]
  for (const text of odd) {
    const encoded = encodeURIComponent(text)
    const answers = await Promise.all([
      call('POST', '/login', loginBody({ identifier: { type: 'm.id.user', user: text } })),
      call('POST', '/login', loginBody({ user: text, identifier: undefined })),
      call('POST', '/login', loginBody({ type: text })),
      call('POST', '/login', loginBody({ identifier: { type: text } })),
      call('POST', '/login', loginBody({ password: text })),
      call('POST', '/refresh', { refresh_token: text }),
      call('POST', '/register', { username: text, password, auth: { type: 'm.login.dummy' } }),
      call('POST', '/register', { username: 'x', password, auth: { type: text, session: text } }),
      call('GET', `/register/available?username=${encoded}`),
      call('GET', `/devices/${encoded}`, undefined, token),
      call('PUT', `/devices/${encoded}`, { display_name: text }, token),
      call('GET', `/profile/${encoded}`, undefined, token),
      call('GET', `/profile/%40${encoded}%3Ahallway.test/${encoded}`, undefined, token),
      call('PUT', `/profile/%40alice%3Ahallway.test/${encoded}`, { [text]: text }, token),
      call('POST', '/_matrix/client/unstable/chat.hallway/password/reset', { token: text, new_password: password }),
      call('POST', '/_synapse/admin/v1/register', { nonce: text, username: text, password: text, mac: 'a'.repeat(40) }),
      call('GET', '/account/whoami', undefined, encoded),
    ])
    for (const [i, { status }] of answers.entries()) t.true(status >= 400 && status < 500, `${i}: ${text.slice(0, 20)} gave ${status}`)
  }
  for (const text of odd.slice(0, 4)) {
    const login = await call('POST', '/login', loginBody({ device_id: text, initial_device_display_name: text }))
    t.is(login.json['device_id'], text)
    t.is((await call('GET', `/devices/${encodeURIComponent(text)}`, undefined, tokenOf(login.json))).json['display_name'], text)
  }
  t.is((await world.stores.devices.list('@alice:hallway.test')).length, 5)
})
