import test from 'ava'
import * as sdk from 'matrix-js-sdk'
import { counts, live, seen, texts, untilCounts } from './js-sdk-looks.ts'
import { people, roomOf, type SdkPerson } from './js-sdk-person.ts'
import { type Hallway, startHallway } from './start-hallway.ts'

// matrix-js-sdk as it is on npm, with its sync loop on, against a server of our own.

let hallway: Hallway
test.before(async () => {
  hallway = await startHallway(process.env['DATABASE_URL'])
})
test.after.always(() => hallway?.stop())

const { EventType, RelationType, MsgType, NotificationCountType, Direction } = sdk

test('messages, edits, reactions, replies and redactions reach the other, and are there after a start', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  const { event_id: first } = await alice.client.sendTextMessage(roomId, 'helo')
  const echo = live(alice, roomId).filter((event) => event.getId() === first)
  t.is(echo.length, 1, 'the local echo has become the event')
  await seen(bob, roomId, first)
  await alice.until('the echo comes back', () => alice.room(roomId).findEventById(first)?.status === null)
  t.is(live(alice, roomId).filter((event) => event.getType() === EventType.RoomMessage).length, 1)

  await alice.client.sendMessage(roomId, {
    msgtype: MsgType.Text,
    body: '* hello',
    'm.new_content': { msgtype: MsgType.Text, body: 'hello' },
    'm.relates_to': { rel_type: RelationType.Replace, event_id: first },
  })
  await bob.until('the edit shows', () => bob.room(roomId).findEventById(first)?.getContent()['body'] === 'hello')

  const { event_id: reaction } = await bob.client.sendEvent(roomId, EventType.Reaction, {
    'm.relates_to': { rel_type: RelationType.Annotation, event_id: first, key: '👍' },
  })
  const reactions = (person: SdkPerson): [string, number][] =>
    (
      person
        .room(roomId)
        .relations.getChildEventsForEvent(first, RelationType.Annotation, EventType.Reaction)
        ?.getSortedAnnotationsByKey() ?? []
    )
      .map(([key, events]): [string, number] => [key, events.size])
      .filter(([, size]) => size > 0)
  await alice.until('the reaction shows', () => reactions(alice).length === 1)
  t.deepEqual(reactions(alice), [['👍', 1]])

  const { event_id: reply } = await bob.client.sendMessage(roomId, {
    msgtype: MsgType.Text,
    body: 'hello yourself',
    'm.relates_to': { 'm.in_reply_to': { event_id: first } },
  })
  t.is((await seen(alice, roomId, reply)).replyEventId, first)
  const { event_id: slip } = await bob.client.sendTextMessage(roomId, 'a secret')
  await seen(alice, roomId, slip)
  await bob.client.redactEvent(roomId, slip, undefined, { reason: 'slipped' })
  await alice.until('the redaction shows', () => alice.room(roomId).findEventById(slip)?.isRedacted())
  t.deepEqual(alice.room(roomId).findEventById(slip)?.getContent(), {})

  const anew = await alice.startedAnew()
  t.is(anew.room(roomId).findEventById(first)?.getContent()['body'], 'hello')
  t.true(anew.room(roomId).findEventById(slip)?.isRedacted())
  t.is(anew.room(roomId).findEventById(slip)?.getUnsigned().redacted_because?.content['reason'], 'slipped')
  t.deepEqual(reactions(anew), [['👍', 1]])
  await bob.client.redactEvent(roomId, reaction)
  await anew.until('the reaction is gone', () => reactions(anew).length === 0)
  const { events: annotations } = await anew.client.relations(roomId, first, RelationType.Annotation, EventType.Reaction)
  t.deepEqual(annotations, [])
})

test('a thread is counted, and read page by page', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  const { event_id: root } = await alice.client.sendTextMessage(roomId, 'Lunch?')
  await seen(bob, roomId, root)
  const answers = Array.from({ length: 12 }, (_, i) => `answer ${i}`)
  const answer = (body: string) => bob.client.sendMessage(roomId, root, { msgtype: MsgType.Text, body })
  const room = alice.room(roomId)
  await answer(answers[0]!)
  await alice.until('the thread begins', () => room.getThread(root)?.initialEventsFetched, room)
  for (const body of answers.slice(1)) await answer(body)
  // Not by its length: of answers that come while it asks for a thread's beginning, the client may count one twice or not at all.
  const begun = () => texts(room.getThread(root)?.events ?? [])
  await alice.until('the thread is complete', () => begun().at(-1) === answers.at(-1), room)
  t.deepEqual(begun(), ['Lunch?', ...answers])
  const thread = room.getThread(root)!
  t.is(thread.replyToEvent?.getContent()['body'], answers.at(-1))
  await alice.until('the thread is counted', () => room.getThreadUnreadNotificationCount(root) === answers.length, room)
  t.is(alice.room(roomId).getUnreadNotificationCount(NotificationCountType.Total), answers.length)
  await alice.client.sendReadReceipt(thread.replyToEvent ?? null)
  await alice.until('the thread is read', () => room.getThreadUnreadNotificationCount(root) === 0, room)

  const anew = await alice.startedAnew()
  const bundled = anew.room(roomId).findEventById(root)?.getServerAggregatedRelation<sdk.IThreadBundledRelationship>(RelationType.Thread)
  t.is(bundled?.count, answers.length)
  t.true(bundled?.current_user_participated, 'who began a thread takes part in it')
  const read: string[] = []
  for (let from: string | undefined; ; ) {
    const page = await anew.client.relations(roomId, root, RelationType.Thread, null, {
      limit: 5,
      dir: Direction.Backward,
      ...(from !== undefined && { from }),
    })
    read.push(...texts(page.events))
    from = page.nextBatch ?? undefined
    if (from === undefined) break
  }
  t.deepEqual(read, answers.toReversed())
})

type ThreadList = Awaited<ReturnType<sdk.MatrixClient['createThreadListMessagesRequest']>>

test("a room's threads are listed page by page, the one with the newest reply first", async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  const roots: string[] = []
  for (const body of ['Lunch?', 'Tea?', 'Dinner?']) roots.push((await alice.client.sendTextMessage(roomId, body)).event_id)
  const [lunch, tea, dinner] = roots as [string, string, string]
  for (const root of [lunch, dinner, tea]) await alice.client.sendMessage(roomId, root, { msgtype: MsgType.Text, body: 'Well?' })
  await bob.client.sendMessage(roomId, lunch, { msgtype: MsgType.Text, body: 'Yes.' })
  const list = async (which: sdk.ThreadFilterType) => {
    const found: (string | undefined)[] = []
    for (let from: string | null = null; ; ) {
      const page: ThreadList = await bob.client.createThreadListMessagesRequest(roomId, from, 2, Direction.Backward, which)
      // The client turns each page about.
      found.push(...page.chunk.map((event) => event.event_id).toReversed())
      if (page.end === undefined) return found
      from = page.end
    }
  }
  t.deepEqual(await list(sdk.ThreadFilterType.All), [lunch, tea, dinner])
  t.deepEqual(await list(sdk.ThreadFilterType.My), [lunch])

  const anew = await bob.startedAnew()
  await anew.room(roomId).createThreadsTimelineSets()
  await anew.room(roomId).fetchRoomThreads()
  const shown = anew.room(roomId).threadsTimelineSets[0]?.getLiveTimeline().getEvents()
  t.deepEqual(
    shown?.map((event) => event.getId()),
    [dinner, tea, lunch],
  )
})

test('history is read backwards to the first event, each once and in order, and forwards again', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  const said = Array.from({ length: 60 }, (_, i) => `line ${i}`)
  const ids: string[] = []
  for (const body of said) ids.push((await alice.client.sendTextMessage(roomId, body)).event_id)
  const reader = await bob.startedAnew({ initialSyncLimit: 10 })
  t.is(live(reader, roomId).length, 10)
  for (let turn = 0; turn < 20 && reader.room(roomId).oldState.paginationToken !== null; turn++) {
    await reader.client.scrollback(reader.room(roomId), 15)
  }
  const events = live(reader, roomId)
  t.is(events[0]?.getType(), EventType.RoomCreate)
  t.is(new Set(events.map((event) => event.getId())).size, events.length)
  t.deepEqual(texts(events), said)

  const middle = await reader.startedAnew({ initialSyncLimit: 1 })
  const set = new sdk.EventTimelineSet(middle.room(roomId), { timelineSupport: true })
  const timeline = await middle.client.getEventTimeline(set, ids[30]!)
  t.truthy(timeline)
  while (await middle.client.paginateEventTimeline(timeline!, { backwards: false, limit: 7 }));
  while (await middle.client.paginateEventTimeline(timeline!, { backwards: true, limit: 7 }));
  t.deepEqual(texts(timeline!.getEvents()), said)
})

test('unread and mention counts go up with messages, down with receipts, and the receipt is seen', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  await alice.client.sendTextMessage(roomId, 'one')
  await alice.client.sendTextMessage(roomId, 'two')
  const { event_id: mention } = await alice.client.sendMessage(roomId, {
    msgtype: MsgType.Text,
    body: 'three, for you',
    'm.mentions': { user_ids: [bob.userId] },
  })
  await untilCounts(bob, roomId, 3, 1)
  await untilCounts(alice, roomId, 0, 0)
  await bob.client.sendReadReceipt(await seen(bob, roomId, mention))
  await untilCounts(bob, roomId, 0, 0)
  await alice.until('the receipt shows', () => alice.room(roomId).getEventReadUpTo(bob.userId) === mention)

  const { event_id: fourth } = await alice.client.sendTextMessage(roomId, 'four')
  await untilCounts(bob, roomId, 1, 0)
  const read = await seen(bob, roomId, fourth)
  await bob.client.setRoomReadMarkers(roomId, fourth, undefined, read)
  await untilCounts(bob, roomId, 0, 0)
  const { event_id: fifth } = await alice.client.sendTextMessage(roomId, 'five')
  await untilCounts(bob, roomId, 1, 0)
  t.is(alice.room(roomId).getEventReadUpTo(bob.userId), mention, 'a private receipt stays private')

  const anew = await bob.startedAnew()
  t.deepEqual(counts(anew.room(roomId)), [1, 0])
  t.is(anew.room(roomId).getAccountData(EventType.FullyRead)?.getContent()['event_id'], fourth)
  await bob.client.sendReadReceipt(anew.room(roomId).findEventById(fifth) ?? null)
  await untilCounts(anew, roomId, 0, 0)
  await alice.until('the public receipt shows', () => alice.room(roomId).getEventReadUpTo(bob.userId) === fifth)
})

test('a muted room counts nothing, and a keyword counts as a mention', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const [muted, loud] = [await roomOf(alice, bob), await roomOf(alice, bob)]
  await bob.client.setRoomMutePushRule('global', muted, true)
  await bob.client.addPushRule('global', sdk.PushRuleKind.ContentSpecific, 'pears', {
    pattern: 'pears',
    actions: [sdk.PushRuleActionName.Notify, { set_tweak: sdk.TweakName.Highlight, value: true }],
  })
  await bob.until('the rules come by sync', () => bob.client.pushRules?.global.content?.some(({ rule_id }) => rule_id === 'pears'))
  await alice.client.sendTextMessage(muted, 'nobody hears')
  await alice.client.sendTextMessage(loud, 'apples and pears')
  await untilCounts(bob, loud, 1, 1)
  t.deepEqual(counts(bob.room(muted)), [0, 0])
})

test('typing is seen by the other, and so is its end', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  await alice.client.sendTyping(roomId, true, 30_000)
  await bob.until('alice types', () => bob.room(roomId).getMember(alice.userId)?.typing)
  await alice.client.sendTyping(roomId, false, 0)
  await bob.until('alice rests', () => bob.room(roomId).getMember(alice.userId)?.typing === false)
  t.false(bob.room(roomId).getMember(alice.userId)?.typing)
})
