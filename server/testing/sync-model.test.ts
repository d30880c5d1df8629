import type { ExecutionContext } from 'ava'
import { forEachEngine } from '../storage/test-database.ts'
import { knownReceipts, type ModelWorld, readUpTo, receiptsFor, startModel } from './model-world.ts'
import { pick } from './room-deeds.ts'
import {
  applySection,
  askSync,
  eventsBetween,
  newClient,
  newRoom,
  type SyncAnswer,
  type SyncClient,
  type WireSection,
} from './sync-client.ts'

const ids = (section: WireSection): string[] => section.timeline.events.map(({ event_id }) => event_id)

/** The room is new to the client: it gets the end of all that its user may see, and finds the rest behind it. */
const checkNewRoom = async (
  t: ExecutionContext,
  { oracle }: ModelWorld,
  { user }: SyncClient,
  roomId: string,
  section: WireSection,
  limit: number,
): Promise<void> => {
  const visible = oracle.visibleTo(roomId, user.userId).map(({ eventId }) => eventId)
  t.true(ids(section).length <= limit)
  const before = await eventsBetween(user, roomId, section.timeline.prev_batch, undefined)
  t.deepEqual([...before, ...ids(section)], visible, 'a new room with its past')
}

/** The news of a room, with what was left out, are all that happened up to `end`, each once. */
const checkNews = async (
  t: ExecutionContext,
  { oracle }: ModelWorld,
  { user, pos, since }: SyncClient,
  roomId: string,
  section: WireSection | undefined,
  end: number,
): Promise<void> => {
  const expected = oracle
    .visibleTo(roomId, user.userId)
    .filter(({ nid }) => nid > pos && nid <= end)
    .map(({ eventId }) => eventId)
  const left = section?.timeline.limited === true ? await eventsBetween(user, roomId, section.timeline.prev_batch, since) : []
  t.deepEqual([...left, ...(section === undefined ? [] : ids(section))], expected, 'what happened since')
}

const checkState = (
  t: ExecutionContext,
  { oracle }: ModelWorld,
  { rooms, manner }: SyncClient,
  roomId: string,
  pos: number,
  speakers: readonly string[],
): void => {
  const known = rooms.get(roomId)!.state
  const actual = oracle.stateAt(roomId, pos)
  if (!manner.lazy) return void t.deepEqual(new Map([...known].toSorted()), new Map([...actual].toSorted()), 'the state')
  const withoutMembers = (state: Map<string, string>) =>
    Object.fromEntries([...state].filter(([name]) => !name.startsWith('m.room.member ')).toSorted())
  t.deepEqual(withoutMembers(known), withoutMembers(actual), 'the state but for members')
  for (const [name, eventId] of known) t.is(eventId, actual.get(name)!, `${name} is known as it is`)
  for (const speaker of speakers) t.true(known.has(`m.room.member ${speaker}`), 'who speaks is known')
}

const checkBeside = (t: ExecutionContext, world: ModelWorld, { user, rooms }: SyncClient, roomId: string): void => {
  const { userId } = user
  const known = rooms.get(roomId)!
  t.deepEqual(known.unread, world.oracle.unread(roomId, userId, readUpTo(world, roomId, userId)), 'unread counts')
  t.deepEqual(known.typing.toSorted(), [...(world.beside.typing.get(roomId) ?? [])].toSorted(), 'who types')
  t.deepEqual(knownReceipts(world, roomId, known.receipts), receiptsFor(world, roomId, userId), 'receipts')
}

const checkJoined = async (
  t: ExecutionContext,
  world: ModelWorld,
  client: SyncClient,
  roomId: string,
  section: WireSection | undefined,
  { head, limit }: { head: number; limit: number },
): Promise<void> => {
  const { oracle } = world
  const isNew = client.since === undefined || oracle.memberSince(roomId, client.user.userId) > client.pos
  if (isNew) {
    if (section === undefined) return t.fail('a new room is not told')
    await checkNewRoom(t, world, client, roomId, section, limit)
    client.rooms.set(roomId, newRoom())
  } else await checkNews(t, world, client, roomId, section, head)
  if (section !== undefined) applySection(client.rooms.get(roomId)!, section, client.manner)
  checkState(t, world, client, roomId, head, section?.timeline.events.map(({ sender }) => sender) ?? [])
  checkBeside(t, world, client, roomId)
}

const lastMember = ({ oracle }: ModelWorld, roomId: string, userId: string): { nid: number } =>
  oracle.eventsOf(roomId).findLast(({ type, stateKey }) => type === 'm.room.member' && stateKey === userId) ?? { nid: 0 }

/** The user is not in the room: the end of their membership is told once, with what led to it. */
const checkLeft = async (
  t: ExecutionContext,
  world: ModelWorld,
  client: SyncClient,
  roomId: string,
  section: WireSection | undefined,
): Promise<void> => {
  const { oracle } = world
  const { userId } = client.user
  const own = oracle.eventsOf(roomId).filter(({ type, stateKey }) => type === 'm.room.member' && stateKey === userId)
  const end = own.at(-1)?.nid ?? 0
  if (client.since === undefined || end <= client.pos) return void t.is(section, undefined, 'a room that was left is not told again')
  if (section === undefined) return t.fail('the end of a membership is not told')
  if (!own.some(({ pdu }) => pdu.content['membership'] === 'join'))
    return void t.deepEqual(ids(section), [own.at(-1)!.eventId], 'a refused invitation')
  await checkNews(t, world, client, roomId, section, end)
  const wasThere = client.rooms.get(roomId)
  if (wasThere === undefined || oracle.membershipAt(roomId, userId, client.pos) !== 'join') return
  applySection(wasThere, section, client.manner)
  checkState(t, world, client, roomId, end, [])
}

const checkAnswer = async (
  t: ExecutionContext,
  world: ModelWorld,
  client: SyncClient,
  { rooms }: SyncAnswer,
  asked: { head: number; limit: number },
): Promise<void> => {
  for (const roomId of world.roomIds) {
    const membership = world.oracle.membershipAt(roomId, client.user.userId, asked.head)
    const [joined, left, invited] = [rooms?.join?.[roomId], rooms?.leave?.[roomId], rooms?.invite?.[roomId]]
    t.true(membership === 'join' || joined === undefined)
    t.true(membership === 'invite' || invited === undefined)
    if (membership === 'join') await checkJoined(t, world, client, roomId, joined, asked)
    else if (membership === 'invite') {
      t.is(left, undefined)
      t.is(invited !== undefined, lastMember(world, roomId, client.user.userId).nid > client.pos, 'an invitation is told once')
    } else await checkLeft(t, world, client, roomId, left)
  }
}

forEachEngine(
  'one sync after the other, gaps filled, gives each user all they may see, once, with state, counts, typing and receipts right',
  async (t, _database, location) => {
    const world = await startModel(t, location)
    const { random } = world
    const manners = [
      { lazy: false, stateAfter: false },
      { lazy: false, stateAfter: true },
      { lazy: true, stateAfter: false },
      { lazy: true, stateAfter: true },
    ]
    const clients = manners.map((manner, index) => newClient(world.users[index]!, manner))
    let syncs = 0
    for (let step = 0; step < 300; step++) {
      await world.step()
      if (random() < 0.5) continue
      const client = pick(random, clients)
      const head = world.server.streams.head()
      const { answer, limit } = await askSync(world, client)
      // A response may get lost: then the client asks from the same token again.
      if (random() < 0.15) continue
      const attempt = await t.try((tt) => checkAnswer(tt, world, client, answer, { head, limit }))
      if (!attempt.passed)
        t.log(
          `step ${step}, ${client.user.userId} from ${client.since} (${client.pos}) to ${head}`,
          JSON.stringify(client.manner),
          JSON.stringify(answer).slice(0, 3000),
        )
      attempt.commit()
      if (!attempt.passed) return
      Object.assign(client, { since: answer.next_batch, pos: head })
      syncs++
    }
    t.log(`${world.oracle.log.length} events, ${syncs} syncs`)
    t.deepEqual(world.server.complaints, [])
  },
)
