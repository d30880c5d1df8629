import type { ExecutionContext } from 'ava'
import { randomInt } from 'node:crypto'
import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import type { Draft, JsonObject } from '../protocol/event.ts'
import { levelToNotify, powerOf } from '../protocol/power-levels.ts'
import { compilePushRules } from '../protocol/push-evaluation.ts'
import { asksRoomOnly, notificationCounts } from '../rooms/notification-level.ts'
import { builderState } from '../rooms/room.ts'
import { eventClass, type StoredEvent } from '../storage/stored-event.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { alice, bob, ignoredType, newRoom, openWorld, users, type World } from './test-unread-world.ts'
import { addTallies } from './unread-counts.ts'

/** Random numbers that a seed repeats (mulberry32). */
function seeded(seed: number) {
  let state = seed
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) % below
  }
  const pick = <T>(from: readonly T[]): T => from[next(from.length)]!
  const some = <T>(from: readonly T[]): T[] => from.filter(() => next(3) === 0)
  return { next, pick, some }
}
type Random = ReturnType<typeof seeded>

const patterns = ['lunch', 'lun*', 'Grüße', '*', 'deploy now', 'привет', 'l?nch', 'erin', '  ', 'lunch deploy*']
const types = ['m.room.message', 'm.reaction', 'm.room.topic', 'm.room.encrypted', 'm.call.*']

function randomCondition({ next, pick }: Random, roomIds: readonly RoomId[]): JsonObject {
  return pick<() => JsonObject>([
    () => ({ kind: 'event_match', key: 'content.body', pattern: pick(patterns) }),
    () => ({ kind: 'event_match', key: 'content.topic', pattern: pick(['*lunch*', '*now', '*']) }),
    () => ({ kind: 'event_match', key: 'room_id', pattern: pick([...roomIds, '!*']) }),
    () => ({ kind: 'event_match', key: 'sender', pattern: pick([...users, '@BOB:hs', '@e*']) }),
    () => ({ kind: 'event_match', key: 'type', pattern: pick(types) }),
    () => ({ kind: 'event_match', key: 'content.msgtype', pattern: pick(['m.text', 'm.notice', 'm.image']) }),
    () => ({ kind: 'event_property_is', key: 'content.m\\.mentions.room', value: true }),
    () => ({ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: pick(users) }),
    () => ({ kind: 'room_member_count', is: pick(['2', '>2', '<=6']) }),
    () => ({ kind: 'sender_notification_permission', key: 'room' }),
    () => ({ kind: next(2) === 0 ? 'contains_display_name' : 'org.example.unknown' }),
  ])()
}

async function setRandomRules({ pushRules }: World, random: Random, userId: UserId, roomIds: readonly RoomId[]): Promise<void> {
  const { next, pick } = random
  const actions = () => pick<unknown[]>([[], ['notify'], ['notify', { set_tweak: 'highlight' }]])
  for (let i = next(4); i > 0; i--) {
    const kind = pick(['override', 'content', 'room', 'sender', 'underride'] as const)
    const ruleId = kind === 'room' ? pick(roomIds) : kind === 'sender' ? pick(users) : `rule${i}`
    const conditions = Array.from({ length: next(3) }, () => randomCondition(random, roomIds))
    await pushRules.put({ userId, kind, ruleId }, { actions: actions(), conditions, pattern: pick(patterns) }, {})
    if (next(5) === 0) await pushRules.setEnabled({ userId, kind, ruleId }, false)
  }
  const all = await pushRules.all(userId)
  for (const kind of ['override', 'underride'] as const) {
    for (const { rule_id: ruleId, default: isDefault } of all[kind]) {
      if (!isDefault || next(12) > 0 || (ruleId === '.m.rule.master' && next(4) > 0)) continue
      if (next(2) === 0) await pushRules.setEnabled({ userId, kind, ruleId }, ruleId === '.m.rule.master')
      else await pushRules.setActions({ userId, kind, ruleId }, actions())
    }
  }
}

async function ignoreAtRandom({ accountData, identifiers }: World, { some }: Random, userId: UserId): Promise<void> {
  const ignored_users = Object.fromEntries(some([...users, '@stranger:hs']).map((other) => [other, {}]))
  await accountData.put({ userId, userNid: await identifiers.user(userId), type: ignoredType }, { ignored_users })
}

function randomDraft({ next, pick, some }: Random, roomId: RoomId, members: readonly UserId[], earlier: readonly StoredEvent[]): Draft {
  const sender = pick(members)
  const words = Array.from({ length: next(4) }, () =>
    pick(['lunch', 'Lunch!', 'deploy', 'now', 'grüße', 'привет', 'ERIN', 'bob', 'lunchtime', 'x']),
  )
  const target = earlier.length === 0 ? undefined : pick(earlier).eventId
  const mentions =
    next(3) === 0 ? { 'm.mentions': { ...(next(3) === 0 && { room: true }), user_ids: [...some(users), '@stranger:hs', '@far:away'] } } : {}
  const message = (more: JsonObject = {}) => ({
    type: 'm.room.message',
    content: { msgtype: pick(['m.text', 'm.text', 'm.notice', 'm.image']), body: words.join(' '), ...mentions, ...more },
  })
  const relation = (relType: string): JsonObject => ({ 'm.relates_to': { rel_type: relType, event_id: target ?? ('$none' as EventId) } })
  const made = pick<() => { type: string; content: JsonObject; stateKey?: string }>([
    message,
    message,
    message,
    message,
    () => message(relation('m.replace')),
    () => message(relation('m.thread')),
    () => ({ type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: target ?? '$none', key: '👍' } } }),
    () => ({ type: 'm.room.encrypted', content: { algorithm: 'x', ciphertext: 'y', ...mentions } }),
    () => ({ type: 'm.call.invite', content: { call_id: '1', ...mentions } }),
    () => ({ type: 'm.room.topic', stateKey: '', content: { topic: words.join(' '), ...mentions } }),
    () => ({ type: 'm.room.tombstone', stateKey: '', content: { body: 'moved', replacement_room: '!new' } }),
    () => ({ type: 'm.room.member', stateKey: sender, content: { membership: 'join', displayname: sender.slice(1, -3) } }),
  ])()
  return { roomId, sender, ...made }
}

/** State goes by either of the doors through which people set it. */
async function write({ sendEvent, alterRoom }: World, { next }: Random, draft: Draft): Promise<StoredEvent> {
  const { roomId, sender, type, stateKey } = draft
  if (stateKey === undefined || next(2) === 0) return sendEvent(draft)
  return alterRoom(roomId, { users: [sender], entries: [[type, stateKey]] }, ({ send }) => send(draft))
}

/** The counts that each event, put to all of a reader's rules, comes to. */
async function bruteForce({ pushRules, roomStates, ignored }: World, userId: UserId, roomId: RoomId, events: readonly StoredEvent[]) {
  const evaluate = compilePushRules(await pushRules.all(userId))
  const room = (await roomStates.open(roomId))!
  const lookup = builderState(room)
  const counts = { notification_count: 0, highlight_count: 0 }
  const ignoredUsers = await ignored.of(userId)
  for (const event of events) {
    if (event.sender === userId || ignoredUsers.has(event.sender)) continue
    const displayName = room.members.get(userId)?.pdu.content['displayname'] as string
    const mayNotify = (name: string) => powerOf(room.version, event.sender, lookup) >= levelToNotify(room.version, name, lookup)
    const verdict = evaluate(event, { displayName, memberCount: room.counts.join, mayNotify })
    if (verdict?.notify !== true) continue
    // What looks at the room alone makes nothing unread that is no message.
    if (event.class === eventClass.silent && (verdict.kind === 'room' || asksRoomOnly(verdict.rule))) continue
    counts.notification_count += 1
    if (verdict.highlight) counts.highlight_count += 1
  }
  return counts
}

async function compare(
  t: ExecutionContext,
  world: World,
  roomId: RoomId,
  members: readonly UserId[],
  events: readonly StoredEvent[],
  hint: string,
): Promise<void> {
  const { identifiers, roomStates, rules, unread, unreadStore, streams, ignored } = world
  const room = (await roomStates.open(roomId))!
  const after = events[0]!.nid - 1
  for (const userId of members) {
    const reader = { userNid: await identifiers.user(userId), ignored: await ignored.of(userId) }
    await rules.load([userId])
    const level = rules.levelIn(userId, roomId, room.counts.join)
    const stored = (await unreadStore.counts(reader, [{ roomNid: room.nid, after }], streams.head())).get(room.nid)!
    const none = { messages: 0, plain: 0, encrypted: 0, roomMention: 0, singled: 0, highlights: 0 }
    const expected = await bruteForce(world, userId, roomId, events)
    t.deepEqual(
      notificationCounts(level, stored.map(({ thread: _, ...tally }) => tally).reduce(addTallies, none)),
      expected,
      `${userId} by storage, ${hint}`,
    )
    await unread.load(reader, [{ room, since: after }], streams.head())
    const { main, threads } = unread.of(reader, room)
    t.deepEqual(notificationCounts(level, [main, ...threads.values()].reduce(addTallies, none)), expected, `${userId} by memory, ${hint}`)
  }
}

forEachEngine("counts from classes and mentions are those that every reader's own rules come to", async (t, database) => {
  const seed = Number(process.env['TEST_SEED'] ?? randomInt(2 ** 31))
  t.log(`seed ${seed}`)
  const random = seeded(seed)
  const world = await openWorld(database)
  const places = [
    { members: users, roomId: await newRoom(world, users) },
    { members: [alice, users[4]!], roomId: await newRoom(world, [alice, users[4]!]) },
  ]
  for (let round = 0; round < 6; round++) {
    const roomIds = places.map(({ roomId }) => roomId)
    for (const userId of users) await setRandomRules(world, random, userId, roomIds)
    for (const { roomId, members } of places) {
      const events: StoredEvent[] = []
      for (let i = 0; i < 30; i++) events.push(await write(world, random, randomDraft(random, roomId, members, events)))
      await compare(t, world, roomId, members, events, `round ${round}, seed ${seed}`)
      for (const userId of users) await ignoreAtRandom(world, random, userId)
      await compare(t, world, roomId, members, events, `round ${round} after other people were ignored, seed ${seed}`)
    }
  }
})

forEachEngine('who is neither named nor has rules of their own gets no row, however many they are', async (t, database) => {
  const world = await openWorld(database)
  const roomId = await newRoom(world, users)
  const send = (content: JsonObject) =>
    world.sendEvent({ roomId, sender: alice, type: 'm.room.message', content: { msgtype: 'm.text', body: 'lunch', ...content } })
  t.deepEqual((await send({})).mentions, [])
  const room = await send({ 'm.mentions': { room: true } })
  t.deepEqual([room.mentions, room.class], [[], eventClass.roomMention])
  const bobNid = await world.identifiers.user(bob)
  const named = await send({ 'm.mentions': { user_ids: [bob, bob, '@stranger:hs', alice] } })
  t.deepEqual(named.mentions, [{ userNid: bobNid, highlight: true }])
  await world.pushRules.put(
    { userId: bob, kind: 'content', ruleId: 'food' },
    { pattern: 'lunch', actions: ['notify', { set_tweak: 'highlight' }] },
    {},
  )
  t.deepEqual((await send({})).mentions, [{ userNid: bobNid, highlight: true }])
  t.deepEqual((await send({ body: 'lunchtime' })).mentions, [])
  await world.pushRules.put({ userId: bob, kind: 'sender', ruleId: alice }, { actions: [] }, {})
  t.deepEqual((await send({ body: 'dinner' })).mentions, [{ userNid: bobNid, highlight: false, silenced: true }])
  await world.pushRules.remove({ userId: bob, kind: 'content', ruleId: 'food' })
  await world.pushRules.setEnabled({ userId: bob, kind: 'sender', ruleId: alice }, false)
  t.deepEqual((await send({})).mentions, [])
})
