import { createHmac } from 'node:crypto'
import { forEachEngine } from '../storage/test-database.ts'
import type { SharedSecretSignUp } from './shared-secret.ts'
import { alice, createWorld, errcodeOf, errorOf, logIn, password, signUp, signUpWish, type World, whoHas } from './test-world.ts'

forEachEngine('an administrator makes, reads, limits and removes invitations', async (t, database) => {
  const { registrationTokens: api, clock } = createWorld(database)
  const random = await api.add({ token: undefined, length: 64 })
  t.regex(random.token, /^[A-Za-z0-9._~-]{64}$/)
  const named = await api.add({ token: 'named', length: 16, usesAllowed: 2, expiryTs: clock.time + 1000 })
  t.deepEqual(named, { token: 'named', usesAllowed: 2, completed: 0, expiryTs: clock.time + 1000, pending: 0 })
  t.is(await errcodeOf(api.add({ token: 'named', length: 16 })), 'M_INVALID_PARAM')
  t.is(await errcodeOf(api.add({ token: 'late', length: 16, expiryTs: clock.time })), 'M_INVALID_PARAM')
  t.is(await errcodeOf(api.limit('named', { expiryTs: clock.time - 1 })), 'M_INVALID_PARAM')
  t.deepEqual(await api.limit('named', { usesAllowed: null }), { ...named, usesAllowed: undefined })
  t.deepEqual(await api.limit('named', { usesAllowed: 0, expiryTs: null }), { ...named, usesAllowed: 0, expiryTs: undefined })
  t.deepEqual(
    (await api.list(true)).map(({ token }) => token),
    [random.token],
  )
  t.deepEqual(
    (await api.list(false)).map(({ token }) => token),
    ['named'],
  )
  t.is((await api.list(undefined)).length, 2)
  await api.remove('named')
  for (const token of ['named', 'nul\u0000']) {
    t.is(await errcodeOf(api.get(token)), 'M_NOT_FOUND')
    t.is(await errcodeOf(api.limit(token, {})), 'M_NOT_FOUND')
    t.is(await errcodeOf(api.remove(token)), 'M_NOT_FOUND')
  }
})

const macOf = (secret: string, parts: string[]) => createHmac('sha1', secret).update(parts.join('\0')).digest('hex')
const wish = (nonce: string, extra: Partial<SharedSecretSignUp> = {}): SharedSecretSignUp => {
  const fields = {
    nonce,
    username: 'alice',
    displayName: undefined,
    password,
    admin: false,
    userType: undefined,
    inhibitLogin: false,
    ...extra,
  }
  const parts = [
    nonce,
    fields.username,
    fields.password,
    fields.admin ? 'admin' : 'notadmin',
    ...(fields.userType === undefined ? [] : [fields.userType]),
  ]
  return { mac: macOf('complement', parts), ...fields }
}
const register = (world: World, extra?: Partial<SharedSecretSignUp>) =>
  world.sharedSecret.signUp(wish(world.sharedSecret.newNonce(), extra))

forEachEngine(
  'whoever holds the shared secret makes accounts and administrators, even where registration is closed',
  async (t, database) => {
    const world = createWorld(database, { mode: 'closed' })
    const { session } = await register(world, { admin: true, displayName: 'Alice' })
    t.is(await whoHas(world, session!.accessToken), alice)
    t.true((await world.stores.accounts.find(alice))?.admin)
    t.deepEqual(await world.profile.get(alice), { displayname: 'Alice' })
    t.deepEqual(await register(world, { username: 'bob', inhibitLogin: true, userType: 'bot' }), {
      userId: '@bob:hallway.test',
      session: undefined,
    })
    t.is(await errcodeOf(register(world)), 'M_USER_IN_USE')
    t.is(await errcodeOf(register(world, { username: '_bot' })), 'M_EXCLUSIVE')
  },
)

forEachEngine('a wrong mac, a used nonce and an old nonce are refused', async (t, database) => {
  const world = createWorld(database)
  const used = world.sharedSecret.newNonce()
  t.is(await errcodeOf(world.sharedSecret.signUp({ ...wish(used), admin: true })), 'M_FORBIDDEN')
  const again = await errorOf(world.sharedSecret.signUp(wish(used)))
  t.deepEqual([again.errcode, again.status], ['M_UNKNOWN', 400])
  t.is(await errcodeOf(register(world, { mac: macOf('other', ['x']) })), 'M_FORBIDDEN')
  t.is(await errcodeOf(register(world, { mac: 'ab' })), 'M_FORBIDDEN')
  t.is(await errcodeOf(register(world, { username: 'alice\0x' })), 'M_INVALID_PARAM')
  const old = world.sharedSecret.newNonce()
  world.clock.time += 60_000
  t.is(await errcodeOf(world.sharedSecret.signUp(wish(old))), 'M_UNKNOWN')
  t.is(await world.stores.accounts.find(alice), undefined)
})

forEachEngine('no table holds a secret in clear', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  const adminLink = await world.registrationTokens.createAdminLink()
  const auth = { type: 'm.login.registration_token', token: await world.registrationTokens.createAdminLink() }
  const session = (await world.register.signUp(signUpWish('alice', { auth, refreshable: true }))).session!
  const next = await world.refresh(session.refreshToken!)
  const lasting = await logIn(world)
  const unusedLink = await world.registrationTokens.createAdminLink()
  const reset = await world.setPassword.createReset(alice)
  const secrets = [
    password,
    adminLink,
    auth.token,
    unusedLink,
    reset,
    session.accessToken,
    session.refreshToken!,
    next.accessToken,
    next.refreshToken!,
    lasting.accessToken,
  ]
  const tables =
    database.engine === 'sqlite'
      ? await database.read<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      : await database.read<{ name: string }>(
          'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
        )
  t.true(tables.some(({ name }) => name === 'access_token'))
  let rows = 0
  for (const { name } of tables) {
    for (const row of await database.read(`SELECT * FROM "${name}"`)) {
      rows++
      const text = JSON.stringify(row)
      // A secret without its prefix would be one still.
      for (const secret of secrets) t.false(text.includes(secret.replace(/^hw\w?_/, '')), name)
    }
  }
  t.true(rows > 10)
})

forEachEngine('an invitation counts who has shown it and not finished', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  await world.registrationTokens.add({ token: 'two', length: 16, usesAllowed: 2 })
  const flows = [['m.login.registration_token', 'm.login.dummy']] as const
  const auth = { type: 'm.login.registration_token', token: 'two' }
  await errorOf(world.interactiveAuth.prove({ operation: 'register', body: undefined, userId: undefined, flows, auth }))
  t.is((await world.registrationTokens.get('two')).pending, 1)
  world.clock.time += 60 * 60_000
  t.is((await world.registrationTokens.get('two')).pending, 0)
})

forEachEngine('a password stage is for whoever is logged in', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  await signUp(world, 'bob')
  const attempt = (user: string, userId: typeof alice | undefined) =>
    world.interactiveAuth.prove({
      operation: 'x',
      body: undefined,
      userId,
      flows: [['m.login.password']],
      auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password },
    })
  t.is((await errorOf(attempt('bob', alice))).fields['errcode'], 'M_FORBIDDEN')
  t.is((await attempt('alice', alice)).get('m.login.password'), alice)
  t.is((await attempt('bob', undefined)).get('m.login.password'), '@bob:hallway.test')
})
