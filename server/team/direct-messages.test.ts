import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { withDirectRoom } from './direct-list.ts'
import { testTeam } from './test-team.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'
const carol: UserId = '@carol:hs'

forEachEngine('fifty who open a direct conversation at once get one', async (t, database) => {
  const team = testTeam(database)
  await team.signUp('alice', 'bob')
  const opened = await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 ? team.openDirectMessage(alice, [bob]) : team.openDirectMessage(bob, [alice, alice]))),
  )
  t.is(new Set(opened.map(({ roomId }) => roomId)).size, 1)
  t.is(opened.filter(({ created }) => created).length, 1)
  const { roomId } = opened[0]!
  t.deepEqual(await team.openDirectMessage(bob, [alice]), { roomId, created: false })
  t.deepEqual(await team.accountDataOf(alice, 'm.direct'), { [bob]: [roomId] })
  t.deepEqual(await team.accountDataOf(bob, 'm.direct'), { [alice]: [roomId] })
  t.deepEqual(await team.joinedRooms(bob), [roomId])
})

forEachEngine('who has left is brought back, whoever asks; when all have left there is a new one', async (t, database) => {
  const team = testTeam(database)
  await team.signUp('alice', 'bob')
  const { roomId } = await team.openDirectMessage(alice, [bob])
  for (const [leaver, asker] of [
    [alice, alice],
    [bob, alice],
    [alice, bob],
  ] as const) {
    await team.members.leave(roomId, leaver)
    t.deepEqual(await team.openDirectMessage(asker, [asker === alice ? bob : alice]), { roomId, created: false })
    t.deepEqual(await team.joinedRooms(leaver), [roomId])
  }
  await team.members.leave(roomId, alice)
  await team.members.leave(roomId, bob)
  const anew = await team.openDirectMessage(alice, [bob])
  t.true(anew.created)
  t.not(anew.roomId, roomId)
})

forEachEngine('a third is not let in; those who left are invited back', async (t, database) => {
  const team = testTeam(database)
  await team.signUp('alice', 'bob', 'carol')
  const { roomId } = await team.openDirectMessage(alice, [bob])
  await t.throwsAsync(team.members.invite({ roomId, sender: alice, target: carol }), { message: /make a group/ })
  const content = { membership: 'invite' }
  await t.throwsAsync(team.setState({ roomId, sender: alice, type: 'm.room.member', stateKey: carol, content }), {
    message: /make a group/,
  })
  await team.members.leave(roomId, bob)
  t.regex(await team.members.invite({ roomId, sender: alice, target: bob }), /^\$/)
  await t.throwsAsync(team.openDirectMessage(alice, [alice]), { message: /somebody else/ })
  await t.throwsAsync(team.openDirectMessage(alice, ['@nobody:hs']), { message: /no account/ })
})

forEachEngine('a conversation that a crash kept from being noted is found again', async (t, database) => {
  const team = testTeam(database)
  await team.signUp('alice', 'bob', 'carol')
  await team.openDirectMessage(alice, [bob, carol])
  const { roomId } = await team.openDirectMessage(alice, [bob])
  await team.directRooms.begin([alice, bob])
  team.accountData.clear()
  t.deepEqual(await team.openDirectMessage(bob, [alice]), { roomId, created: false })
  t.deepEqual(await team.accountDataOf(alice, 'm.direct'), { [bob]: [roomId] })
})

test('the list of direct conversations keeps what it holds, well-formed or not', (t) => {
  const list = { [bob]: ['!a'], [carol]: 'broken', other: 1 }
  t.is(withDirectRoom(list, [bob], '!a'), list)
  t.deepEqual(withDirectRoom(list, [bob, carol], '!b'), { [bob]: ['!a', '!b'], [carol]: ['!b'], other: 1 })
})
