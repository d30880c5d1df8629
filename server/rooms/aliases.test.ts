import type { UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createAliases } from './aliases.ts'
import { testDeeds } from './test-deeds.ts'

const alice = { userId: '@alice:hs' as UserId, admin: false }
const bob = { userId: '@bob:hs' as UserId, admin: false }

forEachEngine('a member names a room; who made the name, may name the room, or is an administrator takes it away', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const aliases = createAliases({ ...deeds, aliases: deeds.aliases })
  const roomId = await deeds.createRoom(alice.userId, { preset: 'public_chat' })
  await t.throwsAsync(aliases.add(bob, '#lab:hs', roomId), { message: /Join the room/ })
  await deeds.members.join(roomId, bob.userId)
  await aliases.add(bob, '#lab:hs', roomId)
  await aliases.add(bob, '#é👍:hs', roomId)
  await aliases.add(alice, '#den:hs', roomId)
  t.like(await t.throwsAsync(aliases.add(alice, '#lab:hs', roomId)), { errcode: 'M_UNKNOWN', status: 409 })
  t.deepEqual(await aliases.resolve('#lab:hs'), { roomId, servers: ['hs'] })
  t.deepEqual(await aliases.list(bob, roomId), ['#den:hs', '#lab:hs', '#é👍:hs'])
  await t.throwsAsync(aliases.remove(bob, '#den:hs'), { message: /Only who made/ })
  await aliases.remove(alice, '#lab:hs')
  await aliases.remove(bob, '#é👍:hs')
  await aliases.remove({ ...bob, admin: true }, '#den:hs')
  await t.throwsAsync(aliases.remove(alice, '#den:hs'), { message: /No room/ })
  await t.throwsAsync(aliases.resolve('#den:hs'), { message: /No room/ })
  await deeds.members.leave(roomId, bob.userId)
  await t.throwsAsync(aliases.list(bob, roomId), { message: /not in this room/ })
  await t.throwsAsync(aliases.list(bob, '!nowhere'), { message: /not in this room/ })
})

forEachEngine('names that are none, or of another server, are refused', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const aliases = createAliases({ ...deeds, aliases: deeds.aliases })
  const roomId = await deeds.createRoom(alice.userId, {})
  for (const alias of ['#x:elsewhere', '#:hs', '#a b:hs', `#${'é'.repeat(130)}:hs`, '#a\u0000:hs']) {
    t.like(await t.throwsAsync(aliases.add(alice, alias, roomId)), { errcode: 'M_INVALID_PARAM' }, alias)
  }
  await t.throwsAsync(aliases.add(alice, '#x:hs', '!nowhere'), { message: /no such room/ })
})
