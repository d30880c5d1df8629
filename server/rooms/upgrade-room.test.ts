import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { roomVersions } from '../protocol/room-versions.ts'
import type { Database } from '../storage/database.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testUpgrades } from './test-upgrades.ts'

const [alice, bob, carol, dave]: UserId[] = ['@alice:hs', '@bob:hs', '@carol:hs', '@dave:hs']
const to12 = { version: '12', additionalCreators: [] }
const state = (type: string, content: { [key: string]: unknown }, stateKey = '') => ({ type, stateKey, content })
const failed = (error: unknown) => (error as { errcode?: string }).errcode

const carried = [
  state('m.room.avatar', { url: 'mxc://hs/a' }),
  state('m.room.guest_access', { guest_access: 'forbidden' }),
  state('m.room.history_visibility', { history_visibility: 'joined' }),
  state('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }),
  state('m.room.server_acl', { allow: ['*'], deny: ['bad.example'] }),
]

forEachEngine('the new room has what the text lists, both rooms name each other, and the old one is closed', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice', 'bob', 'carol', 'dave')
  const roomId = await world.createRoom(alice!, {
    version: '11',
    preset: 'public_chat',
    visibility: 'public',
    name: 'Lab',
    topic: 'Glass',
    aliasName: 'lab',
    creationContent: { type: 'org.example', 'm.federate': false, custom: 1 },
    initialState: [...carried, state('org.example.shelf', { books: 3 })],
    powerLevels: { users: { [alice!]: 100, [bob!]: 50 }, events: { 'm.room.message': 10, 'm.room.name': 30 } },
  })
  for (const userId of [bob!, carol!, dave!]) await world.members.join(roomId, userId)
  await world.members.ban({ roomId, sender: alice!, target: dave!, reason: 'noise' })
  const before = (await world.roomStates.open(roomId))!.next.extremities
  world.batches.length = 0
  const replacement = await world.upgrade(alice!, roomId, { version: '12', additionalCreators: [carol!] })
  t.is(world.batches.filter(({ rows }) => rows > 1).length, 1, 'one commit for all of it')

  const [old, young] = [await world.stateOf(roomId), await world.stateOf(replacement)]
  t.deepEqual(young('m.room.create'), {
    room_version: '12',
    type: 'org.example',
    'm.federate': false,
    additional_creators: [carol],
    predecessor: { room_id: roomId, event_id: before[0] },
  })
  for (const { type, content } of carried) t.deepEqual(young(type), content, type)
  t.is(young('m.room.name')?.['name'], 'Lab')
  t.is(young('m.room.topic')?.['topic'], 'Glass')
  t.is(young('m.room.join_rules')?.['join_rule'], 'public')
  t.is(young('org.example.shelf'), undefined)
  t.like(young('m.room.power_levels'), {
    users: { [bob!]: 50 },
    events: { 'm.room.message': 10, 'm.room.name': 30, 'm.room.tombstone': 150 },
  })
  t.deepEqual(await world.membersOf(replacement), { [alice!]: 'join', [bob!]: 'join', [carol!]: 'join', [dave!]: 'ban' })
  t.is((await world.roomStates.open(replacement))!.members.get(dave!)?.pdu.content['reason'], 'noise')

  t.is((await world.aliases.find('#lab:hs' as RoomAlias))?.roomId, replacement)
  t.deepEqual(young('m.room.canonical_alias'), { alias: '#lab:hs' })
  t.deepEqual(old('m.room.canonical_alias'), {})
  t.deepEqual(
    (await world.directory.list()).map((room) => room.roomId),
    [replacement],
  )
  t.is(old('m.room.tombstone')?.['replacement_room'], replacement)
  t.like(old('m.room.power_levels'), {
    events_default: 50,
    invite: 50,
    users: { [alice!]: 100 },
    events: { 'm.room.message': 50, 'm.reaction': 0, 'm.room.redaction': 0 },
  })
  t.deepEqual(world.moved, [[roomId, replacement]])
  t.deepEqual(await world.notes.list(), [])
})

/** Where the rules differ most: all other versions are tried from these, and to these. */
const turns = ['1', '12']

for (const from of ['1', '6', '10', '12']) {
  const targets = roomVersions.map(({ id }) => id).filter((to) => turns.includes(from) || turns.includes(to))
  forEachEngine(`a room of version ${from} can be upgraded to ${targets.length} versions`, async (t, database) => {
    const world = testUpgrades(database)
    await world.signUp('alice', 'bob')
    for (const version of targets) {
      const initialState = [state('m.room.join_rules', { join_rule: Number(from) < 8 ? 'invite' : 'restricted', allow: [] })]
      const roomId = await world.createRoom(alice!, { version: from, initialState })
      await world.members.invite({ roomId, sender: alice!, target: bob! })
      await world.members.join(roomId, bob!)
      const replacement = await world.upgrade(alice!, roomId, { version, additionalCreators: [] })
      const young = await world.stateOf(replacement)
      t.is((await world.roomStates.open(replacement))!.version.id, version)
      t.like(young('m.room.create'), { predecessor: { room_id: roomId } })
      t.deepEqual(await world.membersOf(replacement), { [alice!]: 'join', [bob!]: 'invite' })
      t.is(young('m.room.join_rules')?.['join_rule'], Number(from) < 8 || Number(version) < 8 ? 'invite' : 'restricted')
      const users = young('m.room.power_levels')?.['users']
      if (version === '12') t.deepEqual(users, {})
      else t.is((users as { [id: string]: number })[alice!], from === '12' ? 150 : 100)
      t.truthy(await world.setState({ roomId: replacement, sender: alice!, ...state('m.room.server_acl', { allow: ['*'] }) }))
    }
  })
}

forEachEngine('who may not send a tombstone upgrades nothing, and no room is made', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice', 'bob', 'carol')
  const roomId = await world.createRoom(alice!, { version: '11', preset: 'public_chat' })
  await world.members.join(roomId, bob!)
  const count = async () => (await database.read('SELECT nid FROM room')).length
  const rooms = await count()
  for (const [userId, id, request, errcode] of [
    [bob!, roomId, to12, 'M_FORBIDDEN'],
    [carol!, roomId, to12, 'M_FORBIDDEN'],
    [alice!, '!nowhere:hs', to12, 'M_FORBIDDEN'],
    [alice!, roomId, { version: '13', additionalCreators: [] }, 'M_UNSUPPORTED_ROOM_VERSION'],
    [alice!, roomId, { version: '12', additionalCreators: ['carol'] }, 'M_INVALID_PARAM'],
  ] as const)
    t.is(failed(await t.throwsAsync(world.upgrade(userId, id as RoomId, request))), errcode)
  t.is(await count(), rooms)
  t.is((await world.stateOf(roomId))('m.room.tombstone'), undefined)
  t.regex(await world.upgrade(alice!, roomId, { version: '10', additionalCreators: ['carol'] }), /^!/)
})

forEachEngine('of five upgrades at once one wins, the others are told so, and so is who comes later', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice')
  const roomId = await world.createRoom(alice!, { version: '11' })
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => world.upgrade(alice!, roomId, to12)))
  const won = results.filter((result) => result.status === 'fulfilled')
  t.is(won.length, 1)
  for (const result of results) if (result.status === 'rejected') t.is(failed(result.reason), 'M_BAD_STATE')
  const late = await t.throwsAsync(world.upgrade(alice!, roomId, to12))
  t.like(late, { errcode: 'M_BAD_STATE', status: 400, fields: { replacement_room: won[0]!.value } })
  t.is((await world.stateOf(roomId))('m.room.tombstone')?.['replacement_room'], won[0]!.value)
})

forEachEngine('a commit that fails leaves the old room as it was, and the upgrade can be tried again', async (t, database) => {
  let broken = true
  const world = testUpgrades(database, {
    between: (groupCommit) => ({
      ...groupCommit,
      add: (unit) =>
        groupCommit.add({
          ...unit,
          write: (draft) => {
            if (broken) throw new Error('The disk is full.')
            unit.write(draft)
          },
        }),
    }),
  })
  await world.signUp('alice')
  const roomId = await world.createRoom(alice!, { version: '11', aliasName: 'lab' })
  await t.throwsAsync(world.upgrade(alice!, roomId, to12), { message: /disk/ })
  t.is((await world.stateOf(roomId))('m.room.tombstone'), undefined)
  t.is((await world.aliases.find('#lab:hs'))?.roomId, roomId)
  t.deepEqual(await world.notes.list(), [])
  t.is((await database.read('SELECT room_nid FROM room_head')).length, 1)
  broken = false
  const replacement = await world.upgrade(alice!, roomId, to12)
  t.is((await world.stateOf(roomId))('m.room.tombstone')?.['replacement_room'], replacement)
})

/** Kills the server, as it were, when `from`'s people are to be brought over. */
const crash = async () => {
  throw new Error('The power went out.')
}

forEachEngine('what a crash interrupts is done at the next start', async (t, database) => {
  const world = testUpgrades(database, { carrySettings: crash })
  const crowd = await world.signUp(...Array.from({ length: 120 }, (_, i) => `user${i}`))
  await world.signUp('alice')
  const roomId = await world.createRoom(alice!, { version: '11', preset: 'public_chat', aliasName: 'lab' })
  for (const userId of crowd) await world.members.join(roomId, userId)
  await t.throwsAsync(world.upgrade(alice!, roomId, to12), { message: /power/ })
  const carried: UserId[] = []
  const after = testUpgrades(database, { carrySettings: async (_from, _to, userIds) => void carried.push(...userIds) })
  const replacement = (await after.stateOf(roomId))('m.room.tombstone')!['replacement_room'] as RoomId
  t.true(Object.keys(await after.membersOf(replacement)).length < 121)
  await after.members.leave(replacement, crowd[0]!)
  await after.resume()
  const members = await after.membersOf(replacement)
  t.is(Object.keys(members).length, 121)
  t.is(members[crowd[0]!], 'leave', 'who left meanwhile is not brought back')
  t.is(members[crowd[119]!], 'join')
  t.is(carried.length, 121)
  t.deepEqual(await after.notes.list(), [])
  t.is((await after.aliases.find('#lab:hs'))?.roomId, replacement)
})

forEachEngine('many follow in few commits', async (t, database) => {
  const world = testUpgrades(database)
  const crowd = await world.signUp(...Array.from({ length: 250 }, (_, i) => `user${i}`))
  await world.signUp('alice')
  const roomId = await world.createRoom(alice!, { version: '11', preset: 'public_chat' })
  for (const userId of crowd) await world.members.join(roomId, userId)
  world.batches.length = 0
  const replacement = await world.upgrade(alice!, roomId, to12)
  t.is(Object.keys(await world.membersOf(replacement)).length, 251)
  t.true(world.batches.filter(({ rows }) => rows > 1).length <= 4, JSON.stringify(world.batches))
})

const privateRoom = async (database: Database, admitsAtOnce: boolean) => {
  const world = testUpgrades(database, { policy: { check: () => {}, admitsAtOnce: () => admitsAtOnce } })
  await world.signUp('alice', 'bob', 'carol')
  const roomId = await world.createRoom(alice!, { version: '11' })
  for (const target of [bob!, carol!]) await world.members.invite({ roomId, sender: alice!, target })
  if (!admitsAtOnce) await world.members.join(roomId, bob!)
  return world.membersOf(await world.upgrade(alice!, roomId, to12))
}

forEachEngine('into a private room members are invited, or brought along where invites are accepted for them', async (t, database) => {
  t.deepEqual(await privateRoom(database, false), { [alice!]: 'join', [bob!]: 'invite', [carol!]: 'invite' })
})

forEachEngine('where invites are accepted for them, people are members at once', async (t, database) => {
  t.deepEqual(await privateRoom(database, true), { [alice!]: 'join', [bob!]: 'join', [carol!]: 'join' })
})

forEachEngine('who is in a room that lets them in is brought along, others are invited', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice', 'bob', 'carol')
  const club = await world.createRoom(alice!, { preset: 'public_chat' })
  await world.members.join(club, bob!)
  const allow = [{ type: 'm.room_membership', room_id: club }]
  const initialState = [state('m.room.join_rules', { join_rule: 'restricted', allow })]
  const roomId = await world.createRoom(alice!, { version: '11', initialState })
  await world.members.join(roomId, bob!)
  await world.members.invite({ roomId, sender: alice!, target: carol! })
  await world.members.join(roomId, carol!)
  const replacement = await world.upgrade(alice!, roomId, { version: '10', additionalCreators: [] })
  t.deepEqual(await world.membersOf(replacement), { [alice!]: 'join', [bob!]: 'join', [carol!]: 'invite' })
  const member = (await world.roomStates.open(replacement))!.members.get(bob!)
  t.is(member?.pdu.content['join_authorised_via_users_server'], alice)
})

forEachEngine('a tombstone to a room that knows nothing of it is no upgrade', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice')
  const [roomId, other] = [await world.createRoom(alice!, { version: '11' }), await world.createRoom(alice!, { version: '11' })]
  await world.setState({ roomId, sender: alice!, ...state('m.room.tombstone', { body: 'gone', replacement_room: other }) })
  const replacement = await world.upgrade(alice!, roomId, to12)
  t.is((await world.stateOf(roomId))('m.room.tombstone')?.['replacement_room'], replacement)
})

forEachEngine('a moderator of half the power can upgrade where the room allows it, and keeps that power', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice', 'bob')
  const roomId = await world.createRoom(alice!, {
    version: '11',
    preset: 'public_chat',
    initialState: carried,
    powerLevels: { users: { [alice!]: 100, [bob!]: 50 }, events: { 'm.room.tombstone': 50, 'm.room.power_levels': 100 } },
  })
  await world.members.join(roomId, bob!)
  const replacement = await world.upgrade(bob!, roomId, { version: '11', additionalCreators: [] })
  const [old, young] = [await world.stateOf(roomId), await world.stateOf(replacement)]
  t.like(young('m.room.power_levels'), { users: { [alice!]: 100, [bob!]: 50 } })
  t.is(old('m.room.power_levels')?.['events_default'], 0, 'their power does not reach so far as to close the old room')
  t.deepEqual(await world.membersOf(replacement), { [alice!]: 'join', [bob!]: 'join' })
})

forEachEngine('a Space keeps the rooms in it; what it says of Spaces above counts by who said it', async (t, database) => {
  const world = testUpgrades(database)
  await world.signUp('alice', 'bob')
  const via = ['hs']
  const roomId = await world.createRoom(alice!, {
    version: '11',
    preset: 'public_chat',
    creationContent: { type: 'm.space' },
    powerLevels: { users: { [alice!]: 100, [bob!]: 100 } },
    initialState: [state('m.space.child', { via, order: 'a' }, '!a:hs'), state('m.space.child', {}, '!b:hs')],
  })
  await world.members.join(roomId, bob!)
  await world.setState({ roomId, sender: alice!, ...state('m.space.parent', { via }, '!mine:hs') })
  await world.setState({ roomId, sender: bob!, ...state('m.space.parent', { via }, '!his:hs') })
  const young = await world.stateOf(await world.upgrade(alice!, roomId, to12))
  t.is(young('m.room.create')?.['type'], 'm.space')
  t.deepEqual(young('m.space.child', '!a:hs'), { via, order: 'a' })
  t.is(young('m.space.child', '!b:hs'), undefined)
  t.deepEqual(young('m.space.parent', '!mine:hs'), { via })
  t.is(young('m.space.parent', '!his:hs'), undefined)
})
