import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { compileEventFilter } from '../protocol/event-filter.ts'
import type { JsonObject } from '../protocol/event.ts'
import { forEachEngine } from '../storage/test-database.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { alice, bob, carol, testReading } from './test-reading.ts'
import { act, deeds, visibleByRules, type Deed } from './test-stories.ts'

type Reading = ReturnType<typeof testReading>
const asking = (userId: UserId) => ({ userId, deviceNid: undefined })
const idsOf = (texts: readonly string[]): EventId[] => texts.map((text) => JSON.parse(text).event_id)
const filter = (json: JsonObject) => compileEventFilter(json, { defaultLimit: 1000, maxLimit: 1000 })
const relating = (rel_type: string, { eventId }: { eventId: EventId }, more: object = {}) => ({
  'm.relates_to': { rel_type, event_id: eventId },
  ...more,
})

/** Pages through the whole history as a client does, and counts the pages. */
async function readAll({ timeline }: Reading, roomId: RoomId, userId: UserId, backwards: boolean, limit: number, wanted?: JsonObject) {
  const ids: EventId[] = []
  let pages = 0
  for (let from: string | undefined; ; pages++) {
    const page = await timeline.page(asking(userId), roomId, { backwards, from, limit, ...(wanted && { filter: filter(wanted) }) })
    ids.push(...idsOf(page.chunk))
    if (page.end === undefined) return { ids: backwards ? ids.reverse() : ids, pages: pages + 1 }
    if (pages > 200) throw new Error('The pages do not end.')
    from = page.end
  }
}

const allOf = async (reading: Reading, roomId: RoomId): Promise<StoredEvent[]> =>
  reading.events.inRoom({ roomNid: (await reading.roomStates.open(roomId))!.nid, after: 0, upTo: 1e9, limit: 1000, backwards: false })

async function endpointsAgree(t: ExecutionContext, reading: Reading, story: readonly Deed[], limit: number): Promise<void> {
  const { aRoom, timeline, relationsPage, say } = reading
  const roomId = await aRoom()
  const root = await say(roomId, alice, 'root')
  for (const [i, deed] of story.entries()) await act(reading, roomId, deed, i, relating('m.thread', root))
  const events = await allOf(reading, roomId)
  const visible = visibleByRules(events)
  const last = events.filter(({ type }) => type === 'm.room.history_visibility').at(-1)?.pdu.content['history_visibility']
  const wasIn = events.some(({ stateKey, pdu }) => stateKey === bob && pdu.content['membership'] === 'join')
  if (!wasIn && last !== 'world_readable') {
    await t.throwsAsync(readAll(reading, roomId, bob, true, limit), { message: /not in this room/ })
    return
  }
  t.deepEqual((await readAll(reading, roomId, bob, true, limit)).ids, [...visible])
  t.deepEqual((await readAll(reading, roomId, bob, false, limit)).ids, [...visible])
  const thread = events.filter(({ eventId, relation }) => relation !== undefined && visible.has(eventId)).map(({ eventId }) => eventId)
  for (const { eventId } of events) {
    if (!visible.has(eventId)) {
      await t.throwsAsync(timeline.event(asking(bob), roomId, eventId), { message: /no such event/ })
      await t.throwsAsync(timeline.context(asking(bob), roomId, eventId, { limit: 10 }), { message: /no such event/ })
      continue
    }
    const around = await timeline.context(asking(bob), roomId, eventId, { limit: 1000 })
    t.deepEqual([...idsOf(around.eventsBefore).reverse(), JSON.parse(around.event).event_id, ...idsOf(around.eventsAfter)], [...visible])
    const { chunk } = await relationsPage(asking(bob), roomId, eventId, { backwards: false, limit: 1000, recurse: true })
    t.deepEqual(idsOf(chunk), eventId === root.eventId ? thread : [])
  }
}

forEachEngine('all ways of reading a timeline show what the rules allow, each event once, page by page', async (t, database) => {
  const reading = testReading(database)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...deeds), { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (story, limit) =>
      endpointsAgree(t, reading, story, limit),
    ),
    { numRuns: database.engine === 'sqlite' ? 25 : 10 },
  )
})

forEachEngine('pages meet at their tokens, and stop where they are told to', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, say, timeline } = reading
  const roomId = await aRoom()
  const said = []
  for (let i = 0; i < 6; i++) said.push(await say(roomId, alice, `m${i}`))
  const ids = said.map(({ eventId }) => eventId)
  const read = (from: string | undefined, to: string | undefined, backwards: boolean, limit = 100) =>
    timeline.page(asking(alice), roomId, { from, to, backwards, limit })
  const latest = await read(undefined, undefined, true, 2)
  t.deepEqual(idsOf(latest.chunk), [ids[5], ids[4]])
  t.deepEqual(idsOf((await read(latest.end, undefined, false)).chunk), [ids[4], ids[5]])
  t.deepEqual(idsOf((await read(latest.end, `s${said[1]!.pos}`, true)).chunk), [ids[3], ids[2]])
  t.deepEqual(idsOf((await read(`s${said[1]!.pos}`, `t${said[3]!.pos}`, false)).chunk), [ids[2], ids[3]])
  const whole = await read(undefined, undefined, false, 6 + 5)
  t.is(whole.chunk.length, 10)
  t.is(whole.end, undefined)
  t.is((await read(undefined, undefined, false, 10)).end, undefined)
  const nothing = await read(undefined, undefined, true, 0)
  t.deepEqual([nothing.chunk.length, nothing.end], [0, nothing.start])
  t.is((await read(`t${said[5]!.pos! + 1000}`, undefined, true, 1)).chunk.length, 1)
  await t.throwsAsync(read('x1', undefined, true), { message: /gave no such token/ })
  await t.throwsAsync(read('t-1', undefined, true), { message: /gave no such token/ })
})

forEachEngine('a filter skips without running out, and a rare event is found in few pages', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, say, sendEvent, state, ignored, member } = reading
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  const first = await sendEvent({ roomId, sender: alice, type: 'chat.hallway.test', content: { url: 'mxc://hs/a' } })
  await Promise.all(Array.from({ length: 450 }, (_, i) => say(roomId, alice, `m${i}`)))
  const topic = await state(roomId, bob, 'm.room.topic', { topic: 't' }).catch(() => undefined)
  t.is(topic, undefined)
  const found = await readAll(reading, roomId, bob, true, 5, { types: ['chat.hallway.*'] })
  t.deepEqual(found, { ids: [first.eventId], pages: 1 })
  t.deepEqual((await readAll(reading, roomId, bob, false, 5, { contains_url: true })).ids, [first.eventId])
  t.deepEqual((await readAll(reading, roomId, bob, false, 5, { not_rooms: [roomId] })).ids, [])
  const answer = await say(roomId, bob, 'yes', relating('m.thread', first))
  t.deepEqual((await readAll(reading, roomId, bob, true, 5, { related_by_rel_types: ['m.thread'], related_by_senders: [bob] })).ids, [
    first.eventId,
  ])
  t.deepEqual((await readAll(reading, roomId, bob, true, 5, { related_by_rel_types: ['m.thread'], related_by_senders: [alice] })).ids, [])
  ignored.set(bob, new Set([alice]))
  const others = await readAll(reading, roomId, bob, true, 100)
  t.deepEqual(others.ids.slice(-1), [answer.eventId])
  t.true(
    (await allOf(reading, roomId))
      .filter(({ eventId }) => others.ids.includes(eventId))
      .every(({ sender, stateKey }) => sender === bob || stateKey !== undefined),
  )
})

forEachEngine('members are given lazily with messages and context', async (t, database) => {
  const { aRoom, member, say, timeline, state } = testReading(database)
  const roomId = await aRoom()
  for (const user of [bob, carol]) await member(roomId, user, 'join')
  const said = await say(roomId, bob, 'hi')
  const lazy = filter({ lazy_load_members: true })
  const { state: members } = await timeline.page(asking(alice), roomId, { backwards: true, limit: 1, filter: lazy })
  t.deepEqual(
    members!.map((text) => JSON.parse(text).state_key),
    [bob],
  )
  await state(roomId, alice, 'm.room.topic', { topic: 'later' })
  const around = await timeline.context(asking(alice), roomId, said.eventId, { limit: 0, filter: lazy })
  const entries = around.state.map((text) => JSON.parse(text))
  t.deepEqual(
    entries.filter(({ type }) => type === 'm.room.member').map(({ state_key }) => state_key),
    [bob],
  )
  t.false(entries.some(({ type }) => type === 'm.room.topic'))
  t.deepEqual([around.eventsBefore.length, around.eventsAfter.length], [0, 0])
  const all = await timeline.context(asking(alice), roomId, said.eventId, { limit: 3 })
  t.is(all.state.filter((text) => JSON.parse(text).type === 'm.room.member').length, 3)
  t.deepEqual([all.eventsBefore.length, all.eventsAfter.length], [1, 1])
  t.is(idsOf((await timeline.page(asking(alice), roomId, { backwards: false, from: all.end, limit: 5 })).chunk).length, 0)
})

forEachEngine(
  'relations are read by way and type, page by page, three deep and no deeper, without what is redacted',
  async (t, database) => {
    const { aRoom, say, sendEvent, relationsPage, redact } = testReading(database)
    const roomId = await aRoom()
    const root = await say(roomId, alice, 'root')
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await say(roomId, alice, `a${i}`, relating('m.thread', root)))
    const reaction = await sendEvent({ roomId, sender: alice, type: 'm.reaction', content: relating('m.annotation', answers[0]!) })
    const deeper = await say(roomId, alice, 'deeper', relating('m.reference', reaction))
    await say(roomId, alice, 'too deep', relating('m.reference', deeper))
    const read = async (more: Partial<Parameters<typeof relationsPage>[3]> = {}) =>
      relationsPage(asking(alice), roomId, root.eventId, { backwards: true, limit: 10, recurse: false, ...more })
    const [a, b, c] = answers.map(({ eventId }) => eventId)
    t.deepEqual(idsOf((await read()).chunk), [c, b, a])
    t.deepEqual(idsOf((await read({ backwards: false, relType: 'm.thread', eventType: 'm.room.message' })).chunk), [a, b, c])
    t.deepEqual((await read({ relType: 'm.annotation' })).chunk, [])
    t.deepEqual((await read({ eventType: 'm.reaction' })).chunk, [])
    const deep = await read({ recurse: true })
    t.deepEqual(idsOf(deep.chunk), [deeper.eventId, reaction.eventId, c, b, a])
    t.is(deep.recursionDepth, 3)
    t.deepEqual((await read({ recurse: true, relType: 'm.reference' })).chunk, [])
    const first = await read({ limit: 2 })
    t.deepEqual([idsOf(first.chunk), first.prevBatch], [[c, b], undefined])
    const second = await read({ limit: 2, from: first.nextBatch })
    t.deepEqual([idsOf(second.chunk), second.nextBatch, second.prevBatch], [[a], undefined, first.nextBatch])
    await redact(roomId, alice, answers[1]!)
    t.deepEqual(idsOf((await read()).chunk), [c, a])
  },
)

forEachEngine('an event of another room is not found, as is one that does not exist', async (t, database) => {
  const { aRoom, say, timeline, relationsPage } = testReading(database)
  const [here, elsewhere] = [await aRoom(), await aRoom()]
  const { eventId } = await say(elsewhere, alice, 'over there')
  const messages = new Set<string>()
  for (const id of [eventId, '$nothing'] as const) {
    for (const read of [
      () => timeline.event(asking(alice), here, id),
      () => timeline.context(asking(alice), here, id, { limit: 1 }),
      () => relationsPage(asking(alice), here, id, { backwards: true, limit: 1, recurse: false }),
    ]) {
      const error = await t.throwsAsync(read(), { name: 'MatrixError' })
      messages.add(JSON.stringify([(error as unknown as { errcode: string }).errcode, error.message]))
    }
  }
  t.is(messages.size, 1)
})
