import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Errcode } from '../../spec/errors.ts'
import { committedState } from '../rooms/room.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testTeam } from './test-team.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'
const carol: UserId = '@carol:hs'
const maker = { userId: alice, admin: false }
const admin = { userId: alice, admin: true }
type Team = ReturnType<typeof testTeam>

async function aTeam(database: Parameters<typeof testTeam>[0]): Promise<Team> {
  const team = testTeam(database)
  await team.organisation.ensure()
  for (const userId of await team.signUp('alice', 'bob', 'carol')) await team.organisation.join(userId)
  return team
}

const contentOf = async ({ roomStates }: Team, roomId: RoomId, type: string, key = '') => {
  const room = (await roomStates.open(roomId))!
  if (type === 'm.room.member') await roomStates.loadMembers(room, [key])
  return committedState(room)(type, key)?.pdu.content
}
const membership = async (team: Team, roomId: RoomId, userId: UserId) =>
  (await contentOf(team, roomId, 'm.room.member', userId))?.['membership']

forEachEngine('a public channel is open to the organisation, listed, and its people are in it at once', async (t, database) => {
  const team = await aTeam(database)
  team.batches.length = 0
  const roomId = await team.presetRooms.make(maker, {
    preset: 'channel.public',
    name: 'Glass',
    alias: 'glass-works',
    topic: 'blow',
    invite: [bob, bob],
  })
  t.is(team.batches.length, 1)
  t.is(await membership(team, roomId, alice), 'join')
  t.is(await membership(team, roomId, bob), 'join')
  t.is(await membership(team, roomId, carol), undefined)
  await team.members.join(roomId, carol)
  t.is(await membership(team, roomId, carol), 'join')
  t.deepEqual(await contentOf(team, roomId, 'chat.hallway.kind'), { kind: 'channel' })
  t.deepEqual(await contentOf(team, roomId, 'chat.hallway.policy'), { preview: 'org' })
  t.deepEqual(await contentOf(team, roomId, 'io.element.functional_members'), { service_members: [team.systemUser] })
  t.deepEqual(
    (await team.directory.list()).map((room) => room.roomId),
    [roomId],
  )
  t.is((await team.aliases.find('#glass-works:hs'))?.roomId, roomId)
  await t.throwsAsync(team.presetRooms.make(maker, { preset: 'channel.public', name: 'Other', alias: 'glass-works' }), { message: /taken/ })
})

forEachEngine('an owner hands over, and a member of a group renames it', async (t, database) => {
  const team = await aTeam(database)
  const roomId = await team.presetRooms.make(maker, { preset: 'group.open', invite: [bob, carol] })
  await team.setState({ roomId, sender: bob, type: 'm.room.name', stateKey: '', content: { name: 'We' } })
  const levels = (await contentOf(team, roomId, 'm.room.power_levels'))!
  const promote = (sender: UserId, users: object) =>
    team.setState({ roomId, sender, type: 'm.room.power_levels', stateKey: '', content: { ...levels, users } })
  await t.throwsAsync(promote(bob, { [bob]: 100 }), { message: /power level/ })
  await promote(alice, { [alice]: 100, [bob]: 100 })
  await promote(alice, { [bob]: 100 })
  t.deepEqual((await contentOf(team, roomId, 'm.room.power_levels'))?.['users'], { [bob]: 100 })
})

forEachEngine('later invites to a preset room make members at once; a plain room asks', async (t, database) => {
  const team = await aTeam(database)
  const group = await team.presetRooms.make(maker, { preset: 'group.fixed', invite: [bob] })
  await team.members.invite({ roomId: group, sender: bob, target: carol })
  t.is(await membership(team, group, carol), 'join')
  await t.throwsAsync(team.members.kick({ roomId: group, sender: alice, target: bob }), { message: /may not remove/ })
  const plain = await team.createRoom(alice, { invite: [bob] })
  t.is(await membership(team, plain, bob), 'invite')
})

forEachEngine('any member removes another through the server where the policy says so, and there alone', async (t, database) => {
  const team = await aTeam(database)
  const roomId = await team.presetRooms.make(maker, { preset: 'group.open', invite: [bob, carol] })
  const remove = (target: UserId, actor = bob) => team.removeMember({ roomId, actor, target, reason: 'moved' })
  await remove(alice)
  t.deepEqual(await contentOf(team, roomId, 'm.room.member', alice), { membership: 'leave', reason: 'moved', 'chat.hallway.actor': bob })
  await t.throwsAsync(remove(alice), { message: /neither a member/ })
  await t.throwsAsync(remove(carol, alice), { message: /Only members/ })
  await t.throwsAsync(remove(team.systemUser), { message: /stays in it/ })
  const fixed = await team.presetRooms.make(maker, { preset: 'group.fixed', invite: [bob] })
  await t.throwsAsync(team.removeMember({ roomId: fixed, actor: bob, target: alice, reason: undefined }), { message: /do not remove/ })
})

forEachEngine('everybody is in an announcement, now and later; few write, and nobody leaves', async (t, database) => {
  const team = await aTeam(database)
  await t.throwsAsync(team.presetRooms.make(maker, { preset: 'announcement', name: 'News' }), { message: /may not make/ })
  const roomId = await team.presetRooms.make(admin, { preset: 'announcement', name: 'News' })
  for (const userId of [alice, bob, carol]) t.is(await membership(team, roomId, userId), 'join')
  const [dave] = await team.signUp('dave')
  await team.organisation.join(dave!)
  await team.organisation.join(dave!)
  t.is(await membership(team, roomId, dave!), 'join')
  t.is(await membership(team, team.organisation.space(), dave!), 'join')
  await t.throwsAsync(team.members.leave(roomId, bob), { message: /mute it/ })
  await t.throwsAsync(team.setState({ roomId, sender: bob, type: 'm.room.member', stateKey: bob, content: { membership: 'leave' } }), {
    message: /mute it/,
  })
  await t.throwsAsync(team.members.leave(team.organisation.space(), bob), { message: /mute it/ })
  await t.throwsAsync(team.sendEvent({ roomId, sender: bob, type: 'm.room.message', content: { body: 'x', msgtype: 'm.text' } }), {
    message: /power level/,
  })
  const news = await team.sendEvent({ roomId, sender: alice, type: 'm.room.message', content: { body: 'x', msgtype: 'm.text' } })
  const mark = { 'm.relates_to': { rel_type: 'm.annotation', event_id: news.eventId, key: 'x' } }
  t.truthy(await team.sendEvent({ roomId, sender: bob, type: 'm.reaction', content: mark }))
})

forEachEngine('what would not hold is refused', async (t, database) => {
  const team = await aTeam(database)
  const refused = async (
    wish: Omit<Parameters<typeof team.presetRooms.make>[1], 'preset'> & { preset?: 'channel.private' | 'group.open' | 'dm' },
    errcode: Errcode,
  ) => {
    const error = await t.throwsAsync(team.presetRooms.make(maker, { preset: 'channel.private', ...wish }))
    t.is((error as unknown as { errcode: string }).errcode, errcode)
  }
  await refused({}, 'M_MISSING_PARAM')
  await refused({ name: 'x', alias: 'Not-Lower' }, 'M_INVALID_PARAM')
  await refused({ name: 'x', alias: 'two--hyphens' }, 'M_INVALID_PARAM')
  await refused({ preset: 'group.open', alias: 'x' }, 'M_INVALID_PARAM')
  await refused({ name: 'x', invite: ['@nobody:hs'] }, 'M_NOT_FOUND')
  await refused({ name: 'x', overrides: { edit_window: 5 } }, 'chat.hallway.POLICY')
  await refused({ name: 'x', overrides: { encryption: 'required' } }, 'chat.hallway.POLICY')
  await refused({ name: 'x', overrides: { mandatory: true } }, 'chat.hallway.POLICY')
  await refused({ preset: 'dm', name: 'x', invite: [bob] }, 'M_INVALID_PARAM')
  const roomId = await team.presetRooms.make(maker, {
    preset: 'channel.private',
    name: 'x',
    invite: [bob],
    overrides: { encryption: 'allowed', invite_level: 101 },
  })
  t.is(await membership(team, roomId, bob), 'join')
  const state = (type: string, content: object) => team.setState({ roomId, sender: alice, type, stateKey: '', content: { ...content } })
  await t.throwsAsync(state('chat.hallway.kind', { kind: 'dm' }), { message: /settled/ })
  await t.throwsAsync(state('chat.hallway.policy', { history: 'joined' }), { message: /not enforce/ })
  await t.throwsAsync(state('chat.hallway.policy', { mandatory: true }), { message: /later/ })
  await t.throwsAsync(state('chat.hallway.policy', { remove: 5 }), { message: /means nothing/ })
  t.regex(await state('chat.hallway.policy', { remove: 'members', unknown: 1 }), /^\$/)
  await t.throwsAsync(
    team.createRoom(alice, { initialState: [{ type: 'chat.hallway.kind', stateKey: '', content: { kind: 'channel' } }] }),
    { message: /settled/ },
  )
})

forEachEngine(
  'at a later start the organisation is the same one, renamed if need be, and lets in whom a crash kept out',
  async (t, database) => {
    const team = await aTeam(database)
    const roomId = await team.presetRooms.make(admin, { preset: 'announcement', name: 'News' })
    const space = team.organisation.space()
    const [dave] = await team.signUp('dave')
    await database.write(async (tx) => {
      await tx.query('DELETE FROM mandatory_room')
      await tx.query('DELETE FROM meta WHERE key = $1', ['organisation_space'])
    })
    const later = testTeam(database)
    t.is(await later.organisation.ensure(), space)
    t.is(await membership(later, roomId, dave!), 'join')
    t.is(await membership(later, space, dave!), 'join')
    const head = database.head()
    await later.organisation.ensure()
    t.is(database.head(), head)
  },
)

forEachEngine('visitors of the website are in no room of the team, whoever makes it', async (t, database) => {
  const team = await aTeam(database)
  const [visitor] = await team.signUp('visitor-1')
  const refused = async (deed: Promise<unknown>) => t.throwsAsync(deed, { message: /live chats alone/ })
  const roomId = await team.createRoom(alice, { preset: 'public_chat' })
  await refused(team.members.join(roomId, visitor!))
  await refused(team.members.invite({ roomId, sender: alice, target: visitor! }))
  await refused(team.createRoom(visitor!, {}))
  await refused(team.createRoom(alice, { invite: [visitor!] }))
  await refused(team.presetRooms.make(maker, { preset: 'group.open', invite: [visitor!] }))
  await refused(team.presetRooms.make({ userId: visitor!, admin: false }, { preset: 'group.open' }))
  await refused(team.openDirectMessage(alice, [visitor!]))
  await team.organisation.join(visitor!)
  t.deepEqual(await team.joinedRooms(visitor!), [])
})

forEachEngine('an announcement to hundreds takes a few commits', async (t, database) => {
  const team = await aTeam(database)
  await team.signUp(...Array.from({ length: 230 }, (_, i) => `user${i}`))
  const roomId = await team.presetRooms.make(admin, { preset: 'announcement', name: 'News' })
  t.is((await team.roomStates.open(roomId))?.counts.join, 234)
  t.deepEqual(await team.stores.mandatoryRooms.missing((await team.roomStates.open(roomId))!.nid), [])
})
