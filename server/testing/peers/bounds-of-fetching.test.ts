import { forEachEngine } from '../../storage/test-database.ts'
import { fetchBounds } from '../../rooms/receive/fetch-missing.ts'
import type { Peer } from '../../rooms/receive/peer.ts'
import { createFakePeer, failing, onWire } from '../fake-peer.ts'
import { ada, bob, eve, makeRoom, mal } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

const noneBetween = () => ({ missingEvents: async () => [] })

forEachEngine('of missing events that a peer gives unasked, no more are taken than were asked for', async (t, database) => {
  const server = openWithPeers(database, { fetchBounds: { ...fetchBounds, between: 5, betweenRounds: 1 } })
  const room = makeRoom('11', 'generous')
  room.join(bob)
  const { receive, gaps, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const missed = Array.from({ length: 30 }, (_, i) => room.say(bob, `${i}`))
  const sent = room.say(bob, 'sent')
  const generous = createFakePeer(room, (honest) => ({
    missingEvents: (roomId, range) => honest.missingEvents(roomId, { ...range, limit: 1000 }),
  }))
  t.deepEqual(await receive(generous, sent), ['accepted'])
  t.deepEqual(await gaps(), [missed[24]!.eventId])
  for (const [i, event] of missed.entries()) t.is((await held(event)) !== undefined, i >= 25, `${i}`)
})

forEachEngine('a state of too many entries is none', async (t, database) => {
  for (const [entries, outcome] of [
    [5, 'dropped'],
    [6, 'accepted'],
  ] as const) {
    const server = openWithPeers(database, { fetchBounds: { ...fetchBounds, state: entries } })
    const room = makeRoom('11', `entries-${entries}`)
    room.join(bob)
    const { receive } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    room.say(bob, 'missing')
    t.deepEqual(await receive(createFakePeer(room, noneBetween), room.say(bob, 'sent')), [outcome])
  }
})

forEachEngine('a peer is asked for few states, however many branches of missing events it gives', async (t, database) => {
  const server = openWithPeers(database)
  const room = makeRoom('11', 'branches')
  room.join(bob)
  const base = [room.last()]
  const { receive, gaps } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const branches = Array.from({ length: 12 }, (_, i) => {
    const nowhere = room.say(bob, `never given ${i}`, { after: [room.say(ada, `nor this ${i}`, { after: base })] })
    return { nowhere, given: room.say(bob, `given ${i}`, { after: [nowhere] }) }
  })
  const sent = room.say(bob, 'sent', { after: branches.map(({ given }) => given) })
  const peer = createFakePeer(room, () => ({ missingEvents: async () => branches.map(({ given }) => onWire(given.pdu)) }))
  t.deepEqual(await receive(peer, sent), ['accepted'])
  t.is(peer.asked.stateIds, 5 + 1)
  // Of the past, the same: of each branch that is left its first event is given, which follows what is not.
  t.is((await gaps()).length, 12)
  const past = createFakePeer(room, (honest) => ({
    backfill: async (...asked) => honest.backfill(...asked).then((pdus) => pdus.filter((pdu) => !JSON.stringify(pdu).includes('nor this'))),
  }))
  await server.backfill(past, room.roomId)
  t.is(past.asked.stateIds, 5)
})

forEachEngine('of the past no more is taken at once than was asked for, and few gaps are asked about', async (t, database) => {
  const server = openWithPeers(database)
  const room = makeRoom('11', 'generous-past')
  room.join(bob)
  for (let i = 0; i < 120; i++) room.say(bob, `${i}`)
  const joined = room.join(eve)
  const { receive, gaps, timeline } = receiving(server, room)
  const peer = createFakePeer(room, noneBetween)
  await receive(peer, joined)
  const generous = createFakePeer(room, (honest) => ({ backfill: (roomId, from) => honest.backfill(roomId, from, 1000) }))
  t.deepEqual(await server.backfill(generous, room.roomId), { received: 100, isWhole: false })
  t.is((await timeline()).length, 101)
  while (!(await server.backfill(generous, room.roomId)).isWhole);
  t.is((await timeline()).length, room.events.length)

  for (let i = 0; i < 25; i++) {
    const missing = room.say(bob, `missing ${i}`, { after: [joined] })
    t.deepEqual(await receive(peer, room.say(bob, `there ${i}`, { after: [missing] })), ['accepted'])
  }
  t.is((await gaps()).length, 25)
  const from: number[] = []
  const counting = createFakePeer(room, (honest) => ({
    backfill: (roomId, asked, limit) => {
      from.push(asked.length)
      return honest.backfill(roomId, asked, limit)
    },
  }))
  await server.backfill(counting, room.roomId)
  t.deepEqual(from, [20])
})

forEachEngine('a peer that fails at anything gives nothing, and harms nobody', async (t, database) => {
  const server = openWithPeers(database)
  const room = makeRoom('11', 'failing')
  for (const userId of [bob, eve]) room.join(userId)
  const here = [room.last()]
  const { receive, gaps } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const failingAt = (name: keyof Peer) => createFakePeer(room, (honest) => ({ ...noneBetween(), [name]: failing(honest)[name] }))
  const joined = room.join(mal)
  const citing = room.make(mal, 'm.room.message', {}, { after: here, auth: [room.events[0]!, room.events[2]!, joined] })
  t.deepEqual(await receive(failingAt('event'), citing), ['dropped'])
  const sent = room.say(ada, 'behind a gap')
  t.deepEqual(await receive(failingAt('stateIds'), sent), ['dropped'])
  t.deepEqual(await receive(failingAt('missingEvents'), sent), ['accepted'])
  t.deepEqual(await gaps(), [joined.eventId])
  t.deepEqual(await server.backfill(failingAt('backfill'), room.roomId), { received: 0, isWhole: false })
  t.deepEqual(await receive(createFakePeer(room), room.say(bob, 'on')), ['accepted'])
})
