import { forEachEngine } from '../storage/test-database.ts'
import type { RoomProfile } from './profile.ts'
import { alice, createWorld, errcodeOf, signUp } from './test-world.ts'

const bob = '@bob:hallway.test'

forEachEngine('a profile holds name, picture and any field with a namespace', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const { profile } = world
  t.deepEqual(await profile.get(alice), {})
  const set = (field: string, value: unknown) => profile.setField(alice, alice, field, { [field]: value })
  await set('displayname', 'Alice')
  await set('avatar_url', 'mxc://hallway.test/abc')
  await set('m.tz', 'Europe/London')
  await set('org.example.any-thing', { a: [1.5, null] })
  await set('org.example.null', null)
  t.deepEqual(await profile.get(alice), {
    displayname: 'Alice',
    avatar_url: 'mxc://hallway.test/abc',
    'm.tz': 'Europe/London',
    'org.example.any-thing': { a: [1.5, null] },
    'org.example.null': null,
  })
  t.deepEqual(await profile.getField(alice, 'org.example.null'), { 'org.example.null': null })
  t.deepEqual(world.edges.propagated, [
    { displayname: 'Alice', avatar_url: undefined },
    { displayname: 'Alice', avatar_url: 'mxc://hallway.test/abc' },
  ])
  await set('avatar_url', '')
  await profile.removeField(alice, alice, 'displayname')
  await profile.removeField(alice, alice, 'displayname')
  t.is(await errcodeOf(profile.getField(alice, 'displayname')), 'M_NOT_FOUND')
  t.deepEqual(await profile.roomProfile(alice), { displayname: undefined, avatar_url: undefined })
  t.is(world.edges.propagated.length, 4)
})

forEachEngine('what is not a profile of ours is not found', async (t, database) => {
  const { profile } = createWorld(database)
  for (const userId of [alice, '@alice:elsewhere.test', '@nul\u0000:hallway.test', '@UP:hallway.test'] as const) {
    t.is(await errcodeOf(profile.get(userId)), 'M_NOT_FOUND', userId)
    t.is(await errcodeOf(profile.getField(userId, 'displayname')), 'M_NOT_FOUND', userId)
  }
})

forEachEngine('a bad change of a profile is refused, each for its reason', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const { profile } = world
  const set = (field: string, body: { [field: string]: unknown }) => errcodeOf(profile.setField(alice, alice, field, body))
  t.is(await errcodeOf(profile.setField(bob, alice, 'displayname', { displayname: 'x' })), 'M_FORBIDDEN')
  t.is(await errcodeOf(profile.removeField(bob, alice, 'displayname')), 'M_FORBIDDEN')
  t.is(await set('displayname', {}), 'M_MISSING_PARAM')
  t.is(await set('org.example.field', Object.create({ 'org.example.field': 1 })), 'M_MISSING_PARAM')
  for (const value of [null, 1, {}, 'x'.repeat(257)]) t.is(await set('displayname', { displayname: value }), 'M_INVALID_PARAM')
  for (const value of [null, 'https://example.org/a.png', 'mxc://', 'mxc://a/b/c'])
    t.is(await set('avatar_url', { avatar_url: value }), 'M_INVALID_PARAM')
  for (const field of ['nodots', 'Upper.case', '__proto__', 'a..b', 'nul.\u0000']) {
    t.is(await set(field, JSON.parse(`{${JSON.stringify(field)}: 1}`)), 'M_INVALID_PARAM', field)
    t.is(await errcodeOf(profile.removeField(alice, alice, field)), 'M_INVALID_PARAM', field)
    t.is(await errcodeOf(profile.getField(alice, field)), 'M_NOT_FOUND', field)
  }
  const long = `a.${'b'.repeat(254)}`
  t.is(await set(long, { [long]: 1 }), 'M_KEY_TOO_LARGE')
  t.deepEqual(await profile.get(alice), {})
  t.deepEqual(world.edges.propagated, [])
})

forEachEngine('the whole profile stays below 64 KiB, however many write at once', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const set = (i: number) => world.profile.setField(alice, alice, `org.example.f${i}`, { [`org.example.f${i}`]: 'ä'.repeat(5000) })
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => set(i)))
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 6)
  for (const outcome of outcomes) if (outcome.status === 'rejected') t.is(outcome.reason.errcode, 'M_PROFILE_TOO_LARGE')
  t.true(Buffer.byteLength(JSON.stringify(await world.profile.get(alice))) < 65_536)
})

forEachEngine('fifty renames at once leave the rooms with the name that the profile has', async (t, database) => {
  const propagated: RoomProfile[] = []
  let running = 0
  const world = createWorld(database, {
    async propagateProfile(_userId, profile) {
      t.is(++running, 1)
      await new Promise(setImmediate)
      propagated.push(profile)
      running--
    },
  })
  await signUp(world)
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => world.profile.setField(alice, alice, 'displayname', { displayname: `Alice ${i}` })),
  )
  t.is(propagated.at(-1)?.displayname, (await world.profile.get(alice))['displayname'] as string)
  t.deepEqual(world.edges.errors, [])
})

forEachEngine('a change that rooms cannot take is kept, and reported', async (t, database) => {
  const world = createWorld(database, {
    propagateProfile: async () => {
      throw new Error('rooms are away')
    },
  })
  await signUp(world)
  await world.profile.setField(alice, alice, 'displayname', { displayname: 'Alice' })
  t.is(world.edges.errors.length, 1)
  t.deepEqual(await world.profile.get(alice), { displayname: 'Alice' })
})

forEachEngine('a value that is set again changes and announces nothing', async (t, database) => {
  const world = createWorld(database)
  await signUp(world)
  const set = () => world.profile.setField(alice, alice, 'displayname', { displayname: 'Alice' })
  await set()
  const head = database.head()
  await set()
  t.is(database.head(), head)
  t.is(world.edges.propagated.length, 1)
})
