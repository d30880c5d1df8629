import type { ExecutionContext } from 'ava'
import { forEachEngine } from '../storage/test-database.ts'
import { createModelWorld, knownReceipts, type ModelWorld, readUpTo, receiptsFor, startModel } from './model-world.ts'
import { createRandom } from './random.ts'
import { pick } from './room-deeds.ts'
import { openLiveClient } from './live-client.ts'
import { applySlide, newSlidingClient, slide, type SlidingClient } from './sliding-client.ts'

/** The user's rooms as lists have them: joined or invited, the latest activity first. */
const sorted = ({ oracle, roomIds }: ModelWorld, userId: string, head: number): { roomId: string; membership: string }[] =>
  roomIds
    .map((roomId) => {
      const membership = oracle.membershipAt(roomId, userId, head)
      const active = oracle.eventsOf(roomId).findLast(({ type }) => type === 'm.room.message' || type === 'm.room.create')?.nid ?? 0
      return { roomId, membership, bump: membership === 'join' ? active : oracle.memberSince(roomId, userId) }
    })
    .filter(({ membership }) => membership === 'join' || membership === 'invite')
    .toSorted((a, b) => b.bump - a.bump)

const checkRoom = (t: ExecutionContext, world: ModelWorld, client: SlidingClient, roomId: string, head: number): void => {
  const { oracle } = world
  const { userId } = client.user
  const room = client.rooms.get(roomId)
  if (room === undefined) {
    t.fail('a room of the window is not told')
    return
  }
  const visible = oracle.visibleTo(roomId, userId).map(({ eventId }) => eventId)
  t.deepEqual(room.timeline, visible.slice(visible.length - room.timeline.length), 'the end of the timeline')
  t.true(room.timeline.length > 0)
  t.deepEqual(new Map([...room.state].toSorted()), new Map([...oracle.stateAt(roomId, head)].toSorted()), 'the state')
  t.deepEqual({ ...room.counts }, oracle.unread(roomId, userId, readUpTo(world, roomId, userId)), 'unread counts')
  const members = [...oracle.stateAt(roomId, head).keys()].filter((name) => name.startsWith('m.room.member '))
  t.is(
    room.joined,
    members.filter((name) => oracle.membershipAt(roomId, name.slice('m.room.member '.length), head) === 'join').length,
    'how many are joined',
  )
  t.deepEqual((client.typing.get(roomId) ?? []).toSorted(), [...(world.beside.typing.get(roomId) ?? [])].toSorted(), 'who types')
  t.deepEqual(knownReceipts(world, roomId, client.receipts.get(roomId) ?? new Map()), receiptsFor(world, roomId, userId), 'receipts')
}

/** Counts of all rooms, those outside the window too. */
const checkUnread = (t: ExecutionContext, world: ModelWorld, client: SlidingClient, roomId: string): void => {
  const { userId } = client.user
  const told = client.unread.get(roomId) ?? { messages: 0, mentions: 0 }
  const all = [told, ...Object.values(told.threads ?? {})]
  const sum = {
    notification_count: all.reduce((count, { messages }) => count + messages, 0),
    highlight_count: all.reduce((count, { mentions }) => count + mentions, 0),
  }
  t.deepEqual(sum, world.oracle.unread(roomId, userId, readUpTo(world, roomId, userId)), 'unread counts of the extension')
}

const checkClient = (t: ExecutionContext, world: ModelWorld, client: SlidingClient, last: number, head: number): void => {
  const rooms = sorted(world, client.user.userId, head)
  // Everyone is in the organisation's Space too, which is quiet.
  t.is(client.count, rooms.length + 1, 'the length of the list')
  for (const { roomId, membership } of rooms.slice(0, last + 1)) {
    if (membership === 'join') checkRoom(t, world, client, roomId, head)
    else {
      t.is(client.rooms.get(roomId)?.membership, 'invite', 'an invitation is told')
      const wasThere = world.oracle
        .eventsOf(roomId)
        .some(
          ({ type, stateKey, pdu }) => type === 'm.room.member' && stateKey === client.user.userId && pdu.content['membership'] === 'join',
        )
      if (!wasThere) t.false(client.receipts.has(roomId) || client.typing.has(roomId), 'who is invited learns nothing of what members do')
    }
  }
  for (const { roomId, membership } of rooms) if (membership === 'join') checkUnread(t, world, client, roomId)
  for (const [roomId, { membership }] of client.rooms) {
    const actual = world.oracle.membershipAt(roomId, client.user.userId, head)
    if (world.roomIds.includes(roomId) && (actual === 'leave' || actual === 'ban'))
      t.is(membership, actual, 'the end of a membership is told')
  }
}

forEachEngine('a window over the latest rooms is right after each response, lost ones or not', async (t, _database, location) => {
  const world = await startModel(t, location)
  const { random } = world
  const clients = world.users.map(newSlidingClient)
  for (let step = 0; step < 300; step++) {
    await world.step()
    if (random() < 0.5) continue
    const client = pick(random, clients)
    const last = pick(random, [0, 1, 1, 1, 2])
    const head = world.server.streams.head()
    const answer = await slide(client, last)
    // A response may get lost: then the client asks from the same position again.
    if (random() < 0.2) continue
    const before = structuredClone({ pos: client.pos, rooms: client.rooms.size })
    applySlide(client, answer)
    const attempt = await t.try((tt) => checkClient(tt, world, client, last, head))
    if (!attempt.passed)
      t.log(`step ${step}, ${client.user.userId} at ${head}, window to ${last}`, before, JSON.stringify(answer).slice(0, 3000))
    attempt.commit()
    if (!attempt.passed) return
  }
  t.deepEqual(world.server.complaints, [])
})

forEachEngine(
  'by the live socket a window comes right by itself, while the same is asked again and again',
  async (t, _database, location) => {
    const world = await startModel(t, location)
    const { random } = world
    const windows = [0, 1, 2, 50]
    const sockets = await Promise.all(world.users.map((user) => openLiveClient(world.server.baseUrl, newSlidingClient(user))))
    t.teardown(() => {
      for (const socket of sockets) socket.close()
    })
    const lasts = sockets.map(() => pick(random, windows))
    for (const [i, socket] of sockets.entries()) socket.ask(lasts[i])
    for (let step = 0; step < 200; step++) {
      await world.step()
      if (random() < 0.5) continue
      const i = Math.floor(random() * sockets.length)
      const socket = sockets[i]!
      const { client } = socket
      if (random() < 0.1) socket.ask((lasts[i] = pick(random, windows)))
      const isRight = (tt: ExecutionContext) => checkClient(tt, world, client, lasts[i]!, world.server.streams.head())
      for (;;) {
        const attempt = await t.try(isRight)
        const answer = attempt.passed ? undefined : await socket.next(3000)
        if (answer !== undefined) {
          attempt.discard()
          // A response may get lost: then the client asks from the same position again.
          if (random() < 0.8) applySlide(client, answer)
          socket.ask()
          continue
        }
        if (!attempt.passed) t.log(`step ${step}, ${client.user.userId}, window to ${lasts[i]}`)
        attempt.commit()
        if (!attempt.passed) return
        break
      }
    }
    t.deepEqual(world.server.complaints, [])
  },
)

forEachEngine('positions of another incarnation of the database begin anew', async (t, _database, location) => {
  const world = await createModelWorld(location, createRandom(1))
  t.teardown(world.server.stop)
  const [alice] = world.users
  const { next_batch } = await alice!.ok('GET', 'v3/sync')
  const foreign = next_batch.replace(/^s[^_]+/, 'sanother')
  const anew = await alice!.ok('GET', `v3/sync?since=${encodeURIComponent(foreign)}&timeout=30000`)
  for (const roomId of world.roomIds)
    t.true(anew.rooms.join[roomId].state.events.length + anew.rooms.join[roomId].timeline.events.length > 3)
  const { pos } = await slide(newSlidingClient(alice!), 1)
  const answer = await alice!.call(
    'POST',
    `unstable/org.matrix.simplified_msc3575/sync?pos=${encodeURIComponent(pos.replace(/^p[^.]+/, 'panother'))}`,
    {},
  )
  t.deepEqual([answer.status, answer.body.errcode], [400, 'M_UNKNOWN_POS'])
})
