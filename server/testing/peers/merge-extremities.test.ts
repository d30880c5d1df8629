import type { UserId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { createFakePeer, refusing } from '../fake-peer.ts'
import { compareReceived } from './compare-received.ts'
import { ada, bob, eve, makeRoom, mal, type MadeRoom } from './made-room.ts'
import { openWithPeers, type WithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { chooseSeed, createRandom } from '../random.ts'
import { createChance } from '../room-graphs/chance.ts'

const may = (level: number) => ({ users: { [ada]: 100 }, events: { 'org.matrix.dummy_event': level } })

/** The dummy events of a room, as storage has them. */
const dummies = async (server: WithPeers, { roomId }: MadeRoom) => {
  const rows = await server.database.read<{ event_id: Event['eventId'] }>(
    'SELECT e.event_id FROM event e JOIN room r ON r.nid = e.room_nid WHERE r.room_id = $1 AND e.status = $2 ORDER BY e.nid',
    [roomId, eventStatus.dummy],
  )
  return server.events.byIds(rows.map((row) => row.event_id))
}

const forks = (room: MadeRoom, after: Event, count: number, sender: UserId = bob): Event[] =>
  Array.from({ length: count }, (_, i) => room.say(sender, `fork ${i}`, { after: [after] }))

forEachEngine('many ends are merged by an event of a local user, which nobody sees', async (t, database) => {
  const room = makeRoom('11', 'merged')
  for (const userId of [bob, eve]) room.join(userId)
  const base = room.last()
  const server = openWithPeers(database)
  const { receive, ends, current, timeline } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const seen: string[] = []
  server.streams.subscribe((entry) => {
    if (entry.kind === 'event') seen.push(entry.event.type)
  })
  const all = forks(room, base, 10)
  await receive(createFakePeer(room), ...all)
  t.is((await ends()).length, 10)
  t.deepEqual(await dummies(server, room), [])
  const topic = room.add(ada, 'm.room.topic', { topic: 'beside' }, { stateKey: '', after: [base] })
  await receive(createFakePeer(room), topic)
  const [merged, ...more] = await dummies(server, room)
  t.deepEqual(more, [])
  t.like(merged, { sender: eve, type: 'org.matrix.dummy_event', pos: undefined, class: 0 })
  t.deepEqual(await ends(), [merged!.eventId])
  t.deepEqual(citedIds(merged!.pdu.prev_events).toSorted(), [...all, topic].map(({ eventId }) => eventId).toSorted())
  t.is((await current()).get('m.room.topic\n'), topic.eventId)
  const own = await server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: { body: 'hi' } })
  t.deepEqual(own.pdu.prev_events, [merged!.eventId])

  t.false(seen.includes('org.matrix.dummy_event'))
  t.false((await receiving(server, room).open()).recent.some(({ type }) => type === 'org.matrix.dummy_event'))
  t.is(seen.length, 12)
  const again = openWithPeers(database)
  for (const one of [server, again]) {
    t.false((await receiving(one, room).timeline()).some(({ type }) => type === 'org.matrix.dummy_event'))
    const asking = { userId: eve, deviceNid: undefined }
    await t.throwsAsync(one.timeline.event(asking, room.roomId, merged!.eventId), { message: /no such event/ })
    await t.throwsAsync(one.timeline.context(asking, room.roomId, merged!.eventId, { limit: 1 }), { message: /no such event/ })
    t.deepEqual((await receiving(one, room).open()).next.extremities, [own.eventId])
  }
  t.is((await timeline()).length, room.events.length + 1)
})

forEachEngine(
  'a local user merges whom the room lets do it, and else nobody does: then the ends stay few by themselves',
  async (t, database) => {
    const gil: UserId = '@gil:here.example'
    for (const [name, levels, sender] of [
      ['high', { ...may(50), users: { [ada]: 100, [gil]: 50 } }, gil],
      ['nobody', may(50), undefined],
      ['strangers', may(0), undefined],
    ] as const) {
      const room = makeRoom('11', `may-${name}`)
      for (const userId of name === 'strangers' ? [bob, mal] : [bob, mal, eve, gil]) room.join(userId)
      room.add(ada, 'm.room.power_levels', levels, { stateKey: '' })
      const base = room.last()
      const server = openWithPeers(database)
      const { receive, ends, current } = receiving(server, room)
      await receive(createFakePeer(room), ...room.events)
      const ban = room.add(ada, 'm.room.topic', { topic: 'kept' }, { stateKey: '', after: [base] })
      const flood = forks(room, base, 45, mal)
      for (let i = 0; i < 45; i += 9) {
        await receive(createFakePeer(room), ...(i === 0 ? [ban] : []), ...flood.slice(i, i + 9))
        t.true((await ends()).length <= 20)
      }
      const merges = await dummies(server, room)
      t.is(merges.length > 0, sender !== undefined, name)
      t.true(merges.every((event) => event.sender === sender))
      // The one who floods the room pushes out its own branches.
      if (sender === undefined) {
        t.is((await ends()).length, 20)
        t.true((await ends()).includes(ban.eventId))
        t.deepEqual(
          (await ends()).filter((eventId) => eventId !== ban.eventId),
          flood.slice(-19).map(({ eventId }) => eventId),
        )
      }
      t.is((await current()).get('m.room.topic\n'), ban.eventId)
    }
  },
)

forEachEngine(
  'twenty branches are merged by one event that cites them all, and two hundred make no more ends than may be cited',
  async (t, database) => {
    const room = makeRoom('11', 'storm')
    for (const userId of [bob, mal]) room.join(userId)
    const base = room.last()
    const server = openWithPeers(database)
    const { receive, ends, open } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const some = forks(room, base, 20)
    await receive(createFakePeer(room), ...some)
    t.is((await ends()).length, 20)
    const merged = room.say(bob, 'all', { after: some })
    t.deepEqual(await receive(createFakePeer(room, refusing), merged), ['accepted'])
    t.deepEqual(await ends(), [merged.eventId])
    const storm = forks(room, base, 200, mal)
    for (let i = 0; i < 200; i += 50) {
      const outcomes = await receive(createFakePeer(room, refusing), ...storm.slice(i, i + 50))
      t.deepEqual(outcomes, Array(50).fill('accepted'))
      t.true((await ends()).length <= 20)
    }
    t.true((await ends()).includes(merged.eventId))
    t.is((await open()).next.extremities.length, 20)
  },
)

forEachEngine(
  'whatever comes in, a room has no more ends than an event may cite, and its state is that of its ends',
  async (t, database) => {
    const seed = chooseSeed()
    t.log(`HALLWAY_TEST_SEED=${seed}`)
    for (let round = 0; round < 4; round++) {
      const chance = createChance(createRandom(seed + round))
      const room = makeRoom(chance.pick(['6', '11', '12']), `ends-${round}`)
      const speaks = chance.in(0.5)
      for (const userId of speaks ? [bob, mal, eve] : [bob, mal]) room.join(userId)
      const server = openWithPeers(database)
      const { receive, ends } = receiving(server, room)
      const peer = createFakePeer(room)
      await receive(peer, ...room.events)
      for (let i = 0; i < 8; i++) {
        const known = room.events.slice(5)
        const made = Array.from({ length: 8 }, (_, j) => {
          const after = chance.some(chance.in(0.8) ? known : room.events.slice(-3), chance.between(1, 3))
          const sender = chance.pick([ada, bob, mal])
          if (sender === ada && chance.in(0.4)) return room.add(ada, 'm.room.topic', { topic: `${i} ${j}` }, { stateKey: '', after })
          return room.say(sender, `${i} ${j}`, { after })
        })
        await receive(peer, ...chance.some(made, 8))
        t.true((await ends()).length <= 20)
      }
      for (const event of await dummies(server, room)) room.events.push(event)
      // Ends that were let go of are missing from behind the others; all else must be as the model has it.
      const ordered = room.events.toSorted((a, b) => a.pdu.depth - b.pdu.depth)
      for (const event of ordered) room.model.place(event)
      const difference = await compareReceived(server, { ...room, events: ordered }, room.model, { endsAreAll: speaks })
      t.is(difference, undefined, `seed ${seed + round}`)
    }
  },
)
