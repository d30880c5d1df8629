import { createAccountStore } from './accounts.ts'
import { createDeviceStore } from './devices.ts'
import { createProfileStore } from './profiles.ts'
import { createRegistrationTokenStore } from './registration-tokens.ts'
import { forEachEngine } from './test-database.ts'
import { createTokenStore } from './tokens.ts'

const alice = '@alice:hallway.test'
const bob = '@bob:hallway.test'

forEachEngine('a name is taken once, even by a deactivated account', async (t, database) => {
  const accounts = createAccountStore(database)
  const create = () => database.write((tx) => accounts.create(tx, { userId: alice, passwordHash: 'hash', admin: true, createdTs: 5 }))
  t.true(await create())
  t.false(await create())
  t.true(await accounts.hasAdministrator())
  t.true(await database.write((tx) => accounts.deactivate(tx, alice, true, 9)))
  t.false(await database.write((tx) => accounts.deactivate(tx, alice, false, 10)))
  t.false(await create())
  t.false(await accounts.hasAdministrator())
  t.deepEqual(await accounts.find(alice), {
    userId: alice,
    passwordHash: undefined,
    admin: false,
    deactivated: true,
    erased: true,
    createdTs: 5,
  })
  t.deepEqual(await accounts.listDeparting(), [alice])
  await database.write((tx) => accounts.markDeparted(tx, alice))
  t.deepEqual(await accounts.listDeparting(), [])
})

forEachEngine('a new hash replaces only the one that was read', async (t, database) => {
  const accounts = createAccountStore(database)
  await database.write((tx) => accounts.create(tx, { userId: alice, passwordHash: 'one', admin: false, createdTs: 5 }))
  await database.write((tx) => accounts.replacePasswordHash(tx, alice, 'other', 'two'))
  t.is((await accounts.find(alice))?.passwordHash, 'one')
  await database.write((tx) => accounts.replacePasswordHash(tx, alice, 'one', 'two'))
  t.is((await accounts.find(alice))?.passwordHash, 'two')
})

forEachEngine('a password reset is good once, until its time, and the last one made', async (t, database) => {
  const accounts = createAccountStore(database)
  const add = (hash: string) => database.write((tx) => accounts.addPasswordReset(tx, alice, hash, 100))
  const take = (hash: string, now: number) => database.write((tx) => accounts.takePasswordReset(tx, hash, now))
  await add('first')
  await add('second')
  t.is(await take('first', 50), undefined)
  t.is(await take('second', 100), undefined)
  t.is(await accounts.findPasswordReset('second', 99), alice)
  t.is(await take('second', 99), alice)
  t.is(await take('second', 99), undefined)
})

forEachEngine('a device keeps its number, its first name and any text', async (t, database) => {
  const devices = createDeviceStore(database)
  const ensure = (deviceId: string, displayName: string | undefined) =>
    database.write((tx) => devices.ensure(tx, { userId: alice, deviceId, displayName, ts: 7 }))
  const odd = 'nul\u0000 one\u0001 quote\' " \\ 😀'
  const first = await ensure(odd, odd)
  t.true(first.isNew)
  t.deepEqual(await ensure(odd, 'other'), { ...first, isNew: false })
  t.deepEqual(await devices.find(alice, odd), {
    deviceNid: first.deviceNid,
    userId: alice,
    deviceId: odd,
    displayName: odd,
    createdTs: 7,
    lastSeenTs: undefined,
    lastSeenIp: undefined,
  })
  t.is(await devices.find(bob, odd), undefined)
  t.true(await database.write((tx) => devices.rename(tx, alice, odd, 'desk\u0000')))
  t.false(await database.write((tx) => devices.rename(tx, bob, odd, 'desk')))
  t.is((await devices.list(alice))[0]?.displayName, 'desk\u0000')
})

forEachEngine('the number of a removed device is never given out again', async (t, database) => {
  const devices = createDeviceStore(database)
  const ensure = () => database.write((tx) => devices.ensure(tx, { userId: alice, deviceId: 'A', displayName: undefined, ts: 7 }))
  const { deviceNid } = await ensure()
  await database.write((tx) => devices.remove(tx, [deviceNid]))
  t.deepEqual(await devices.list(alice), [])
  t.not((await ensure()).deviceNid, deviceNid)
})

forEachEngine('many sightings are written at once, and those of unknown devices dropped', async (t, database) => {
  const devices = createDeviceStore(database)
  const [a, b] = await database.write(async (tx) => [
    await devices.ensure(tx, { userId: alice, deviceId: 'A', displayName: undefined, ts: 7 }),
    await devices.ensure(tx, { userId: bob, deviceId: 'B', displayName: undefined, ts: 7 }),
  ])
  await database.write((tx) =>
    devices.recordSightings(tx, [
      { deviceNid: a!.deviceNid, ts: 1_800_000_000_000, address: '192.0.2.1', userAgent: 'it\'s "odd" \\ \u0000' },
      { deviceNid: b!.deviceNid, ts: 1_800_000_000_001, address: '2001:db8::1', userAgent: undefined },
      { deviceNid: 999_999, ts: 1, address: '192.0.2.2', userAgent: undefined },
    ]),
  )
  const seenA = await devices.find(alice, 'A')
  t.deepEqual([seenA?.lastSeenTs, seenA?.lastSeenIp], [1_800_000_000_000, '192.0.2.1'])
  t.is((await devices.find(bob, 'B'))?.lastSeenIp, '2001:db8::1')
})

forEachEngine('a token is found with its device and account, and not once they are gone', async (t, database) => {
  const accounts = createAccountStore(database)
  const devices = createDeviceStore(database)
  const tokens = createTokenStore(database)
  const nid = await database.write(async (tx) => {
    await accounts.create(tx, { userId: alice, passwordHash: undefined, admin: true, createdTs: 1 })
    const { deviceNid } = await devices.ensure(tx, { userId: alice, deviceId: 'A', displayName: undefined, ts: 1 })
    await tokens.addAccess(tx, {
      tokenHash: 'hash',
      deviceNid,
      userId: alice,
      createdTs: 1,
      expiresTs: undefined,
      refreshHash: undefined,
      unconfirmed: false,
    })
    return deviceNid
  })
  t.deepEqual(await tokens.find('hash'), {
    tokenHash: 'hash',
    userId: alice,
    deviceId: 'A',
    deviceNid: nid,
    admin: true,
    expiresTs: undefined,
    unconfirmed: false,
    refreshHash: undefined,
    superseded: false,
  })
  await database.write((tx) => tokens.removeOfDevices(tx, [nid]))
  t.is(await tokens.find('hash'), undefined)
})

forEachEngine('a registration token counts its uses and stops at its limits', async (t, database) => {
  const store = createRegistrationTokenStore(database)
  const use = (token: string, now: number) => database.write((tx) => store.use(tx, token, now))
  const add = (token: string, usesAllowed: number | undefined, expiryTs: number | undefined) =>
    database.write((tx) => store.add(tx, { token, usesAllowed, completed: 0, expiryTs, createdTs: 1 }))
  t.true(await add('twice', 2, undefined))
  t.false(await add('twice', 9, undefined))
  t.deepEqual([await use('twice', 1), await use('twice', 1), await use('twice', 1)], [true, true, false])
  t.deepEqual(await store.find('twice'), { token: 'twice', usesAllowed: 2, completed: 2, expiryTs: undefined })
  await add('timed', undefined, 100)
  t.deepEqual([await use('timed', 99), await use('timed', 100), await use('unknown', 1)], [true, false, false])
  await database.write((tx) => store.setLimits(tx, 'timed', { usesAllowed: undefined, expiryTs: undefined }))
  t.true(await use('timed', 1e12))
  t.is((await store.list()).length, 2)
  t.true(await database.write((tx) => store.remove(tx, 'timed')))
  t.false(await database.write((tx) => store.remove(tx, 'timed')))
})

forEachEngine('only the newest administrator link works, once, until its time', async (t, database) => {
  const store = createRegistrationTokenStore(database)
  const take = (hash: string, now: number) => database.write((tx) => store.takeAdminLink(tx, hash, now))
  await database.write((tx) => store.replaceAdminLink(tx, 'old', 100))
  await database.write((tx) => store.replaceAdminLink(tx, 'new', 100))
  t.true(await store.hasAdminLink(99))
  t.false(await store.hasAdminLink(100))
  t.true(await store.isAdminLink('new', 99))
  t.false(await store.isAdminLink('old', 99))
  t.deepEqual([await take('old', 50), await take('new', 100), await take('new', 99), await take('new', 99)], [false, false, true, false])
})

forEachEngine('profiles hold any JSON value', async (t, database) => {
  const profiles = createProfileStore(database)
  const value = { 'a\u0000': ['\u0001', 1.5, null, 'quote\' " \\ 😀'] }
  await database.write((tx) => profiles.set(tx, alice, 'displayname', 'Alice'))
  await database.write((tx) => profiles.set(tx, alice, 'displayname', 'Alice B.'))
  await database.write((tx) => profiles.set(tx, alice, 'org.example.any', value))
  await database.write((tx) => profiles.set(tx, bob, 'displayname', 'Bob'))
  t.deepEqual(await profiles.find(alice), { displayname: 'Alice B.', 'org.example.any': value })
  t.deepEqual(
    await profiles.findMany([alice, bob, '@carol:hallway.test']),
    new Map([
      [alice, { displayname: 'Alice B.', 'org.example.any': value }],
      [bob, { displayname: 'Bob' }],
    ]),
  )
  t.true(await database.write((tx) => profiles.remove(tx, bob, 'displayname')))
  t.false(await database.write((tx) => profiles.remove(tx, bob, 'displayname')))
  await database.write((tx) => profiles.removeAll(tx, alice))
  t.deepEqual(await profiles.find(alice), {})
})
