import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createDirectory } from './directory.ts'
import { createSummariseRoom } from './room-summary.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'

forEachEngine('the directory is read page by page, forwards and back, the fullest rooms first', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const directory = createDirectory(deeds)
  const rooms: RoomId[] = []
  for (let i = 0; i < 7; i++) rooms.push(await deeds.createRoom(alice, { visibility: 'public', name: `Room ${i}` }))
  await deeds.createRoom(alice, { name: 'hidden' })
  await deeds.members.join(rooms[4]!, bob)
  const all = (await directory.page({})).rooms.map(({ room_id }) => room_id)
  t.is(all[0], rooms[4])
  t.deepEqual([...all].sort(), [...rooms].sort())
  const forwards: string[] = []
  let since: string | undefined
  let last: string | undefined
  do {
    const page = await directory.page({ limit: 3, since })
    t.is(page.total, 7)
    forwards.push(...page.rooms.map(({ room_id }) => room_id))
    since = page.next
    last = page.previous
  } while (since !== undefined)
  t.deepEqual(forwards, all)
  const back = await directory.page({ limit: 3, since: last })
  t.deepEqual(
    back.rooms.map(({ room_id }) => room_id),
    all.slice(3, 6),
  )
  t.deepEqual(
    (await directory.page({ limit: 3, since: back.previous })).rooms.map(({ room_id }) => room_id),
    all.slice(0, 3),
  )
  await t.throwsAsync(directory.page({ since: 'nonsense' }), { message: /"since"/ })
})

forEachEngine('the directory is filtered by words and types, whatever the case', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const directory = createDirectory(deeds)
  const named = await deeds.createRoom(alice, { visibility: 'public', name: 'ÉTÉ' })
  const about = await deeds.createRoom(alice, { visibility: 'public', topic: 'un été', creationContent: { type: 'm.space' } })
  const find = async (query: object) => (await directory.page(query)).rooms.map(({ room_id }) => room_id).sort()
  t.deepEqual(await find({ term: 'été' }), [named, about].sort())
  t.deepEqual(await find({ term: 'Un' }), [about])
  t.deepEqual(await find({ types: [null] }), [named])
  t.deepEqual(await find({ types: ['m.space'], term: 'x' }), [])
  t.deepEqual(await find({ types: ['m.space', null] }), [named, about].sort())
})

forEachEngine('who may name a room publishes it', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const directory = createDirectory(deeds)
  const roomId = await deeds.createRoom(alice, { preset: 'public_chat' })
  await deeds.members.join(roomId, bob)
  await t.throwsAsync(directory.setPublished({ userId: bob, admin: false }, roomId, true), { message: /publish/ })
  await directory.setPublished({ userId: bob, admin: true }, roomId, true)
  t.true(await directory.isPublished(roomId))
  await directory.setPublished({ userId: alice, admin: false }, roomId, false)
  t.false(await directory.isPublished(roomId))
  await t.throwsAsync(directory.isPublished('!nowhere'), { message: /no such room/ })
})

forEachEngine('a summary is for those who may come in or look in', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const summarise = createSummariseRoom({ ...deeds, isLocal: (userId) => userId.endsWith(':hs') })
  const space = await deeds.createRoom(alice, { preset: 'public_chat' })
  const allow = [{ type: 'm.room_membership', room_id: space }]
  const state = (type: string, content: object) => ({ type, stateKey: '', content: { ...content } })
  const restricted = await deeds.createRoom(alice, { initialState: [state('m.room.join_rules', { join_rule: 'restricted', allow })] })
  const secret = await deeds.createRoom(alice, {
    name: 'Plot',
    initialState: [state('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' })],
  })
  const seen = (roomId: RoomId, userId?: UserId) =>
    summarise(roomId, userId).then(
      () => true,
      () => false,
    )
  t.deepEqual([await seen(space), await seen(restricted), await seen(secret)], [true, false, false])
  t.deepEqual([await seen(restricted, bob), await seen(secret, bob)], [false, false])
  await deeds.members.join(space, bob)
  t.like(await summarise(restricted, bob), {
    join_rule: 'restricted',
    allowed_room_ids: [space],
    membership: 'leave',
    num_joined_members: 1,
    room_version: '12',
  })
  await deeds.members.invite({ roomId: secret, sender: alice, target: bob })
  t.like(await summarise(secret, bob), {
    name: 'Plot',
    membership: 'invite',
    encryption: 'm.megolm.v1.aes-sha2',
    join_rule: 'invite',
    world_readable: false,
    guest_can_join: true,
  })
  await deeds.members.ban({ roomId: secret, sender: alice, target: bob })
  t.false(await seen(secret, bob))
  await deeds.setState({ roomId: secret, sender: alice, ...state('chat.hallway.policy', { preview: 'org' }) })
  t.true(await seen(secret, '@carol:hs'))
  t.false(await seen(secret, '@carol:elsewhere'))
})
