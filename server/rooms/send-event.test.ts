import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testRooms } from './test-rooms.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'
const message = (roomId: RoomId, sender: UserId, body: string) => ({
  roomId,
  sender,
  type: 'm.room.message',
  content: { msgtype: 'm.text', body },
})

async function aRoom(rooms: ReturnType<typeof testRooms>, version = '12'): Promise<RoomId> {
  const { room } = await rooms.newRoom(roomVersion(version)!, [
    { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: version } },
    { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join' } },
    { sender: alice, type: 'm.room.power_levels', stateKey: '', content: version === '12' ? {} : { users: { [alice]: 100 } } },
    { sender: alice, type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'public' } },
  ])
  return room.roomId
}
const join = (roomId: RoomId, user: UserId) => ({
  roomId,
  sender: user,
  type: 'm.room.member',
  stateKey: user,
  content: { membership: 'join' },
})

for (const version of ['11', '12']) {
  forEachEngine(`messages sent at once follow one another in a room of version ${version}`, async (t, database) => {
    const rooms = testRooms(database)
    const roomId = await aRoom(rooms, version)
    await rooms.sendEvent(join(roomId, bob))
    const sent = await Promise.all(Array.from({ length: 40 }, (_, i) => rooms.sendEvent(message(roomId, i % 2 ? alice : bob, `m${i}`))))
    for (const [i, event] of sent.entries()) if (i > 0) t.deepEqual(event.pdu.prev_events, [sent[i - 1]!.eventId])
    t.is(new Set(sent.map(({ pos }) => pos)).size, 40)
    t.true(rooms.batches.some(({ units }) => units > 1))
    const stored = await rooms.events.byIds(sent.map(({ eventId }) => eventId))
    t.is(stored.length, 40)
    for (const event of stored) t.is(event.json, sent.find(({ eventId }) => eventId === event.eventId)?.json ?? '')
  })
}

forEachEngine('a room that is read anew goes on where it stood', async (t, database) => {
  const before = testRooms(database)
  const roomId = await aRoom(before)
  await before.sendEvent(join(roomId, bob))
  const last = await before.sendEvent(message(roomId, bob, 'one'))
  const after = testRooms(database)
  const next = await after.sendEvent(message(roomId, alice, 'two'))
  t.deepEqual(next.pdu.prev_events, [last.eventId])
  t.is(next.pdu.depth, last.pdu.depth + 1)
  const room = (await after.roomStates.open(roomId))!
  t.is(room.counts.join, 2)
  t.is(room.stateVersion, (await before.roomStates.open(roomId))!.stateVersion)
})

forEachEngine('repeats of what memory has forgotten get the event of the first, and void nobody else for long', async (t, database) => {
  const before = testRooms(database)
  const roomId = await aRoom(before)
  await before.sendEvent(join(roomId, bob))
  const transaction = (txnId: number, deviceNid = 7) => ({ deviceNid, txnId: `t${txnId}` })
  const send = (rooms: typeof before, i: number) => rooms.sendEvent(message(roomId, bob, `m${i}`), transaction(i))
  const first: string[] = []
  for (let i = 0; i < 12; i++) first.push((await send(before, i)).eventId)
  const after = testRooms(database)
  const [fresh, ...again] = await Promise.all([
    Promise.all([1, 2, 3].map((i) => after.sendEvent(message(roomId, alice, `fresh ${i}`), transaction(i, 8)))),
    ...first.map((_, i) => send(after, i)),
    Promise.all([4, 5, 6].map((i) => after.sendEvent(message(roomId, alice, `fresh ${i}`), transaction(i, 8)))),
  ])
  t.deepEqual(
    again.slice(0, -1).map((event) => (event as { eventId: string }).eventId),
    first,
  )
  t.is((fresh as unknown[]).length, 3)
  // From now on the device is asked about first: its repeats void nothing.
  const batches = after.batches.length
  await send(after, 3)
  t.is(after.batches.length, batches)
})

forEachEngine('who is not in the room may not send, and nothing changes', async (t, database) => {
  const rooms = testRooms(database)
  const roomId = await aRoom(rooms)
  const head = database.head()
  await t.throwsAsync(rooms.sendEvent(message(roomId, bob, 'hello')), { name: 'MatrixError', message: /not in the room/ })
  await t.throwsAsync(rooms.sendEvent(message('!nowhere', bob, 'hello')), { name: 'MatrixError', message: /no such room/ })
  t.is(database.head(), head)
})

forEachEngine('a redacted message keeps its sender and loses its body, in memory and in storage', async (t, database) => {
  const rooms = testRooms(database)
  const roomId = await aRoom(rooms)
  await rooms.sendEvent(join(roomId, bob))
  const { eventId } = await rooms.sendEvent(message(roomId, bob, 'secret'))
  const redact = (sender: UserId) => rooms.sendEvent({ roomId, sender, type: 'm.room.redaction', content: {}, redacts: eventId })
  const other = await rooms.sendEvent(message(roomId, alice, 'mine'))
  await t.throwsAsync(rooms.sendEvent({ roomId, sender: bob, type: 'm.room.redaction', content: {}, redacts: other.eventId }), {
    message: /your own/,
  })
  const redaction = await redact(bob)
  const [stored] = await rooms.events.byIds([eventId])
  t.deepEqual(stored!.pdu.content, {})
  t.is(stored!.sender, bob)
  t.is(stored!.redactedBy, redaction.nid)
  t.deepEqual(rooms.roomStates.known(roomId)!.recent.find((event) => event.eventId === eventId)!.pdu.content, {})
})

forEachEngine(
  'a message takes at most ten rows, whatever the members; a join as many in a big room as in a small one',
  async (t, database) => {
    const rooms = testRooms(database)
    const roomId = await aRoom(rooms)
    const rowsOf = async (act: () => Promise<unknown>) => {
      rooms.batches.length = 0
      await act()
      return rooms.batches.reduce((sum, { rows }) => sum + rows, 0)
    }
    const small = {
      join: await rowsOf(() => rooms.sendEvent(join(roomId, bob))),
      message: await rowsOf(() => rooms.sendEvent(message(roomId, bob, 'x'))),
    }
    for (let i = 0; i < 60; i++) await rooms.sendEvent(join(roomId, `@user${i}:hs`))
    const big = {
      join: await rowsOf(() => rooms.sendEvent(join(roomId, '@last:hs'))),
      message: await rowsOf(() => rooms.sendEvent(message(roomId, bob, 'x'))),
    }
    t.deepEqual(big, small)
    t.true(big.message <= 10, `${big.message} rows`)
  },
)

forEachEngine('the state at every version is what it was then', async (t, database) => {
  const rooms = testRooms(database)
  const roomId = await aRoom(rooms)
  const room = rooms.roomStates.known(roomId)!
  const topics: { version: number; topic: string }[] = []
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const { stateBefore } = await rooms.sendEvent({
        roomId,
        sender: alice,
        type: 'm.room.topic',
        stateKey: '',
        content: { topic: `t${i}` },
      })
      topics.push({ version: stateBefore + 1, topic: `t${i}` })
    }),
  )
  for (const { version, topic } of topics) {
    const then = (await rooms.state.at(room.nid, version, { kind: 'all' })).filter(({ type }) => type === 'm.room.topic')
    t.deepEqual(
      then.map(({ pdu }) => pdu.content),
      [{ topic }],
    )
  }
  const replaced = await rooms.events.replacedBy(
    await rooms.events.inRoom({ roomNid: room.nid, after: 0, upTo: 1e9, limit: 100, backwards: false }),
  )
  t.is(replaced.size, 19)
})

forEachEngine('what a redacted state event said is gone from the event that replaced it', async (t, database) => {
  const rooms = testRooms(database)
  const roomId = await aRoom(rooms)
  const topic = (text: string) => rooms.sendEvent({ roomId, sender: alice, type: 'm.room.topic', stateKey: '', content: { topic: text } })
  const secret = await topic('secret')
  const next = await topic('plain')
  t.is(next.replaced?.eventId, secret.eventId)
  await rooms.sendEvent({ roomId, sender: alice, type: 'm.room.redaction', content: {}, redacts: secret.eventId })
  const room = rooms.roomStates.known(roomId)!
  t.false(JSON.stringify([...room.recent, ...room.state.values()]).includes('secret'))
})

forEachEngine('messages alone move a room up in lists, be the last commit what it may', async (t, database) => {
  const rooms = testRooms(database)
  const roomId = await aRoom(rooms)
  const bump = async () => (await database.read<{ bump: number }>('SELECT bump FROM room_head'))[0]!.bump
  const [create] = await database.read<{ pos: number }>("SELECT pos FROM event WHERE type = 'm.room.create'")
  t.is(await bump(), create!.pos)
  await rooms.sendEvent(join(roomId, bob))
  t.is(await bump(), create!.pos)
  const { pos } = await rooms.sendEvent(message(roomId, bob, 'hello'))
  await rooms.sendEvent({ roomId, sender: alice, type: 'm.room.topic', stateKey: '', content: { topic: 'x' } })
  t.is(await bump(), pos!)
})
