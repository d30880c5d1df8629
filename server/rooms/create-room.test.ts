import test from 'ava'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { roomVersion, roomVersions } from '../protocol/room-versions.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createCheckNaming } from './alias-rules.ts'
import { createCreateRoom } from './create-room.ts'
import type { MembershipPolicy } from './membership-change.ts'
import { firstEvents, type RoomWish } from './create-room-events.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'

const timelineOf = async ({ events, roomStates }: ReturnType<typeof testDeeds>, roomId: RoomId) =>
  events.inRoom({ roomNid: (await roomStates.open(roomId))!.nid, after: 0, upTo: 1e9, limit: 100, backwards: false })

for (const { id: version } of roomVersions) {
  forEachEngine(`a room of version ${version} gets its first events in the order of the specification`, async (t, database) => {
    const deeds = testDeeds(database)
    const [, bob] = await deeds.signUp('alice', 'bob')
    const roomId = await deeds.createRoom(alice, {
      version,
      preset: 'trusted_private_chat',
      name: 'Lab',
      topic: 'Glass',
      aliasName: 'lab',
      invite: [bob!, bob!],
      isDirect: true,
      initialState: [
        { type: 'm.room.name', stateKey: '', content: { name: 'other' } },
        { type: 'm.room.guest_access', stateKey: '', content: { guest_access: 'forbidden' } },
      ],
    })
    const timeline = await timelineOf(deeds, roomId)
    t.deepEqual(
      timeline.map(({ type }) => type.replace('m.room.', '')),
      [
        'create',
        'member',
        'power_levels',
        'canonical_alias',
        'join_rules',
        'history_visibility',
        'guest_access',
        'name',
        'topic',
        'member',
      ],
    )
    const contentOf = (type: string) => timeline.find((event) => event.type === type)!.pdu.content
    t.is(contentOf('m.room.name')['name'], 'Lab')
    t.is(contentOf('m.room.guest_access')['guest_access'], 'forbidden')
    t.deepEqual(timeline.at(-1)!.pdu.content, { displayname: 'bob!', membership: 'invite', is_direct: true })
    if (version === '12') t.deepEqual(contentOf('m.room.create')['additional_creators'], [bob])
    else t.deepEqual(contentOf('m.room.power_levels')['users'], { [alice]: 100, [bob!]: 100 })
    t.is((await deeds.aliases.find('#lab:hs'))?.roomId, roomId)
    t.is(deeds.batches.filter(({ units }) => units > 0).length, 1)
  })
}

forEachEngine('of 20 who want one alias at once, one gets it and the others make no room', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => deeds.createRoom(alice, { aliasName: 'lab' })))
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results) if (result.status === 'rejected') t.like(result.reason, { errcode: 'M_ROOM_IN_USE', status: 400 })
  t.is((await database.read('SELECT nid FROM room')).length, 1)
})

forEachEngine('a room that its own rules forbid is not made, and gives its alias back', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const refused = async (request: Parameters<typeof deeds.createRoom>[1], errcode: string) =>
    t
      .throwsAsync(deeds.createRoom(alice, { aliasName: 'lab', ...request }), { message: /./, name: 'MatrixError' })
      .then((error) => t.is((error as unknown as { errcode: string }).errcode, errcode))
  await refused({ powerLevels: { users: { [alice]: 100 } } }, 'M_INVALID_ROOM_STATE')
  await refused({ version: '11', powerLevels: { users: {} } }, 'M_INVALID_ROOM_STATE')
  await refused({ initialState: [{ type: 'm.room.member', stateKey: alice, content: { membership: 'ban' } }] }, 'M_INVALID_ROOM_STATE')
  await refused({ version: '13' }, 'M_UNSUPPORTED_ROOM_VERSION')
  await refused({ invite: ['@nobody:hs'] }, 'M_NOT_FOUND')
  await refused({ invite: ['@bob:elsewhere'] }, 'M_NOT_FOUND')
  await refused({ creationContent: { additional_creators: [7] } }, 'M_INVALID_PARAM')
  await refused({ aliasName: 'a b' }, 'M_INVALID_PARAM')
  await refused({ initialState: [{ type: 'm.room.canonical_alias', stateKey: '', content: { alias: '#x:hs' } }] }, 'M_BAD_ALIAS')
  t.is(await deeds.aliases.find('#lab:hs'), undefined)
  t.regex(await deeds.createRoom(alice, { aliasName: 'lab' }), /^!/)
})

forEachEngine('the operator says which version rooms have and who names them', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const checkNaming = createCheckNaming([{ user_id: '*', alias: '#a*', room_id: '*', action: 'allow' }])
  const policy: MembershipPolicy = { check: () => {}, admitsAtOnce: () => false }
  const createRoom = createCreateRoom({ ...deeds, policy, checkState: () => {}, options: { defaultVersion: '11', checkNaming } })
  const roomId = await createRoom(alice, { aliasName: 'a' })
  t.is((await deeds.roomStates.open(roomId))?.version.id, '11')
  await t.throwsAsync(createRoom(alice, { aliasName: 'b' }), { message: /choose another/ })
})

forEachEngine('claims that a crash left behind are settled: with their room, or given back', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const roomId = await deeds.createRoom(alice, { aliasName: 'made' })
  await database.write(async (tx) => {
    await tx.query("UPDATE room_alias SET room_id = NULL WHERE alias = '#made:hs'")
  })
  await deeds.aliases.claim('#unmade:hs', alice, 1)
  await deeds.aliases.settleClaims()
  t.is((await deeds.aliases.find('#made:hs'))?.roomId, roomId)
  t.true(await deeds.aliases.claim('#unmade:hs', alice, 1))
})

forEachEngine('a public room stands in the directory; people of other rooms do not', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const roomId = await deeds.createRoom(alice, { visibility: 'public' })
  await deeds.createRoom(alice, {})
  t.deepEqual(await deeds.directory.list(), [{ roomId, joined: 1 }])
})

test('an override of the events leaves the level of the tombstone above that of other state', (t) => {
  const wish: RoomWish = {
    creator: alice,
    version: roomVersion('12')!,
    preset: 'private_chat',
    creationContent: { creator: '@x:y', room_version: '1', type: 'm.space' },
    powerLevels: { events: { 'm.room.name': 0 } },
    initialState: [],
    alias: undefined,
    name: undefined,
    topic: undefined,
    invite: [],
    isDirect: false,
  }
  const [create, , levels] = firstEvents(wish, {})
  t.deepEqual(create!.content, { type: 'm.space', room_version: '12' })
  t.deepEqual(levels!.content['events'], { 'm.room.name': 0, 'm.room.tombstone': 150 })
})
