import test from 'ava'
import * as sdk from 'matrix-js-sdk'
import { SlidingSync } from 'matrix-js-sdk/lib/sliding-sync.js'
import { createClient, password, people, roomOf, signUp, startPerson, type SdkPerson } from './js-sdk-person.ts'
import { startHallway, type Hallway } from './start-hallway.ts'

// matrix-js-sdk as it is on npm, with its sync loop on, against a server of our own.

let hallway: Hallway
test.before(async () => {
  hallway = await startHallway(process.env['DATABASE_URL'])
})
test.after.always(() => hallway?.stop())

const { EventType, RelationType, MsgType, KnownMembership, NotificationCountType, Direction } = sdk

/** The texts of the messages in a timeline, as they stand after edits. */
const texts = (events: readonly sdk.MatrixEvent[]): string[] =>
  events.filter((event) => event.getType() === EventType.RoomMessage).map((event) => String(event.getContent()['body']))

const live = (person: SdkPerson, roomId: string): sdk.MatrixEvent[] => person.room(roomId).getLiveTimeline().getEvents()

/** Waits until the person's client has the event. */
const seen = (person: SdkPerson, roomId: string, eventId: string): Promise<sdk.MatrixEvent> =>
  person.until(`${eventId} comes`, () => person.client.getRoom(roomId)?.findEventById(eventId))

const counts = (room: sdk.Room): [total: number, highlight: number] => [
  room.getUnreadNotificationCount(NotificationCountType.Total),
  room.getUnreadNotificationCount(NotificationCountType.Highlight),
]

const untilCounts = (person: SdkPerson, roomId: string, total: number, highlight: number): Promise<true> =>
  person.until(`the counts are ${total} and ${highlight}`, () => {
    const [a, b] = counts(person.room(roomId))
    return a === total && b === highlight
  })

test('somebody registers in stages, logs in, sets a name, and is logged out', async (t) => {
  const answers: string[] = []
  const client = createClient(hallway.baseUrl, (answer) => answers.push(answer))
  const username = `newcomer-${Date.now()}`
  const challenge = await t.throwsAsync(client.registerRequest({ username, password }), { instanceOf: sdk.MatrixError })
  t.is(challenge.httpStatus, 401)
  t.true((challenge.data['flows'] as { stages: string[] }[]).some(({ stages }) => stages.join() === 'm.login.dummy'))
  const registered = await client.register(username, password, String(challenge.data['session']), { type: 'm.login.dummy' })
  t.is(registered.user_id, `@${username}:${hallway.serverName}`)
  t.true((await client.isUsernameAvailable(`${username}-too`)) === true)

  const flows = (await client.loginFlows()).flows.map(({ type }) => type)
  t.true(flows.includes('m.login.password'))
  const login = await client.loginRequest({ type: 'm.login.password', identifier: { type: 'm.id.user', user: username }, password })
  const person = await startPerson(t, hallway, { userId: login.user_id, accessToken: login.access_token, deviceId: login.device_id })
  const me = await person.client.whoami()
  t.deepEqual([me.user_id, me.device_id], [login.user_id, login.device_id])
  await person.client.setDisplayName('New Comer')
  t.is((await person.client.getProfileInfo(person.userId)).displayname, 'New Comer')
  t.is((await person.client.getDevices()).devices.length, 2)
  t.true(await person.client.isVersionSupported('v1.11'))
  t.true(Object.keys((await person.client.getCapabilities())['m.room_versions']?.available ?? {}).includes('12'))
  await t.throwsAsync(client.loginWithPassword(username, 'wrong'), { message: /M_FORBIDDEN|403/ })
  t.is(answers.length, 2, answers.join('\n'))
})

test('a logout ends the sync that waits', async (t) => {
  const session = await signUp(t, hallway, 'leaver')
  const refused: string[] = []
  const client = createClient(hallway.baseUrl, (answer) => refused.push(answer), session)
  t.teardown(() => client.stopClient())
  const ready = new Promise<void>((resolve) => client.on(sdk.ClientEvent.Sync, (state) => state === sdk.SyncState.Syncing && resolve()))
  const ended = new Promise<void>((resolve) => client.once(sdk.HttpApiEvent.SessionLoggedOut, () => resolve()))
  await client.startClient()
  await ready
  await client.logout()
  await ended
  t.true(
    refused.some((answer) => /\/sync: 401 .*M_UNKNOWN_TOKEN/.test(answer)),
    refused.join('\n'),
  )
})

test('an invitation arrives, is accepted, and both see who is there', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  await alice.client.setDisplayName('Alice')
  const { room_id: roomId } = await alice.client.createRoom({ name: 'Garden', topic: 'Roses', invite: [bob.userId], is_direct: true })
  await bob.until('the invitation comes', () => bob.client.getRoom(roomId)?.getMyMembership() === KnownMembership.Invite)
  t.is(bob.room(roomId).name, 'Garden')
  t.is(bob.room(roomId).getDMInviter(), alice.userId)
  await bob.client.joinRoom(roomId)
  await bob.until('the room is joined', () => bob.room(roomId).getMyMembership() === KnownMembership.Join)
  await alice.until('bob is in the room', () => alice.room(roomId).getMember(bob.userId)?.membership === KnownMembership.Join)
  const members = bob.room(roomId).getJoinedMembers()
  t.deepEqual(members.map(({ userId }) => userId).toSorted(), [alice.userId, bob.userId].toSorted())
  t.is(bob.room(roomId).getMember(alice.userId)?.name, 'Alice')
  await alice.client.setRoomName(roomId, 'Orchard')
  await bob.until('the name changes', () => bob.room(roomId).name === 'Orchard')
  await alice.client.setDisplayName('Alice the Second')
  await bob.until('the display name changes', () => bob.room(roomId).getMember(alice.userId)?.name === 'Alice the Second')
})

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

test('who leaves or is removed sees it, and so do the others', async (t) => {
  const [alice, bob, carol] = await people(t, hallway, 'alice', 'bob', 'carol')
  const roomId = await roomOf(alice, bob, carol)
  await bob.client.leave(roomId)
  await bob.until('bob has left', () => bob.room(roomId).getMyMembership() === KnownMembership.Leave)
  await alice.until('bob is gone', () => alice.room(roomId).getMember(bob.userId)?.membership === KnownMembership.Leave)
  await bob.client.forget(roomId)
  await alice.client.ban(roomId, carol.userId, 'spam')
  await carol.until('carol is banned', () => carol.room(roomId).getMyMembership() === KnownMembership.Ban)
  await alice.until('alice is alone', () => alice.room(roomId).getJoinedMemberCount() === 1)
  const anew = await bob.startedAnew({ includeArchivedRooms: true })
  t.is(anew.client.getRoom(roomId), null)
})

test('a client started anew has the same rooms, invitations, tags and account data', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const stay = await roomOf(alice, bob)
  const gone = await roomOf(alice, bob)
  const { room_id: asked } = await alice.client.createRoom({ name: 'Asked', invite: [bob.userId] })
  await bob.client.leave(gone)
  await bob.client.setRoomTag(stay, 'm.favourite', { order: 0.5 })
  await bob.client.setAccountData(EventType.Direct, { [alice.userId]: [stay] })
  await bob.client.setIgnoredUsers(['@pest:elsewhere.test'])
  const anew = await bob.startedAnew()
  const rooms = anew.client.getRooms().filter((room) => !room.isSpaceRoom())
  t.deepEqual(
    rooms.map((room) => [room.roomId, room.getMyMembership()]).toSorted(),
    [
      [asked, KnownMembership.Invite],
      [stay, KnownMembership.Join],
    ].toSorted(),
  )
  t.deepEqual(anew.room(stay).tags, { 'm.favourite': { order: 0.5 } })
  t.deepEqual(anew.client.getAccountData(EventType.Direct)?.getContent(), { [alice.userId]: [stay] })
  t.deepEqual(anew.client.getIgnoredUsers(), ['@pest:elsewhere.test'])
})

test('a client goes on where it was when the server is started anew', async (t) => {
  const other = await startHallway()
  t.teardown(() => other.stop())
  const start = async (name: string) => startPerson(t, other, await signUp(t, other, name), {}, () => {})
  const [alice, bob] = [await start('alice'), await start('bob')]
  const roomId = await roomOf(alice, bob)
  const { event_id: before } = await alice.client.sendTextMessage(roomId, 'before')
  await seen(bob, roomId, before)
  await other.restart()
  const { event_id: after } = await alice.client.sendTextMessage(roomId, 'after')
  bob.client.retryImmediately()
  await seen(bob, roomId, after)
  t.deepEqual(texts(live(bob, roomId)), ['before', 'after'])
  await bob.client.sendTextMessage(roomId, 'answer')
  alice.client.retryImmediately()
  await alice.until('the answer comes', () => texts(live(alice, roomId)).includes('answer'))
  t.deepEqual(texts(live(alice, roomId)), ['before', 'after', 'answer'])
})

test('with lazy loading a client knows who speaks, and all members when asked', async (t) => {
  const [alice, ...others] = await people(t, hallway, 'alice', 'bob', 'carol', 'dave')
  const roomId = await roomOf(alice, ...others)
  await others[0].client.sendTextMessage(roomId, 'only bob speaks')
  const lazy = await alice.startedAnew({ lazyLoadMembers: true, initialSyncLimit: 1 })
  const room = lazy.room(roomId)
  t.is(room.getJoinedMemberCount(), 4)
  t.false(room.membersLoaded())
  const known = room.currentState.getMembers().map(({ userId }) => userId)
  t.true(known.includes(others[0].userId))
  t.true(known.length < 4, known.join())
  t.regex(room.name, /and 2 others|, .* and /)
  await room.loadMembersIfNeeded()
  t.is(room.getJoinedMembers().length, 4)
  const { event_id: late } = await others[2].client.sendTextMessage(roomId, 'dave too')
  t.is((await seen(lazy, roomId, late)).sender?.userId, others[2].userId)
})

test('sliding sync shows rooms, invitations, live messages, typing, receipts and counts', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  await alice.client.setRoomName(roomId, 'Sliding')
  await alice.client.sendTextMessage(roomId, 'before')
  const wanted = {
    required_state: [
      ['m.room.name', ''],
      ['m.room.member', '$LAZY'],
      ['m.room.member', '$ME'],
      ['m.room.create', ''],
    ],
    timeline_limit: 5,
  }
  let sliding!: SlidingSync
  const slider = await bob.startedAnew((client) => {
    sliding = new SlidingSync(hallway.baseUrl, new Map([['all', { ranges: [[0, 19]], ...wanted }]]), wanted, client, 30_000)
    return { slidingSync: sliding }
  })
  await slider.until('the room comes', () => slider.client.getRoom(roomId)?.name === 'Sliding')
  t.true((sliding.getListData('all')?.joinedCount ?? 0) >= 1)
  t.true(texts(live(slider, roomId)).includes('before'))

  sliding.modifyRoomSubscriptions(new Set([roomId]))
  const { event_id: now } = await alice.client.sendTextMessage(roomId, 'now')
  await seen(slider, roomId, now)
  t.deepEqual(texts(live(slider, roomId)), ['before', 'now'])
  await alice.client.sendTyping(roomId, true, 30_000)
  await slider.until('alice types', () => slider.room(roomId).getMember(alice.userId)?.typing)
  await slider.until('the message counts', () => counts(slider.room(roomId))[0] > 0)
  await slider.client.sendReadReceipt(slider.room(roomId).findEventById(now) ?? null)
  await slider.until('the count is gone', () => counts(slider.room(roomId))[0] === 0)
  await alice.client.sendReadReceipt(await seen(alice, roomId, now))
  await slider.until('the receipt shows', () => slider.room(roomId).getEventReadUpTo(alice.userId) === now)

  const { room_id: asked } = await alice.client.createRoom({ name: 'Asked', invite: [bob.userId] })
  await slider.until('the invitation comes', () => slider.client.getRoom(asked)?.getMyMembership() === KnownMembership.Invite)
  await slider.client.joinRoom(asked)
  await slider.until('the room is joined', () => slider.room(asked).getMyMembership() === KnownMembership.Join)
  const { event_id: welcome } = await alice.client.sendTextMessage(asked, 'welcome')
  await seen(slider, asked, welcome)
})
