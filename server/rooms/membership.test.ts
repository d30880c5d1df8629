import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'
const carol: UserId = '@carol:hs'
type Deeds = ReturnType<typeof testDeeds>

const membershipIn = async ({ roomStates }: Deeds, roomId: RoomId, userId: UserId) => {
  const room = (await roomStates.open(roomId))!
  await roomStates.loadMembers(room, [userId])
  return room.members.get(userId)?.pdu.content
}

forEachEngine('fifty joins at once are one event', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const roomId = await deeds.createRoom(alice, { preset: 'public_chat' })
  const before = database.head()
  const joins = await Promise.all(Array.from({ length: 50 }, () => deeds.members.join(roomId, bob)))
  t.is(new Set(joins).size, 1)
  t.is(database.head(), before + 1)
  t.is((await deeds.events.byId(joins[0]!))?.pdu.content['displayname'], 'bob!')
  t.is((await deeds.roomStates.open(roomId))?.counts.join, 2)
})

forEachEngine('an invite lets in, once; a second one changes nothing; a member is not invited', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const roomId = await deeds.createRoom(alice, {})
  await t.throwsAsync(deeds.members.join(roomId, bob), { message: /not invited/ })
  const invite = { roomId, sender: alice, target: bob }
  t.is(await deeds.members.invite(invite), await deeds.members.invite(invite))
  const join = await deeds.members.join(roomId, bob, { reason: 'hello' })
  t.deepEqual((await deeds.events.byId(join))?.pdu.content, { displayname: 'bob!', membership: 'join', reason: 'hello' })
  await t.throwsAsync(deeds.members.invite(invite), { message: /in the room already/ })
  await t.throwsAsync(deeds.members.invite({ ...invite, target: '@nobody:hs' }), { message: /no account/ })
  await t.throwsAsync(deeds.members.join('!nowhere', bob), { message: /no such room/ })
})

forEachEngine('one leaves once, and turns invites down; kicking and unbanning ask for their object', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const roomId = await deeds.createRoom(alice, { invite: [bob] })
  const deed = { roomId, sender: alice, target: bob }
  await deeds.members.leave(roomId, bob)
  await t.throwsAsync(deeds.members.leave(roomId, bob), { message: /neither in the room/ })
  await t.throwsAsync(deeds.members.kick(deed), { message: /not in the room/ })
  await t.throwsAsync(deeds.members.unban(deed), { message: /not banned/ })
  await deeds.members.ban({ ...deed, reason: 'spam' })
  await t.throwsAsync(deeds.members.kick(deed), { message: /not in the room/ })
  await t.throwsAsync(deeds.members.invite(deed), { message: /banned/ })
  await deeds.members.unban(deed)
  t.deepEqual(await membershipIn(deeds, roomId, bob), { membership: 'leave' })
  await t.throwsAsync(deeds.members.ban({ roomId, sender: bob, target: alice }), { message: /not in the room/ })
})

forEachEngine(
  'one knocks where the room wants it, once in the same words; who has knocked is let in, or takes it back',
  async (t, database) => {
    const deeds = testDeeds(database)
    await deeds.signUp('alice', 'bob')
    const onKnock = { type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'knock' } }
    const roomId = await deeds.createRoom(alice, { initialState: [onKnock] })
    const knock = await deeds.members.knock(roomId, bob, 'hello')
    t.is(await deeds.members.knock(roomId, bob, 'hello'), knock)
    t.not(await deeds.members.knock(roomId, bob, 'hello?'), knock)
    t.deepEqual(await membershipIn(deeds, roomId, bob), { displayname: 'bob!', membership: 'knock', reason: 'hello?' })
    t.is((await deeds.roomStates.open(roomId))?.counts.knock, 1)
    await t.throwsAsync(deeds.members.join(roomId, bob), { message: /not invited/ })
    await deeds.members.leave(roomId, bob)
    await deeds.members.knock(roomId, bob)
    await deeds.members.invite({ roomId, sender: alice, target: bob })
    await t.throwsAsync(deeds.members.knock(roomId, bob), { message: /invited or in the room already/ })
    await deeds.members.join(roomId, bob)
    t.is((await deeds.roomStates.open(roomId))?.counts.knock, 0)
    await t.throwsAsync(deeds.members.knock('!nowhere', bob), { message: /no such room/ })
    await t.throwsAsync(deeds.members.knock(await deeds.createRoom(alice, {}), bob), { message: /Nobody can knock/ })
  },
)

for (const version of ['11', '12']) {
  forEachEngine(
    `members of a named room join a restricted one of version ${version}, others do not, and nobody vouches for himself`,
    async (t, database) => {
      const deeds = testDeeds(database)
      await deeds.signUp('alice', 'bob', 'carol')
      const space = await deeds.createRoom(alice, { preset: 'public_chat' })
      const join_rules = {
        join_rule: 'restricted',
        allow: [{ type: 'm.room_membership', room_id: space }, 'x', { type: 'm.room_membership', room_id: 7 }],
      }
      const roomId = await deeds.createRoom(alice, {
        version,
        initialState: [{ type: 'm.room.join_rules', stateKey: '', content: join_rules }],
      })
      await t.throwsAsync(deeds.members.join(roomId, bob), { message: /were invited/ })
      const forged = { membership: 'join', join_authorised_via_users_server: alice }
      await t.throwsAsync(deeds.setState({ roomId, sender: bob, type: 'm.room.member', stateKey: bob, content: forged }), {
        message: /were invited/,
      })
      await deeds.members.join(space, bob)
      await deeds.members.join(roomId, bob)
      t.is((await membershipIn(deeds, roomId, bob))?.['join_authorised_via_users_server'], alice)
      await deeds.members.join(space, carol)
      await deeds.members.leave(roomId, alice)
      t.regex(await deeds.members.join(roomId, carol), /^\$/)
      t.is((await membershipIn(deeds, roomId, carol))?.['join_authorised_via_users_server'], bob)
    },
  )
}

forEachEngine('a restricted room where nobody of ours may invite grants no join', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob', 'carol')
  const space = await deeds.createRoom(alice, { preset: 'public_chat', invite: [bob] })
  await deeds.members.join(space, bob)
  const content = { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: space }] }
  const roomId = await deeds.createRoom(alice, {
    invite: [carol],
    powerLevels: { invite: 50 },
    initialState: [{ type: 'm.room.join_rules', stateKey: '', content }],
  })
  await deeds.members.join(roomId, carol)
  await deeds.members.leave(roomId, alice)
  await t.throwsAsync(deeds.members.join(roomId, bob), { message: /Nobody of this server/ })
})

forEachEngine('who blocks invites is not invited, neither later nor with the room', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  deeds.accountData.set(`${bob} m.invite_permission_config`, { default_action: 'block' })
  const roomId = await deeds.createRoom(alice, {})
  await t.throwsAsync(deeds.members.invite({ roomId, sender: alice, target: bob }), { message: /does not want/ })
  await t.throwsAsync(deeds.createRoom(alice, { invite: [bob] }), { message: /does not want/ })
  const content = { membership: 'invite' }
  await t.throwsAsync(deeds.setState({ roomId, sender: alice, type: 'm.room.member', stateKey: bob, content }), {
    message: /does not want/,
  })
})

forEachEngine('where people are admitted at once, an invite makes a member in the same commit', async (t, database) => {
  const deeds = testDeeds(database, { policy: { check: () => {}, admitsAtOnce: () => true } })
  await deeds.signUp('alice', 'bob', 'carol')
  const roomId = await deeds.createRoom(alice, { invite: [carol] })
  t.is((await membershipIn(deeds, roomId, carol))?.['membership'], 'join')
  deeds.batches.length = 0
  await deeds.members.invite({ roomId, sender: alice, target: bob })
  t.is(deeds.batches.length, 1)
  t.is((await membershipIn(deeds, roomId, bob))?.['membership'], 'join')
})

forEachEngine('state that is already so is not sent again, and fifty equal renames at once are one event', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const roomId = await deeds.createRoom(alice, { preset: 'public_chat' })
  const rename = (sender: UserId, name: string) => deeds.setState({ roomId, sender, type: 'm.room.name', stateKey: '', content: { name } })
  const ids = await Promise.all(Array.from({ length: 50 }, () => rename(alice, 'Lab')))
  t.is(new Set(ids).size, 1)
  t.not(await rename(alice, 'Den'), ids[0])
  await deeds.members.join(roomId, bob)
  await t.throwsAsync(rename(bob, 'Den'), { message: /power level/ })
  await deeds.members.leave(roomId, bob)
  await t.throwsAsync(rename(bob, 'Den'), { message: /not in the room/ })
})

forEachEngine('a canonical alias leads to its room, or is refused', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const roomId = await deeds.createRoom(alice, {})
  const other = await deeds.createRoom(alice, { aliasName: 'other' })
  const point = (content: { [key: string]: unknown }) =>
    deeds.setState({ roomId, sender: alice, type: 'm.room.canonical_alias', stateKey: '', content })
  await t.throwsAsync(point({ alias: '#none:hs' }), { message: /does not lead/ })
  await t.throwsAsync(point({ alias: '#other:hs' }), { message: /does not lead/ })
  await t.throwsAsync(point({ alt_aliases: ['#other:hs'] }), { message: /does not lead/ })
  await t.throwsAsync(point({ alias: 7 }), { message: /begins with/ })
  await t.throwsAsync(point({ alt_aliases: 'x' }), { message: /begins with/ })
  await deeds.aliases.add('#mine:hs', roomId, alice, 1)
  t.regex(await point({ alias: '#mine:hs' }), /^\$/)
  await deeds.aliases.remove('#mine:hs')
  t.regex(await point({ alias: '#mine:hs', x: 1 }), /^\$/)
  t.regex(await point({ alias: '' }), /^\$/)
  t.truthy(other)
})
