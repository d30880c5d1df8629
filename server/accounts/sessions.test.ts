import test from 'ava'
import type { Database } from '../storage/database.ts'
import { forEachEngine } from '../storage/test-database.ts'
import type { StoredSession, TokenStore } from '../storage/tokens.ts'
import { hashSecret } from './secret-token.ts'
import { createSessions } from './sessions.ts'
import { alice, createWorld, errcodeOf, errorOf, logIn, signUp, whoHas } from './test-world.ts'

const stored: StoredSession = {
  tokenHash: 'hash',
  userId: alice,
  deviceId: 'DESK',
  deviceNid: 1,
  admin: false,
  expiresTs: undefined,
  unconfirmed: false,
  refreshHash: undefined,
  superseded: false,
}
const ended = { kind: 'session-ended', pos: 1, userId: alice, deviceId: 'DESK' } as const

/** Sessions over a token store whose queries the test answers. */
const createHeld = (capacity?: number) => {
  const asked: { tokenHash: string; answer: (session: StoredSession | undefined) => void }[] = []
  const tokens = {
    find: (tokenHash: string) =>
      new Promise((answer) => {
        asked.push({ tokenHash, answer })
      }),
  } as unknown as TokenStore
  const sessions = createSessions({ database: {} as Database, tokens, now: () => 0, ...(capacity !== undefined && { capacity }) })
  return { asked, sessions }
}

test('a session is queried once, however many ask at once, and then known', async (t) => {
  const { asked, sessions } = createHeld()
  const found = [sessions.find('hash'), sessions.find('hash')]
  t.is(asked.length, 1)
  asked[0]!.answer(stored)
  const { tokenHash, userId, deviceId, deviceNid, admin, expiresTs } = stored
  for (const session of await Promise.all(found)) t.deepEqual(session, { tokenHash, userId, deviceId, deviceNid, admin, expiresTs })
  t.false(sessions.find('hash') instanceof Promise)
  t.is(asked.length, 1)
})

test('a session that ends while it is read is not kept', async (t) => {
  const { asked, sessions } = createHeld()
  const found = sessions.find('hash')
  sessions.forget([ended])
  asked[0]!.answer(stored)
  await new Promise(setImmediate)
  t.is(asked.length, 2)
  asked[1]!.answer(undefined)
  t.is(await found, undefined)
  t.true(sessions.find('hash') instanceof Promise)
})

test('an end of one device, of all, or of somebody else drops what it should', async (t) => {
  const { asked, sessions } = createHeld()
  const load = async () => {
    const found = [sessions.find('hash'), sessions.find('other')]
    for (const { tokenHash, answer } of asked.splice(0)) answer({ ...stored, tokenHash, deviceId: tokenHash === 'hash' ? 'DESK' : 'PHONE' })
    await Promise.all(found)
  }
  const known = () => ['hash', 'other'].map((tokenHash) => !(sessions.find(tokenHash) instanceof Promise))
  await load()
  sessions.forget([{ ...ended, userId: '@bob:hallway.test' }])
  t.deepEqual(known(), [true, true])
  sessions.forget([ended])
  t.deepEqual(known(), [false, true])
  await load()
  sessions.forget([{ ...ended, deviceId: undefined }])
  t.deepEqual(known(), [false, false])
})

test('memory holds no more sessions than its capacity', async (t) => {
  const { asked, sessions } = createHeld(2)
  for (const tokenHash of ['one', 'two', 'three']) {
    const found = sessions.find(tokenHash)
    asked.pop()!.answer({ ...stored, tokenHash })
    await found
  }
  t.deepEqual(
    ['three', 'two', 'one'].map((tokenHash) => sessions.find(tokenHash) instanceof Promise),
    [false, false, true],
  )
})

forEachEngine('logout ends the device and its tokens at once, and tells the log', async (t, database) => {
  const world = createWorld(database)
  const entries: unknown[] = []
  database.onAnnounce((announced) => entries.push(...announced))
  const { accessToken, deviceId } = await signUp(world)
  const other = await logIn(world)
  t.is(await whoHas(world, accessToken), alice)
  await world.logout.devices(alice, [deviceId, 'UNKNOWN'])
  t.is(await whoHas(world, accessToken), undefined)
  t.is(await whoHas(world, other.accessToken), alice)
  t.deepEqual(entries, [{ kind: 'session-ended', pos: database.head(), userId: alice, deviceId }])
  await world.logout.devices(alice, [deviceId])
  t.is(entries.length, 1)
  await world.logout.all(alice)
  t.is(await whoHas(world, other.accessToken), undefined)
  t.deepEqual(await world.stores.devices.list(alice), [])
})

forEachEngine('an expired token is a soft logout, from memory and from the database', async (t, database) => {
  const world = createWorld(database)
  const { accessToken, expiresInMs } = await signUp(world, 'alice', { refreshable: true })
  t.is(await whoHas(world, accessToken), alice)
  world.clock.time += expiresInMs!
  t.throws(() => world.sessions.find(hashSecret(accessToken)), { message: /expired/ })
  const error = await errorOf(whoHas(createWorldLike(world), accessToken))
  t.deepEqual([error.errcode, error.fields], ['M_UNKNOWN_TOKEN', { soft_logout: true }])

  /** Another process on the same database. */
  function createWorldLike({ clock }: typeof world) {
    const second = createWorld(database)
    second.clock.time = clock.time
    return second
  }
})

forEachEngine('a refresh gives a new pair; the old one ends when the new one is used', async (t, database) => {
  const world = createWorld(database)
  const first = await signUp(world, 'alice', { refreshable: true })
  t.is(await whoHas(world, first.accessToken), alice)
  const second = await world.refresh(first.refreshToken!)
  t.is(second.expiresInMs, 300_000)
  t.is(await whoHas(world, first.accessToken), alice)
  t.is(await whoHas(world, second.accessToken), alice)
  const error = await errorOf(whoHas(world, first.accessToken))
  t.deepEqual([error.errcode, error.fields], ['M_UNKNOWN_TOKEN', { soft_logout: true }])
  const reuse = await errorOf(world.refresh(first.refreshToken!))
  t.deepEqual([reuse.errcode, reuse.status, reuse.fields], ['M_UNKNOWN_TOKEN', 401, { soft_logout: true }])
  t.is(await whoHas(world, second.accessToken), alice)
})

forEachEngine('whoever lost the answer of a refresh asks again, and the lost pair is void', async (t, database) => {
  const world = createWorld(database)
  const first = await signUp(world, 'alice', { refreshable: true })
  const lost = await world.refresh(first.refreshToken!)
  const again = await world.refresh(first.refreshToken!)
  t.is(await whoHas(world, first.accessToken), alice)
  t.is(await errcodeOf(world.refresh(lost.refreshToken!)), 'M_UNKNOWN_TOKEN')
  t.is(await errcodeOf(whoHas(world, lost.accessToken)), 'M_UNKNOWN_TOKEN')
  t.is(await whoHas(world, again.accessToken), alice)
})

forEachEngine('a new refresh token that is used confirms its pair as an access token would', async (t, database) => {
  const world = createWorld(database)
  const first = await signUp(world, 'alice', { refreshable: true })
  const second = await world.refresh(first.refreshToken!)
  t.is(await whoHas(world, first.accessToken), alice)
  const third = await world.refresh(second.refreshToken!)
  t.is(await errcodeOf(whoHas(world, first.accessToken)), 'M_UNKNOWN_TOKEN')
  t.is(await errcodeOf(world.refresh(first.refreshToken!)), 'M_UNKNOWN_TOKEN')
  t.is(await whoHas(world, second.accessToken), alice)
  t.is(await whoHas(world, third.accessToken), alice)
  t.is(await errcodeOf(whoHas(world, second.accessToken)), 'M_UNKNOWN_TOKEN')
  t.truthy((await world.refresh(third.refreshToken!)).refreshToken)
})

forEachEngine('refresh tokens expire, end with their device, and leave few rows', async (t, database) => {
  const world = createWorld(database)
  const first = await signUp(world, 'alice', { refreshable: true })
  let { refreshToken } = first
  for (let i = 0; i < 8; i++) {
    refreshToken = (await world.refresh(refreshToken!)).refreshToken
    world.clock.time += 30 * 60_000
  }
  t.true((await database.read('SELECT token_hash FROM access_token')).length <= 6)
  t.true((await database.read('SELECT token_hash FROM refresh_token')).length <= 6)
  world.clock.time += 86_400_000
  t.is(await errcodeOf(world.refresh(refreshToken!)), 'M_UNKNOWN_TOKEN')
  await world.logout.all(alice)
  const gone = await errorOf(world.refresh(refreshToken!))
  t.deepEqual([gone.errcode, gone.fields], ['M_UNKNOWN_TOKEN', {}])
  t.is((await database.read('SELECT token_hash FROM access_token')).length, 0)
})

forEachEngine('where a device calls from is written at most once an interval', async (t, database) => {
  const world = createWorld(database)
  const { deviceId } = await signUp(world)
  const { deviceNid } = (await world.stores.devices.find(alice, deviceId))!
  const start = world.clock.time
  const seen = async () => {
    await world.lastSeen.flush()
    const device = await world.stores.devices.find(alice, deviceId)
    return [device?.lastSeenTs, device?.lastSeenIp]
  }
  world.lastSeen.note(deviceNid, '192.0.2.1', undefined)
  world.lastSeen.note(deviceNid, '192.0.2.2', undefined)
  t.deepEqual(await seen(), [start, '192.0.2.1'])
  world.clock.time += 60_000
  world.lastSeen.note(deviceNid, '192.0.2.2', undefined)
  t.deepEqual(await seen(), [start, '192.0.2.1'])
  world.clock.time += 240_000
  world.lastSeen.note(deviceNid, '192.0.2.3', undefined)
  t.deepEqual(await seen(), [start + 300_000, '192.0.2.3'])
})
