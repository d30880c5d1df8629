import { forEachEngine } from '../storage/test-database.ts'
import { alice, createWorld, errcodeOf, logIn, signUp, whoHas } from './test-world.ts'

const renewed = 'battery staple'

forEachEngine('a new password ends the other sessions and spares the one that set it', async (t, database) => {
  const world = createWorld(database)
  const own = await signUp(world)
  const other = await logIn(world)
  const { deviceNid } = (await world.stores.devices.find(alice, own.deviceId))!
  await world.setPassword.change(alice, renewed, { endOthers: true, keepDevice: deviceNid })
  t.is(await whoHas(world, own.accessToken), alice)
  t.is(await whoHas(world, other.accessToken), undefined)
  t.is(await errcodeOf(logIn(world)), 'M_FORBIDDEN')
  t.is((await logIn(world, { password: renewed })).userId, alice)
})

forEachEngine('a new password spares all sessions if so wished, and must be good', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const other = await logIn(world)
  await world.setPassword.change(alice, renewed, { endOthers: false, keepDevice: undefined })
  t.is(await whoHas(world, other.accessToken), alice)
  t.is(await errcodeOf(world.setPassword.change(alice, 'short', { endOthers: false, keepDevice: undefined })), 'M_WEAK_PASSWORD')
})

forEachEngine('a reset link sets the password once and ends all sessions', async (t, database) => {
  const world = createWorld(database)
  const { accessToken } = await signUp(world)
  const old = await world.setPassword.createReset(alice)
  const secret = await world.setPassword.createReset(alice)
  t.is(await errcodeOf(world.setPassword.reset(old, renewed)), 'M_FORBIDDEN')
  t.is(await errcodeOf(world.setPassword.reset(secret, 'short')), 'M_WEAK_PASSWORD')
  const outcomes = await Promise.allSettled([world.setPassword.reset(secret, renewed), world.setPassword.reset(secret, renewed)])
  t.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.is(await whoHas(world, accessToken), undefined)
  t.is((await logIn(world, { password: renewed })).userId, alice)
})

forEachEngine('a reset link is void after a day, and is made for active accounts alone', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const secret = await world.setPassword.createReset(alice)
  world.clock.time += 24 * 60 * 60_000
  t.is(await errcodeOf(world.setPassword.reset(secret, renewed)), 'M_FORBIDDEN')
  t.is(await errcodeOf(world.setPassword.createReset('@bob:hallway.test')), 'M_NOT_FOUND')
  await world.deactivate.deactivate(alice, { erase: false })
  t.is(await errcodeOf(world.setPassword.createReset(alice)), 'M_NOT_FOUND')
})

forEachEngine('a deactivated account has no sessions, no password, no rooms, and keeps its name', async (t, database) => {
  const world = createWorld(database)
  const { accessToken } = await signUp(world)
  await world.profile.setField(alice, alice, 'displayname', { displayname: 'Alice' })
  const secret = await world.setPassword.createReset(alice)
  await world.deactivate.deactivate(alice, { erase: false })
  t.is(await whoHas(world, accessToken), undefined)
  t.is(await errcodeOf(logIn(world)), 'M_USER_DEACTIVATED')
  t.is(await errcodeOf(world.setPassword.reset(secret, renewed)), 'M_FORBIDDEN')
  t.is(await errcodeOf(signUp(world)), 'M_USER_IN_USE')
  t.deepEqual(await world.profile.get(alice), { displayname: 'Alice' })
  t.deepEqual(world.edges.calls, [`join ${alice}`, `leave ${alice}`])
  await world.setPassword.change(alice, renewed, { endOthers: true, keepDevice: undefined })
  t.is(await errcodeOf(logIn(world, { password: renewed })), 'M_USER_DEACTIVATED')
})

forEachEngine('erasure removes the profile and asks for the rest', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  await world.profile.setField(alice, alice, 'displayname', { displayname: 'Alice' })
  await world.deactivate.deactivate(alice, { erase: true })
  t.is(await errcodeOf(world.profile.get(alice)), 'M_NOT_FOUND')
  t.deepEqual(await world.stores.profiles.find(alice), {})
  t.deepEqual(world.edges.calls, [`join ${alice}`, `erase ${alice}`, `leave ${alice}`])
})

forEachEngine('a departure that failed is resumed', async (t, database) => {
  const world = createWorld(database, {
    leaveAllRooms: async () => {
      throw new Error('rooms are away')
    },
  })
  await signUp(world)
  await world.deactivate.deactivate(alice, { erase: false })
  t.is(world.edges.errors.length, 1)
  const next = createWorld(database)
  await next.deactivate.resume()
  await next.deactivate.resume()
  t.deepEqual(next.edges.calls, [`leave ${alice}`])
})
