import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { alice, bob, carol, testReading } from './test-reading.ts'

type Reading = ReturnType<typeof testReading>
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape.
type Told = any

/** What a reader is told of events, read anew from storage. */
async function told(
  reading: Reading,
  roomId: RoomId,
  userId: UserId,
  events: readonly StoredEvent[],
  options: { deviceNid?: number; ignored?: UserId[]; bundledUpTo?: number } = {},
): Promise<Told[]> {
  const room = (await reading.roomStates.open(roomId))!
  const stored = await reading.events.byIds(events.map(({ eventId }) => eventId))
  const inOrder = events.map(({ eventId }) => stored.find((event) => event.eventId === eventId)!)
  const reader = {
    userId,
    userNid: await reading.identifiers.user(userId),
    deviceNid: options.deviceNid,
    ignored: new Set(options.ignored),
  }
  const texts = await reading.clientEvents(inOrder, room, reader, {
    withRoomId: true,
    bundledUpTo: options.bundledUpTo ?? Number.MAX_SAFE_INTEGER,
  })
  return texts.map((text) => JSON.parse(text))
}

const relating = (rel_type: string, { eventId }: StoredEvent, more: object = {}) => ({
  'm.relates_to': { rel_type, event_id: eventId },
  ...more,
})
const edit = (event: StoredEvent, body: string) => relating('m.replace', event, { 'm.new_content': { msgtype: 'm.text', body } })

forEachEngine("an event is told with its age, the reader's membership, and the transaction ID to its device alone", async (t, database) => {
  const reading = testReading(database)
  const roomId = await reading.aRoom()
  const { sendEvent, member } = reading
  const said = await sendEvent({ roomId, sender: alice, type: 'm.room.message', content: { body: 'hi' } }, { deviceNid: 7, txnId: '"1' })
  await member(roomId, bob, 'join')
  const [own] = await told(reading, roomId, alice, [said], { deviceNid: 7 })
  t.like(own, {
    event_id: said.eventId,
    room_id: roomId,
    sender: alice,
    type: 'm.room.message',
    content: { body: 'hi' },
    origin_server_ts: said.ts,
    unsigned: { transaction_id: '"1', membership: 'join' },
  })
  t.true(own.unsigned.age >= 0)
  const [others] = await told(reading, roomId, bob, [said], { deviceNid: 8 })
  t.deepEqual(Object.keys(others.unsigned).sort(), ['age', 'membership'])
  t.is(others.unsigned.membership, 'leave')
  t.deepEqual(Object.keys(others).sort(), ['content', 'event_id', 'origin_server_ts', 'room_id', 'sender', 'type', 'unsigned'])
})

forEachEngine('new messages are told at once, and their common text is made once', async (t, database) => {
  const { aRoom, say, roomStates, clientEvents, state } = testReading(database)
  const roomId = await aRoom()
  const said = await say(roomId, alice, 'hi')
  const topic = await state(roomId, alice, 'm.room.topic', { topic: 'first' })
  const renamed = await state(roomId, alice, 'm.room.topic', { topic: 'second' })
  const room = roomStates.known(roomId)!
  const reader = { userId: alice, userNid: 1, deviceNid: undefined, ignored: new Set<UserId>() }
  const texts = clientEvents([said, renamed], room, reader, { withRoomId: false })
  t.false(texts instanceof Promise)
  const [message, change] = (await texts).map((text) => JSON.parse(text))
  t.is(message.room_id, undefined)
  t.like(change.unsigned, { prev_content: { topic: 'first' }, replaces_state: topic.eventId, prev_sender: alice })
})

forEachEngine('state read from storage is told with what it replaced', async (t, database) => {
  const reading = testReading(database)
  const roomId = await reading.aRoom()
  const first = await reading.state(roomId, alice, 'm.room.topic', { topic: 'first' })
  const second = await reading.state(roomId, alice, 'm.room.topic', { topic: 'second' })
  const [one, two] = await told(reading, roomId, alice, [first, second])
  t.false('prev_content' in one.unsigned)
  t.like(two.unsigned, { prev_content: { topic: 'first' }, replaces_state: first.eventId })
  await reading.redact(roomId, alice, first)
  const [, after] = await told(reading, roomId, alice, [first, second])
  t.deepEqual(after.unsigned.prev_content, {})
})

forEachEngine('a redacted event is told empty and with its redaction, an edited one with its latest valid edit', async (t, database) => {
  const reading = testReading(database)
  const { aRoom, say, redact, member } = reading
  const roomId = await aRoom()
  await member(roomId, bob, 'join')
  const [secret, original] = [await say(roomId, alice, 'secret'), await say(roomId, alice, 'orignal')]
  const redaction = await redact(roomId, alice, secret)
  const valid = await say(roomId, alice, '* original', edit(original, 'original'))
  const later = await say(roomId, alice, '* Original', edit(original, 'Original'))
  await say(roomId, bob, '* mine', edit(original, 'mine'))
  for (let i = 0; i < 4; i++) await say(roomId, alice, 'no new content', relating('m.replace', original))
  const [gone, edited, itself] = await told(reading, roomId, bob, [secret, original, later])
  t.deepEqual(gone.content, {})
  t.is(gone.unsigned.redacted_because.event_id, redaction.eventId)
  t.is(gone.unsigned.redacted_because.redacts, secret.eventId)
  t.is(edited.content.body, 'orignal')
  t.is(edited.unsigned['m.relations']['m.replace'].event_id, later.eventId)
  t.false('m.relations' in itself.unsigned)
  await redact(roomId, alice, later)
  const [reverted] = await told(reading, roomId, bob, [original])
  t.is(reverted.unsigned['m.relations']['m.replace'].event_id, valid.eventId)
  await redact(roomId, alice, original)
  t.false('m.relations' in (await told(reading, roomId, bob, [original]))[0].unsigned)
})

async function aThread(reading: Reading) {
  const { aRoom, member, say } = reading
  const roomId = await aRoom({ type: 'm.room.history_visibility', content: { history_visibility: 'joined' } })
  for (const user of [bob, carol]) await member(roomId, user, 'join')
  const root = await say(roomId, alice, 'root')
  const answers = [await say(roomId, bob, 'one', relating('m.thread', root)), await say(roomId, carol, 'two', relating('m.thread', root))]
  return { roomId, root, answers }
}
const threadOf = async (reading: Reading, roomId: RoomId, userId: UserId, root: StoredEvent, ignored: UserId[] = []): Promise<Told> =>
  (await told(reading, roomId, userId, [root], { ignored }))[0].unsigned['m.relations']?.['m.thread']

forEachEngine(
  "a thread is told by its count, its latest event with that one's edit, and whether the reader took part",
  async (t, database) => {
    const reading = testReading(database)
    const { roomId, root, answers } = await aThread(reading)
    const fixed = await reading.say(roomId, carol, '* 2', edit(answers[1]!, '2'))
    const thread = await threadOf(reading, roomId, bob, root)
    t.like(thread, { count: 2, current_user_participated: true })
    t.is(thread.latest_event.event_id, answers[1]!.eventId)
    t.is(thread.latest_event.unsigned['m.relations']['m.replace'].event_id, fixed.eventId)
    t.like(await threadOf(reading, roomId, bob, root, [carol]), { count: 1, latest_event: { event_id: answers[0]!.eventId } })
    await reading.redact(roomId, bob, answers[0]!)
    t.like(await threadOf(reading, roomId, bob, root), { count: 1, current_user_participated: false })
    t.like(await threadOf(reading, roomId, alice, root), { current_user_participated: true })
  },
)

forEachEngine('who has left is told of a thread as it was, of what was sent since nothing', async (t, database) => {
  const reading = testReading(database)
  const { roomId, root, answers } = await aThread(reading)
  await reading.member(roomId, bob, 'leave')
  await reading.say(roomId, carol, 'three', relating('m.thread', root))
  await reading.say(roomId, alice, '* Root', edit(root, 'Root'))
  const [event] = await told(reading, roomId, bob, [root])
  t.like(event.unsigned['m.relations']['m.thread'], { count: 2, latest_event: { event_id: answers[1]!.eventId } })
  t.false('m.replace' in event.unsigned['m.relations'])
  await reading.redact(roomId, alice, root)
  t.false('redacted_because' in (await told(reading, roomId, bob, [root]))[0].unsigned)
})

forEachEngine('references are listed in order, up to a position; reactions are not bundled', async (t, database) => {
  const reading = testReading(database)
  const roomId = await reading.aRoom()
  const poll = await reading.say(roomId, alice, 'poll')
  const votes = [
    await reading.say(roomId, alice, '1', relating('m.reference', poll)),
    await reading.say(roomId, alice, '2', relating('m.reference', poll)),
  ]
  await reading.sendEvent({ roomId, sender: alice, type: 'm.reaction', content: relating('m.annotation', poll) })
  const elsewhere = await reading.aRoom()
  await reading.say(elsewhere, alice, 'not here', relating('m.reference', poll))
  const chunk = async (options: { bundledUpTo?: number }) =>
    (await told(reading, roomId, alice, [poll], options))[0].unsigned['m.relations']
  t.deepEqual(await chunk({}), { 'm.reference': { chunk: votes.map(({ eventId }) => ({ event_id: eventId })) } })
  t.deepEqual(await chunk({ bundledUpTo: votes[0]!.pos! }), { 'm.reference': { chunk: [{ event_id: votes[0]!.eventId }] } })
  t.is(await chunk({ bundledUpTo: poll.pos! }), undefined)
})
