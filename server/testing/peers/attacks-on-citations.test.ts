import { roomVersion } from '../../protocol/room-versions.ts'
import { sealEvent, type UnsealedEvent } from '../../protocol/seal-event.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { createFakePeer, onWire } from '../fake-peer.ts'
import { signingKeyOf } from '../room-graphs/sealing.ts'
import { ada, bob, makeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

forEachEngine('what an event cites is judged, though the states before it and now would allow the event', async (t, database) => {
  const room = makeRoom('11', 'cites')
  const elsewhere = makeRoom('11', 'cited-elsewhere')
  for (const one of [room, elsewhere]) one.join(bob)
  const [create, , levels, joinRules] = room.events
  const joined = room.last()
  const later = room.add(ada, 'm.room.power_levels', { users: { [ada]: 100 }, users_default: 0 }, { stateKey: '' })
  const server = openWithPeers(database)
  for (const one of [room, elsewhere]) await receiving(server, one).receive(createFakePeer(one), ...one.events)
  const usurped = room.make(bob, 'm.room.power_levels', { users: { [ada]: 100, [bob]: 100 } }, { stateKey: '' })
  const { receivePdus, receive, held, ends } = receiving(server, room)
  const peer = createFakePeer({ ...room, events: [...room.events, usurped] })
  for (const [rule, auth] of [
    ['2.1', [create, levels, later, joined]],
    ['2.2', [create, later, joined, joinRules]],
    ['2.3', [create, usurped, joined]],
    ['2.4', [later, joined]],
    ['2.5', [create, elsewhere.events[2], joined]],
  ] as const) {
    const sent = room.make(bob, 'm.room.message', { body: rule }, { auth: auth.map((event) => event!) })
    t.like((await receivePdus(peer, onWire(sent.pdu)))[0], { outcome: 'rejected', rejection: { rule } })
    t.like(await held(sent), { status: eventStatus.rejected, pos: undefined })
  }
  t.is((await held(usurped))!.status, eventStatus.rejected)
  t.deepEqual(await ends(), [later.eventId])
  t.deepEqual(await receive(peer, room.say(bob, 'cited as it should be')), ['accepted'])
})

forEachEngine('an event is judged by what it cites, whatever the states say', async (t, database) => {
  const room = makeRoom('11', 'old-citations')
  room.join(bob)
  const opening = [room.events[0]!, room.events[2]!, room.last()]
  const may = { users: { [ada]: 100, [bob]: 50 } }
  room.add(ada, 'm.room.power_levels', may, { stateKey: '' })
  const server = openWithPeers(database)
  const { receivePdus, receive, current } = receiving(server, room)
  const peer = createFakePeer(room)
  await receive(peer, ...room.events)
  const sent = room.make(bob, 'm.room.topic', { topic: 'by old levels' }, { stateKey: '', auth: opening })
  t.like((await receivePdus(peer, onWire(sent.pdu)))[0], { outcome: 'rejected' })
  t.false((await current()).has('m.room.topic\n'))
  t.deepEqual(await receive(peer, room.add(bob, 'm.room.topic', { topic: 'by present ones' }, { stateKey: '' })), ['accepted'])
})

forEachEngine(
  'where the create event of a room of version 12 was rejected, nothing is accepted, not even for what cites it',
  async (t, database) => {
    const version = roomVersion('12')!
    const sealed = (event: Pick<UnsealedEvent, 'type' | 'content'> & Partial<UnsealedEvent>) =>
      sealEvent(version, 'one.example', signingKeyOf('one.example'), {
        sender: ada,
        depth: 1,
        origin_server_ts: 1_700_000_000_000,
        auth_events: [],
        prev_events: [],
        ...event,
      }).event
    const create = sealed({ type: 'm.room.create', state_key: '', content: { room_version: '12', additional_creators: ['nobody'] } })
    const { roomId } = create
    const after = { room_id: roomId, prev_events: [create.eventId] }
    const joined = sealed({ type: 'm.room.member', state_key: ada, content: { membership: 'join' }, ...after })
    const spoken = sealed({ type: 'm.room.message', content: { body: 'hello' }, ...after, auth_events: [joined.eventId] })
    const room = { ...makeRoom('12', 'uncreated'), roomId, events: [create, joined, spoken] }
    const server = openWithPeers(database)
    const { receive, held, open } = receiving(server, room)
    const peer = createFakePeer(room)
    t.deepEqual(await receive(peer, create, spoken), ['rejected', 'rejected'])
    t.is(peer.asked.event, 1)
    t.like(await held(joined), { status: eventStatus.rejected, pos: undefined })
    const { next, state } = await open()
    t.deepEqual([next.extremities.length, state.size], [0, 0])
  },
)
