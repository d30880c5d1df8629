import * as argon2 from '@node-rs/argon2'
import test from 'ava'
import { forEachEngine } from '../storage/test-database.ts'
import { createLogin } from './login.ts'
import { createPasswordHash } from './password-hash.ts'
import { createCheckPassword } from './password-policy.ts'
import { alice, cheapHash, createWorld, errcodeOf, errorOf, logIn, password, serverName, signUp, whoHas } from './test-world.ts'

forEachEngine('whoever knows the password logs in, by ID, by localpart, or in the older way', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  for (const user of ['alice', 'ALICE', alice]) {
    t.is((await logIn(world, { identifier: { type: 'm.id.user', user } })).userId, alice, user)
    t.is((await logIn(world, { identifier: undefined, user })).userId, alice, user)
  }
  const { accessToken, refreshToken, expiresInMs } = await logIn(world)
  t.is(await whoHas(world, accessToken), alice)
  t.deepEqual([refreshToken, expiresInMs], [undefined, undefined])
})

forEachEngine('a wrong password, an unknown user and an unbound address read alike', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const wrong = await errorOf(logIn(world, { password: 'incorrect' }))
  t.is(wrong.errcode, 'M_FORBIDDEN')
  const others = [
    { identifier: { type: 'm.id.user', user: 'bob' } },
    { identifier: { type: 'm.id.user', user: '@alice:elsewhere.test' } },
    { identifier: { type: 'm.id.user', user: 'nul\u0000' } },
    { identifier: { type: 'm.id.thirdparty' } },
    { identifier: { type: 'm.id.phone' } },
    { identifier: undefined, address: 'alice@hallway.test' },
  ]
  for (const other of others) {
    const error = await errorOf(logIn(world, other))
    t.deepEqual([error.errcode, error.status, error.message], ['M_FORBIDDEN', 403, wrong.message], JSON.stringify(other))
  }
})

forEachEngine('what is missing or unknown in a login is told', async (t, database) => {
  const world = createWorld(database)
  t.deepEqual(await errorOf(logIn(world, { type: 'm.login.token' })).then(({ errcode, status }) => [errcode, status]), ['M_UNKNOWN', 400])
  t.is(await errcodeOf(logIn(world, { identifier: undefined })), 'M_MISSING_PARAM')
  t.is(await errcodeOf(logIn(world, { identifier: { type: 'm.id.user' } })), 'M_MISSING_PARAM')
  t.is(await errcodeOf(logIn(world, { password: undefined })), 'M_MISSING_PARAM')
  t.deepEqual(await errorOf(logIn(world, { identifier: { type: 'org.example' } })).then(({ errcode, status }) => [errcode, status]), [
    'M_UNKNOWN',
    400,
  ])
})

forEachEngine('parallel guesses do not outrun the count of failures, and the right one comes too late', async (t, database) => {
  const world = createWorld(database, { allowedFailures: 3 })
  await signUp(world)
  const guesses = Array.from({ length: 20 }, (_, i) => errcodeOf(logIn(world, { password: `guess ${i}` })))
  const right = errcodeOf(logIn(world))
  const errcodes = await Promise.all(guesses)
  t.is(errcodes.filter((errcode) => errcode === 'M_FORBIDDEN').length, 3)
  t.is(errcodes.filter((errcode) => errcode === 'M_LIMIT_EXCEEDED').length, 17)
  t.is(await right, 'M_LIMIT_EXCEEDED')
})

forEachEngine('a login on a known device keeps the device and ends its tokens', async (t, database) => {
  const world = createWorld(database)
  const first = await signUp(world, 'alice', { deviceId: 'DESK', deviceName: 'Desk' })
  t.is(await whoHas(world, first.accessToken), alice)
  const device = await world.stores.devices.find(alice, 'DESK')
  const second = await logIn(world, { deviceId: 'DESK', displayName: 'Other' })
  t.is(await whoHas(world, first.accessToken), undefined)
  t.is(await whoHas(world, second.accessToken), alice)
  t.deepEqual(await world.stores.devices.find(alice, 'DESK'), device)
})

forEachEngine('of too many devices the one unseen for the longest time goes', async (t, database) => {
  const world = createWorld(database, { maxDevices: 3 })
  const first = await signUp(world, 'alice', { deviceId: 'ONE' })
  await logIn(world, { deviceId: 'TWO' })
  await logIn(world, { deviceId: 'THREE' })
  world.clock.time += 1000
  world.lastSeen.note((await world.stores.devices.find(alice, 'ONE'))!.deviceNid, '192.0.2.1', 'Client/1')
  await world.lastSeen.flush()
  await logIn(world, { deviceId: 'FOUR' })
  t.deepEqual(
    (await world.stores.devices.list(alice)).map(({ deviceId }) => deviceId),
    ['ONE', 'THREE', 'FOUR'],
  )
  t.is(await whoHas(world, first.accessToken), alice)
  await logIn(world, { deviceId: 'FOUR' })
  t.is((await world.stores.devices.list(alice)).length, 3)
})

forEachEngine('a hash of another cost is renewed at login', async (t, database) => {
  await signUp(createWorld(database))
  const before = (await createWorld(database).stores.accounts.find(alice))?.passwordHash
  const dearer = createWorld(database, { cost: { memory: 16, passes: 2 } })
  await logIn(dearer)
  const after = (await dearer.stores.accounts.find(alice))?.passwordHash
  t.regex(before!, /^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
  t.regex(after!, /^\$argon2id\$v=19\$m=16,t=2,p=1\$/)
  await logIn(dearer)
  t.is((await dearer.stores.accounts.find(alice))?.passwordHash, after)
})

forEachEngine('an account that closes while its password is checked gets no session', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const login = createLogin({
    serverName,
    database,
    accounts: world.stores.accounts,
    verifyPassword: async (credentials) => {
      const account = await world.verifyPassword(credentials)
      await world.deactivate.deactivate(alice, { erase: false })
      return account
    },
    startSession: world.startSession,
    limiter: { hit: () => {}, check: () => {} },
  })
  t.is(await errcodeOf(logIn({ login })), 'M_USER_DEACTIVATED')
  t.deepEqual(await world.stores.devices.list(alice), [])
})

test('hashes run few at once, the queue is bounded, and its turns are handed on', async (t) => {
  const { hash, verify } = createPasswordHash({ cost: cheapHash, atOnce: 1, queueLimit: 2 })
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => hash(password)))
  t.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
  const refused = outcomes[4] as PromiseRejectedResult
  t.is(refused.reason.errcode, 'M_LIMIT_EXCEEDED')
  t.is(refused.reason.fields.retry_after_ms, 3000)
  const encoded = (outcomes[0] as PromiseFulfilledResult<string>).value
  t.true(await verify(encoded, password))
  t.false(await verify(encoded, 'other'))
  t.false(await verify(undefined, password))
})

test('a user who does not exist costs a verification like anybody, by a hash of the same cost', async (t) => {
  const verified: string[] = []
  const library = {
    hash: argon2.hash,
    verify: (async (encoded, ...rest) => {
      verified.push(String(encoded))
      return argon2.verify(encoded, ...rest)
    }) satisfies typeof argon2.verify,
  }
  const passwordHash = createPasswordHash({ cost: cheapHash, library })
  t.false(await passwordHash.verify(await passwordHash.hash(password), 'other'))
  t.false(await passwordHash.verify(undefined, 'other'))
  t.false(await passwordHash.verify(undefined, 'nobody logs in by this'))
  t.is(verified.length, 3)
  for (const encoded of verified) t.false(passwordHash.isOutdated(encoded))
})

test('a weak password is told what it lacks', (t) => {
  const check = createCheckPassword({
    minimumLength: 8,
    requireDigit: true,
    requireSymbol: true,
    requireLowercase: true,
    requireUppercase: true,
  })
  t.notThrows(() => check('Abcdef1!'))
  t.notThrows(() => check('Ñandú—12'))
  const lacks = {
    'Abc1!': 'at least 8 characters',
    'Abcdefg!': 'a digit',
    Abcdefg1: 'a symbol',
    'ABCDEFG1!': 'a lower-case letter',
    'abcdefg1!': 'an upper-case letter',
  }
  for (const [weak, part] of Object.entries(lacks)) {
    t.throws(() => check(weak), { message: `Choose a password that has ${part}.` }, weak)
  }
})
