import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { forEachEngine } from '../storage/test-database.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { alice, bob, carol, testReading } from './test-reading.ts'
import { act, deeds, visibleByRules, type Deed } from './test-stories.ts'

type Reading = ReturnType<typeof testReading>

async function agrees(t: ExecutionContext, reading: Reading, story: readonly Deed[]): Promise<void> {
  const roomId = await reading.aRoom()
  for (const [i, deed] of story.entries()) await act(reading, roomId, deed, i)
  const room = (await reading.roomStates.open(roomId))!
  const events = await reading.events.inRoom({ roomNid: room.nid, after: 0, upTo: 1e9, limit: 1000, backwards: false })
  const expected = visibleByRules(events)
  const whole = await reading.visibility.wholeSight(bob, room)
  t.deepEqual(
    events.filter(whole.sees).map(({ eventId }) => eventId),
    [...expected],
  )
  for (const event of events) {
    const alone = await reading.visibility.sightOn(bob, room, [event])
    t.is(alone.sees(event), expected.has(event.eventId))
    t.is(alone.membershipAt(event), whole.membershipAt(event))
    if (expected.has(event.eventId)) t.true(event.pos! > whole.span.after && event.pos! <= whole.span.upTo)
  }
}

forEachEngine('what somebody sees is what the rules say, whatever became of them and of the visibility', async (t, database) => {
  const reading = testReading(database)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...deeds), { maxLength: 14 }), (story) => agrees(t, reading, story)),
    { numRuns: database.engine === 'sqlite' ? 60 : 25 },
  )
})

forEachEngine('who is joined reads new events without a query, and old ones with one', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, member, say, visibility, queries } = reading
  const roomId = await aRoom()
  const old = await say(roomId, alice, 'before')
  const joined = await member(roomId, bob, 'join')
  const fresh = await say(roomId, alice, 'after')
  const room = reading.roomStates.known(roomId)!
  const sight = visibility.sightOn(bob, room, [joined, fresh])
  t.false(sight instanceof Promise)
  t.is((await sight).membershipAt(joined), 'join')
  t.is(queries.length, 0)
  const older = await visibility.sightOn(bob, room, [old, fresh])
  t.true(older.sees(old))
  t.is(older.membershipAt(old), 'leave')
  await visibility.sightOn(bob, room, [old])
  t.is(queries.length, 1)
})

forEachEngine('a room is opened for who was in it, and nobody learns whether another one exists', async (t, database) => {
  const { aRoom, member, openForReading, memberships, identifiers, roomStates, state } = testReading(database)
  const roomId = await aRoom()
  const refused = { name: 'MatrixError', message: /not in this room/ }
  await t.throwsAsync(openForReading(bob, roomId), refused)
  await t.throwsAsync(openForReading(bob, '!nowhere:hs'), refused)
  await member(roomId, alice, 'invite', bob)
  await t.throwsAsync(openForReading(bob, roomId), refused)
  await member(roomId, bob, 'join')
  t.is((await openForReading(bob, roomId)).standing, 'joined')
  const { stateBefore } = await member(roomId, bob, 'leave')
  await state(roomId, alice, 'm.room.topic', { topic: 'later' })
  t.like(await openForReading(bob, roomId), { standing: 'departed', stateVersion: stateBefore + 1 })
  await memberships.forget(roomStates.known(roomId)!.nid, await identifiers.user(bob))
  await t.throwsAsync(openForReading(bob, roomId), refused)
  await state(roomId, alice, 'm.room.history_visibility', { history_visibility: 'world_readable' })
  t.is((await openForReading(carol, roomId)).standing, 'peeking')
})

forEachEngine('a policy lets the organisation look in, but neither visitors nor the banned', async (t, database) => {
  const { aRoom, member, say, openForReading, visibility, state } = testReading(database)
  const roomId = await aRoom({ type: 'chat.hallway.policy', content: { preview: 'org' } })
  const said = await say(roomId, alice, 'hello')
  const { room, standing } = await openForReading(bob, roomId)
  t.is(standing, 'previewing')
  t.true((await visibility.sightOn(bob, room, [said])).sees(said))
  await t.throwsAsync(openForReading('@visitor-1:hs', roomId))
  await member(roomId, alice, 'ban', bob)
  await t.throwsAsync(openForReading(bob, roomId))
  t.false((await visibility.sightOn(bob, room, [said])).sees(said))
  await state(roomId, alice, 'm.room.history_visibility', { history_visibility: 'joined' })
  const later = await say(roomId, alice, 'for members')
  const sight = await visibility.sightOn(carol, room, [said, later])
  t.deepEqual([sight.sees(said), sight.sees(later)], [true, false])
})

test('the oracle denies something', (t) => {
  t.is(
    visibleByRules([{ eventId: '$a', type: 'm.room.message', stateKey: undefined, pdu: { content: {} } } as unknown as StoredEvent]).size,
    0,
  )
})
