import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { alice, bob, carol, testReading } from './test-reading.ts'
import { act, deeds, visibleByRules } from './test-stories.ts'

type Reading = ReturnType<typeof testReading>
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape.
type Told = any
const asking = (userId: UserId) => ({ userId, deviceNid: undefined })
const under = ({ eventId }: { eventId: EventId }) => ({ 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } })

/** Pages through a room's threads as a client does. */
async function threadsFor({ threadsPage }: Reading, roomId: RoomId, userId: UserId, { limit = 100, participated = false } = {}) {
  const told: Told[] = []
  let pages = 0
  for (let from: string | undefined; ; ) {
    const { chunk, nextBatch } = await threadsPage(asking(userId), roomId, { from, limit, participated })
    told.push(...chunk.map((text) => JSON.parse(text)))
    if (++pages > 200) throw new Error('The pages do not end.')
    if (nextBatch === undefined) return { told, pages, ids: told.map(({ event_id }) => event_id) }
    from = nextBatch
  }
}

/** What the specification says bob is told: root, newest reply and number of replies, the newest reply first. */
function threadsByRules(events: readonly StoredEvent[], without: ReadonlySet<UserId>): [EventId, EventId, number][] {
  const visible = visibleByRules(events)
  const replies = events.filter(
    ({ eventId, relation, redactedBy, sender }) =>
      relation?.type === 'm.thread' && redactedBy === undefined && visible.has(eventId) && !without.has(sender),
  )
  return events
    .filter(({ eventId, stateKey }) => visible.has(eventId) && stateKey === undefined)
    .flatMap((root) => {
      const own = replies.filter(({ relation }) => relation?.eventId === root.eventId)
      return own.length === 0 ? [] : [{ root: root.eventId, last: own.at(-1)!, count: own.length }]
    })
    .sort((a, b) => b.last.nid - a.last.nid)
    .map(({ root, last, count }) => [root, last.eventId, count])
}

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom(...deeds) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('root' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom('reply' as const, 'redact' as const),
      sender: fc.constantFrom(alice, carol),
      to: fc.nat(),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function listedByRules(t: ExecutionContext, reading: Reading, story: readonly Step[], limit: number, ignores: boolean) {
  const { aRoom, member, say, redact, ignored } = reading
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  await member(roomId, carol, 'join')
  const roots = [await say(roomId, alice, 'root')]
  const replies: StoredEvent[] = []
  for (const [i, { does, ...more }] of story.entries()) {
    if (does === 'root') roots.push(await say(roomId, carol, `root ${i}`))
    else if (does === 'reply' && 'to' in more)
      replies.push(await say(roomId, more.sender, `reply ${i}`, under(roots[more.to % roots.length]!)))
    else if (does === 'redact') {
      const [gone] = 'to' in more && replies.length > 0 ? replies.splice(more.to % replies.length, 1) : []
      if (gone !== undefined) await redact(roomId, alice, gone)
    } else if (does !== 'reply') await act(reading, roomId, does, i)
  }
  ignored.set(bob, new Set(ignores ? [carol] : []))
  const roomNid = (await reading.roomStates.open(roomId))!.nid
  const events = await reading.events.inRoom({ roomNid, after: 0, upTo: 1e9, limit: 1000, backwards: false })
  const { told } = await threadsFor(reading, roomId, bob, { limit })
  t.deepEqual(
    told.map(({ event_id, unsigned }): unknown => {
      const thread = unsigned['m.relations']['m.thread']
      return [event_id, thread.latest_event.event_id, thread.count]
    }),
    threadsByRules(events, new Set(ignores ? [carol] : [])),
  )
}

forEachEngine('threads are listed once, by the newest reply that the reader sees, whatever befell them', async (t, database) => {
  const reading = testReading(database)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), (story, limit, ignores) =>
      listedByRules(t, reading, story, limit, ignores),
    ),
    { numRuns: database.engine === 'sqlite' ? 40 : 15 },
  )
})

forEachEngine('threads that one takes part in are those that one began or replied in', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, member, say, redact } = reading
  const roomId = await aRoom()
  for (const user of [bob, carol]) await member(roomId, user, 'join')
  const [begun, joined, left, foreign] = [
    await say(roomId, bob, 'mine'),
    await say(roomId, alice, 'ours'),
    await say(roomId, alice, 'no more ours'),
    await say(roomId, alice, 'hers'),
  ]
  await say(roomId, carol, 'a reply', under(begun))
  await say(roomId, bob, 'a reply', under(joined))
  const takenBack = await say(roomId, bob, 'a slip', under(left))
  for (const root of [left, foreign]) await say(roomId, carol, 'a reply', under(root))
  await redact(roomId, bob, takenBack)
  const { told, ids } = await threadsFor(reading, roomId, bob, { participated: true, limit: 1 })
  t.deepEqual(ids, [joined.eventId, begun.eventId])
  t.true(told.every(({ unsigned }) => unsigned['m.relations']['m.thread'].current_user_participated))
})

forEachEngine('the root of an ignored user is told as if it were redacted, and what it was changed into is not', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, member, say, ignored } = reading
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  const root = await say(roomId, bob, 'nonsense')
  await say(roomId, bob, 'more of it', {
    'm.new_content': { body: 'more' },
    'm.relates_to': { rel_type: 'm.replace', event_id: root.eventId },
  })
  await say(roomId, alice, 'a reply', under(root))
  const before = (await threadsFor(reading, roomId, alice)).told[0]
  t.like(before, { content: { body: 'nonsense' }, unsigned: { 'm.relations': { 'm.replace': { sender: bob } } } })
  ignored.set(alice, new Set([bob]))
  const [told] = (await threadsFor(reading, roomId, alice)).told
  t.like(told, { event_id: root.eventId, sender: bob, content: {} })
  t.deepEqual(Object.keys(told.unsigned['m.relations']), ['m.thread'])
})

forEachEngine('roots that are elsewhere, state, or not held are none', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, say, state } = reading
  const [roomId, other] = [await aRoom(), await aRoom()]
  const elsewhere = await say(other, alice, 'in another room')
  const topic = await state(roomId, alice, 'm.room.topic', { topic: 'one' })
  for (const root of [elsewhere, topic, { eventId: `$${'x'.repeat(43)}` as EventId }]) await say(roomId, alice, 'a reply', under(root))
  t.deepEqual((await threadsFor(reading, roomId, alice)).ids, [])
  t.deepEqual((await threadsFor(reading, other, alice)).ids, [])
})

forEachEngine('a page costs no more for what else was said, nor for a thread that is longer than all others', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, say, queries } = reading
  const roomId = await aRoom()
  const quiet = await say(roomId, alice, 'seldom')
  await say(roomId, alice, 'a reply', under(quiet))
  const busy = await say(roomId, alice, 'often')
  await Promise.all(Array.from({ length: 2500 }, (_, i) => say(roomId, alice, `reply ${i}`, under(busy))))
  await Promise.all(Array.from({ length: 300 }, (_, i) => say(roomId, alice, `words ${i}`)))
  const since = queries.length
  const { ids, pages } = await threadsFor(reading, roomId, alice, { limit: 1 })
  t.deepEqual(ids, [busy.eventId, quiet.eventId])
  t.true(pages <= 3, 'one that finds the long thread, one that gives up on its way through it, one that finds the other')
  const replies = queries.slice(since).find((sql) => sql.includes("e.rel_type = 'm.thread' AND e.redacted_by IS NULL"))!
  if (database.engine === 'sqlite') {
    const plan = await database.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${replies}`, [1, 0, 10, 10])
    t.regex(
      plan.map(({ detail }) => detail).join('; '),
      /^SEARCH e USING (COVERING )?INDEX event_in_threads \(room_nid=\? AND pos>\? AND pos<\?\)$/,
    )
  }
})

forEachEngine('a foreign token and a foreign reader are refused', async (t, database) => {
  const { aRoom, threadsPage } = testReading(database)
  const roomId = await aRoom()
  const request = { limit: 5, participated: false }
  await t.throwsAsync(threadsPage(asking(alice), roomId, { ...request, from: 'x' }), { message: /gave no such token/ })
  await t.throwsAsync(threadsPage(asking(bob), roomId, request), { message: /not in this room/ })
})
