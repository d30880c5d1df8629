import { forEachEngine } from '../storage/test-database.ts'
import { alice, createWorld, errcodeOf, errorOf, password, signUp, signUpWish, whoHas } from './test-world.ts'

forEachEngine('an open server registers by the dummy stage alone and logs the device in', async (t, database) => {
  const world = createWorld(database)
  const session = await signUp(world, 'alice', { deviceId: 'DESK', deviceName: 'Desk' })
  t.is(session.userId, alice)
  t.is(session.deviceId, 'DESK')
  t.is(await whoHas(world, session.accessToken), alice)
  t.is((await world.stores.devices.find(alice, 'DESK'))?.displayName, 'Desk')
  t.deepEqual(world.edges.calls, [`join ${alice}`])
})

forEachEngine('fifty who want one name at once: one gets it', async (t, database) => {
  const world = createWorld(database)
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => world.register.signUp(signUpWish('alice'))))
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes) if (outcome.status === 'rejected') t.is(outcome.reason.errcode, 'M_USER_IN_USE')
  t.is((await world.stores.devices.list(alice)).length, 1)
})

forEachEngine('a token for five lets five of fifty in at once', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  const { token } = await world.registrationTokens.add({ token: 'five', length: 16, usesAllowed: 5 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) =>
      world.register.signUp(signUpWish(`user${i}`, { auth: { type: 'm.login.registration_token', token } })),
    ),
  )
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 5)
  t.is((await world.registrationTokens.get('five')).completed, 5)
  t.is(
    await errcodeOf(world.register.signUp(signUpWish('late', { auth: { type: 'm.login.registration_token', token } }))),
    'M_UNAUTHORIZED',
  )
})

forEachEngine('a token is not used up by a name that was taken', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  await world.registrationTokens.add({ token: 'one', length: 16, usesAllowed: 1 })
  const auth = { type: 'm.login.registration_token', token: 'one' }
  // The name is taken between the first look and the transaction.
  const taken = world.createAccount({
    userId: alice,
    password,
    session: undefined,
    authorise: async (tx) => {
      t.true(await world.stores.invitations.use(tx, 'one', world.clock.time))
      await world.stores.accounts.create(tx, { userId: alice, passwordHash: undefined, admin: false, createdTs: 1 })
      return { admin: false }
    },
  })
  t.is(await errcodeOf(taken), 'M_USER_IN_USE')
  t.is((await world.register.signUp(signUpWish('bob', { auth }))).userId, '@bob:hallway.test')
})

forEachEngine('without a proof the flows are told, and a bad name sooner', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  const challenge = await errorOf(world.register.signUp(signUpWish('alice', { auth: undefined })))
  t.is(challenge.status, 401)
  t.deepEqual(challenge.fields['flows'], [{ stages: ['m.login.registration_token'] }])
  t.is(challenge.fields['errcode'], undefined)
  const wishes = {
    'not a name': 'M_INVALID_USERNAME',
    käse: 'M_INVALID_USERNAME',
    '': 'M_INVALID_USERNAME',
    _bot: 'M_EXCLUSIVE',
    'Visitor-1': 'M_EXCLUSIVE',
  }
  for (const [username, errcode] of Object.entries(wishes)) {
    t.is(await errcodeOf(world.register.signUp(signUpWish(username, { auth: undefined }))), errcode, username)
    t.is(await errcodeOf(world.register.checkUsername(username)), errcode, username)
  }
  t.is(await errcodeOf(world.register.signUp(signUpWish('alice', { auth: undefined, password: 'short' }))), 'M_WEAK_PASSWORD')
  t.is(await errcodeOf(world.register.signUp(signUpWish('alice', { auth: undefined, username: 'a'.repeat(250) }))), 'M_INVALID_USERNAME')
})

forEachEngine('an unknown token is refused, and the same session may try another', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  await world.registrationTokens.add({ token: 'good', length: 16 })
  const type = 'm.login.registration_token'
  const refused = await errorOf(world.register.signUp(signUpWish('alice', { auth: { type, token: 'nul\u0000' } })))
  t.is(refused.status, 401)
  t.is(refused.fields['errcode'], 'M_UNAUTHORIZED')
  const session = refused.fields['session'] as string
  t.is((await world.register.signUp(signUpWish('alice', { auth: { type, token: 'good', session } }))).userId, alice)
})

forEachEngine('capitals become small, and a name is made up where none is wished', async (t, database) => {
  const world = createWorld(database)
  t.is((await signUp(world, 'Alice')).userId, alice)
  t.is(await errcodeOf(world.register.checkUsername('ALICE')), 'M_USER_IN_USE')
  const { userId, session } = await world.register.signUp({ ...signUpWish(''), username: undefined, inhibitLogin: true })
  t.regex(userId, /^@[a-z0-9]{12}:hallway\.test$/)
  t.is(session, undefined)
  t.deepEqual(await world.stores.devices.list(userId), [])
})

forEachEngine('the administrator link makes one administrator, even where registration is closed', async (t, database) => {
  const world = createWorld(database, { mode: 'closed' })
  t.is(await errcodeOf(world.register.signUp(signUpWish('alice', { auth: undefined }))), 'M_FORBIDDEN')
  await world.registrationTokens.add({ token: 'ordinary', length: 16 })
  const type = 'm.login.registration_token'
  const old = await world.registrationTokens.createAdminLink()
  const token = await world.registrationTokens.createAdminLink()
  for (const bad of [old, 'ordinary']) {
    t.is((await errorOf(world.register.signUp(signUpWish('alice', { auth: { type, token: bad } })))).status, 401, bad)
  }
  const { accessToken } = (await world.register.signUp(signUpWish('alice', { auth: { type, token } }))).session!
  t.is(await whoHas(world, accessToken), alice)
  t.true((await world.stores.accounts.find(alice))?.admin)
  t.is(await errcodeOf(world.register.signUp(signUpWish('bob', { auth: { type, token } }))), 'M_FORBIDDEN')
})

forEachEngine('an administrator link is void after a day', async (t, database) => {
  const world = createWorld(database, { mode: 'token' })
  const token = await world.registrationTokens.createAdminLink()
  world.clock.time += 24 * 60 * 60_000
  t.false(await world.isTokenGood(token))
  t.is(
    await errcodeOf(world.register.signUp(signUpWish('alice', { auth: { type: 'm.login.registration_token', token } }))),
    'M_UNAUTHORIZED',
  )
})

forEachEngine('an account stays though the organisation could not be joined', async (t, database) => {
  const world = createWorld(database, {
    joinOrganisation: async () => {
      throw new Error('no space')
    },
  })
  t.is(await whoHas(world, (await signUp(world)).accessToken), alice)
  t.is(world.edges.errors.length, 1)
})
