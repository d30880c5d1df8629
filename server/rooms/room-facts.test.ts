import { forEachEngine } from '../storage/test-database.ts'
import { alice, bob, carol, testReading } from './test-reading.ts'

const asking = (userId: typeof alice) => ({ userId, deviceNid: undefined })
const parsed = (texts: readonly string[]) => texts.map((text) => JSON.parse(text))

forEachEngine('state is that of now for members, and that of their leave for who left', async (t, database) => {
  const { aRoom, member, state, roomFacts } = testReading(database)
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  await state(roomId, alice, 'm.room.topic', { topic: 'one' })
  await state(roomId, alice, 'm.room.name', { name: 'kept' })
  await member(roomId, bob, 'leave')
  await state(roomId, alice, 'm.room.topic', { topic: 'two' })
  await state(roomId, alice, 'm.room.avatar', { url: 'mxc://hs/a' })
  await member(roomId, carol, 'join')
  t.deepEqual(await roomFacts.stateContent(asking(alice), roomId, 'm.room.topic', ''), { topic: 'two' })
  t.deepEqual(await roomFacts.stateContent(asking(bob), roomId, 'm.room.topic', ''), { topic: 'one' })
  t.deepEqual(await roomFacts.stateContent(asking(bob), roomId, 'm.room.name', ''), { name: 'kept' })
  t.deepEqual(await roomFacts.stateContent(asking(bob), roomId, 'm.room.member', bob), { membership: 'leave' })
  for (const [type, key] of [
    ['m.room.avatar', ''],
    ['m.room.member', carol],
    ['m.room.topic', 'x'],
  ] as const) {
    await t.throwsAsync(roomFacts.stateContent(asking(bob), roomId, type, key), { message: /no such state/ })
  }
  const event = JSON.parse(await roomFacts.stateEvent(asking(alice), roomId, 'm.room.member', carol))
  t.like(event, { type: 'm.room.member', state_key: carol, room_id: roomId, content: { membership: 'join' } })
  const entries = async (userId: typeof alice) =>
    parsed(await roomFacts.state(asking(userId), roomId))
      .map(({ type, state_key }) => `${type} ${state_key}`)
      .sort()
  t.true((await entries(alice)).includes(`m.room.member ${carol}`))
  const then = await entries(bob)
  t.is(new Set(then).size, then.length)
  t.true(then.includes(`m.room.member ${bob}`))
  t.false(then.some((entry) => entry === `m.room.member ${carol}` || entry.startsWith('m.room.avatar')))
})

forEachEngine('members are listed by membership, now and at a point of the timeline', async (t, database) => {
  const { aRoom, member, roomFacts, state } = testReading(database)
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  const { pos } = await member(roomId, alice, 'invite', carol)
  await member(roomId, carol, 'join')
  const left = await member(roomId, bob, 'leave')
  await state(roomId, carol, 'm.room.member', { membership: 'join', displayname: 'Carol' }, carol)
  const list = async (selection: Parameters<typeof roomFacts.members>[2], userId = alice) =>
    parsed(await roomFacts.members(asking(userId), roomId, selection))
      .map(({ state_key, content }) => `${state_key} ${content.membership}`)
      .sort()
  t.deepEqual(await list({}), [`${alice} join`, `${bob} leave`, `${carol} join`])
  t.deepEqual(await list({ membership: 'leave' }), [`${bob} leave`])
  t.deepEqual(await list({ notMembership: 'leave' }), [`${alice} join`, `${carol} join`])
  t.deepEqual(await list({ membership: 'leave', notMembership: 'leave' }), [`${alice} join`, `${bob} leave`, `${carol} join`])
  t.deepEqual(await list({ at: `s${pos}` }), [`${alice} join`, `${bob} join`, `${carol} invite`])
  t.deepEqual(await list({ at: `t${left.pos! + 100}` }, bob), await list({}, bob))
  await t.throwsAsync(list({ at: 'nonsense' }), { message: /gave no such token/ })
  const joined = await roomFacts.joinedMembers(asking(alice), roomId)
  t.deepEqual(
    [...joined],
    [
      [alice, {}],
      [carol, { display_name: 'Carol' }],
    ],
  )
  await t.throwsAsync(roomFacts.joinedMembers(asking(bob), roomId), { message: /not in this room/ })
  t.deepEqual(await roomFacts.joinedRooms(carol), [roomId])
  t.deepEqual(await roomFacts.joinedRooms(bob), [])
})

forEachEngine('outsiders learn nothing of a room; a preview shows what is said, not who is there', async (t, database) => {
  const { aRoom, say, roomFacts, timeline, state } = testReading(database)
  const roomId = await aRoom({ type: 'chat.hallway.policy', content: { preview: 'org' } })
  await say(roomId, alice, 'hello')
  t.true((await timeline.page(asking(bob), roomId, { backwards: true, limit: 100 })).chunk.length > 1)
  const closed = async (id: typeof roomId) => {
    for (const read of [
      () => roomFacts.state(asking(bob), id),
      () => roomFacts.members(asking(bob), id, {}),
      () => roomFacts.joinedMembers(asking(bob), id),
      () => roomFacts.stateContent(asking(bob), id, 'm.room.topic', ''),
    ])
      await t.throwsAsync(read(), { message: 'You are not in this room; join it to read it.' })
  }
  await closed(roomId)
  await closed('!nowhere:hs')
  await state(roomId, alice, 'm.room.history_visibility', { history_visibility: 'world_readable' })
  t.is((await roomFacts.members(asking(bob), roomId, {})).length, 1)
  await t.throwsAsync(roomFacts.joinedMembers(asking(bob), roomId), { message: /not in this room/ })
})
