import type { UserId } from '../../spec/identifiers.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import type { FirstEvent } from '../rooms/new-room.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { alice, bob, newRoom, openWorld, users, type World } from './test-unread-world.ts'

const [, , carol, dave, erin] = users as [UserId, UserId, UserId, UserId, UserId]

const create: FirstEvent = { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: '12' } }
const member = (sender: UserId, target: UserId, membership: string): FirstEvent => ({
  sender,
  type: 'm.room.member',
  stateKey: target,
  content: { membership },
})
const topic = (...user_ids: UserId[]): FirstEvent => ({
  sender: alice,
  type: 'm.room.topic',
  stateKey: '',
  content: { topic: 'Lunch', 'm.mentions': { user_ids } },
})

const notify = { actions: ['notify'], conditions: [{ kind: 'event_match', key: 'content.topic', pattern: 'lunch' }] }
const seekLunch = ({ pushRules }: World, userId: UserId) => pushRules.put({ userId, kind: 'override', ruleId: 'food' }, notify, {})

forEachEngine('the first events of a room single out who has come in by then', async (t, database) => {
  const world = await openWorld(database)
  for (const userId of [bob, carol, dave, erin]) await seekLunch(world, userId)
  const { events } = await world.newRoom(roomVersion('12')!, [
    create,
    member(alice, alice, 'join'),
    topic(bob),
    member(alice, bob, 'invite'),
    member(bob, bob, 'join'),
    member(alice, carol, 'invite'),
    member(carol, carol, 'join'),
    member(alice, erin, 'invite'),
    topic(carol, dave),
  ])
  const [bobNid, carolNid, erinNid] = await Promise.all([bob, carol, erin].map(world.identifiers.user))
  const none = { highlight: false }
  t.deepEqual(
    events.map(({ mentions }) => mentions.toSorted((a, b) => a.userNid - b.userNid)),
    [
      [],
      [],
      [],
      [{ userNid: bobNid!, ...none }],
      [],
      [{ userNid: carolNid!, ...none }],
      [],
      [{ userNid: erinNid!, ...none }],
      [
        { userNid: bobNid!, ...none },
        { userNid: carolNid!, ...none },
      ],
    ],
  )
})

forEachEngine('an invite notifies whom it invites, unless they have turned that off, and is unread to nobody', async (t, database) => {
  const world = await openWorld(database)
  const roomId = await newRoom(world, [alice, bob])
  await world.pushRules.setEnabled({ userId: dave, kind: 'override', ruleId: '.m.rule.invite_for_me' }, false)
  const change = (sender: UserId, target: UserId, membership: string) =>
    world.alterRoom(roomId, { users: [sender, target] }, ({ send }) => send(member(sender, target, membership)))
  const carolNid = await world.identifiers.user(carol)
  t.deepEqual((await change(alice, carol, 'invite')).mentions, [{ userNid: carolNid, highlight: false }])
  t.deepEqual((await change(alice, dave, 'invite')).mentions, [])
  const { pos: since } = await change(carol, carol, 'join')
  const room = (await world.roomStates.open(roomId))!
  for (const userId of [bob, carol]) {
    const reader = { userNid: await world.identifiers.user(userId), ignored: new Set<UserId>() }
    await world.unread.load(reader, [{ room, since: userId === bob ? 0 : since! }], world.streams.head())
    t.is(world.unread.of(reader, room).main.singled, 0)
  }
})

forEachEngine('a deed whose readers are more than memory keeps singles out all of them, once', async (t, database) => {
  const world = await openWorld(database)
  for (const userId of users) await seekLunch(world, userId)
  const roomId = await newRoom(world, users)
  const room = (await world.roomStates.open(roomId))!
  room.members.clear()
  room.membersComplete = false
  let times = 0
  const sent = await world.alterRoom(roomId, { users: [alice], entries: [['m.room.topic', '']] }, ({ send }) => {
    times += 1
    return [send(topic()), send({ ...topic(), content: { topic: 'Dinner' } }), send(topic())]
  })
  t.deepEqual(
    sent.map(({ mentions }) => mentions.length),
    [5, 0, 5],
  )
  t.true(times <= 3, `done ${times} times`)
  const rows = await database.read<{ n: number }>('SELECT COUNT(*) AS n FROM mention WHERE room_nid = $1', [room.nid])
  t.is(rows[0]!.n, 10)
})

forEachEngine('a deed that the rules of its room forbid fails as such, and leaves nothing behind', async (t, database) => {
  const world = await openWorld(database)
  for (const userId of users) await seekLunch(world, userId)
  const roomId = await newRoom(world, [alice, bob])
  const { next } = (await world.roomStates.open(roomId))!
  await t.throwsAsync(
    world.alterRoom(roomId, { users: [alice, carol], entries: [['m.room.topic', '']] }, ({ send }) => {
      send(topic())
      return send({ ...topic(), sender: carol })
    }),
    { message: /room/ },
  )
  t.deepEqual((await world.roomStates.open(roomId))!.next, next)
})
