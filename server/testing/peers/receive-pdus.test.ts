import type { EventId, UserId } from '../../../spec/identifiers.ts'
import { createRandom, chooseSeed } from '../random.ts'
import { createFakePeer, onWire, refusing } from '../fake-peer.ts'
import { compareReceived } from './compare-received.ts'
import { ada, bob, eve, makeRoom, mal } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { soundGraph } from './sound-graph.ts'
import { createChance } from '../room-graphs/chance.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { compileEventFilter } from '../../protocol/event-filter.ts'
import { roomVersions } from '../../protocol/room-versions.ts'
import { eventClass, eventStatus } from '../../storage/stored-event.ts'
import { forEachEngine } from '../../storage/test-database.ts'

forEachEngine('events in any order and any batches, with gaps and restarts between, end in the same room', async (t, database) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  for (let i = 0; i < 6; i++) {
    const version = roomVersions[(seed + i) % roomVersions.length]!
    const { graph, room } = soundGraph(seed + i, { version, size: 40, roomName: `room-${version.id}-${i}` })
    const chance = createChance(createRandom(seed + i))
    const peer = createFakePeer(graph)
    let server = openWithPeers(database)
    const left = chance.some(graph.events, graph.events.length).toSorted(() => (chance.in(0.5) ? 1 : -1))
    while (left.length > 0) {
      if (chance.in(0.3)) server = openWithPeers(database)
      await server.adoptRoom(graph.roomId, version)
      const batch = left.splice(0, chance.between(1, 12))
      const outcomes = await server.receivePdus(
        peer,
        graph.roomId,
        batch.map(({ pdu }) => onWire(pdu)),
      )
      const dropped = outcomes.find(({ outcome }) => outcome.outcome === 'dropped')
      if (dropped !== undefined) return t.fail(`seed ${seed + i}: ${JSON.stringify(dropped)}`)
    }
    const difference = await compareReceived(server, graph, room)
    if (difference !== undefined) return t.fail(`version ${version.id}, seed ${seed + i}: ${difference}`)
  }
  t.pass()
})

const asking = { userId: eve, deviceNid: undefined }
const idsOf = (chunk: readonly string[]): EventId[] => chunk.map((text) => JSON.parse(text).event_id)

forEachEngine('a redaction that comes before its event takes its text away, unless its sender may not', async (t, database) => {
  for (const version of ['1', '9', '11']) {
    const room = makeRoom(version, `redacted-${version}`)
    for (const userId of [bob, mal, eve]) room.join(userId)
    const server = openWithPeers(database)
    const { receive, held } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const base = room.last()
    const redact = (sender: UserId, { eventId }: Event, after: readonly Event[]) =>
      room.add(sender, 'm.room.redaction', room.version.redactsInContent ? { redacts: eventId } : {}, {
        after,
        ...(!room.version.redactsInContent && { redacts: eventId }),
      })
    const [secret, spared] = [room.say(bob, 'secret', { after: [base] }), room.say(bob, 'spared', { after: [base] })]
    const byAda = redact(ada, secret, [base])
    const byMal = redact(mal, spared, [base])
    const peer = createFakePeer(room, refusing)
    // Before version 3 the rules themselves refuse who has no power.
    t.deepEqual(await receive(peer, byAda, byMal), ['accepted', room.version.redactionsJudgedByRules ? 'rejected' : 'accepted'])
    t.deepEqual(await receive(peer, secret, spared), ['accepted', 'accepted'])
    for (const one of [server, openWithPeers(database)]) {
      const { chunk } = await one.timeline.page(asking, room.roomId, { backwards: true, limit: 100 })
      const shown = new Map(chunk.map((text) => [JSON.parse(text).event_id, text]))
      t.false(chunk.join().includes('"secret"'))
      t.true(shown.get(spared.eventId)!.includes('"spared"'))
      // Clients are told of it by the event that it has changed.
      t.is(JSON.parse(shown.get(secret.eventId)!).content.body, undefined)
      t.false(shown.has(byMal.eventId))
    }
    t.true((await held(secret))!.redactedBy !== undefined)
    t.is((await held(spared))!.redactedBy, undefined)
  }
})

forEachEngine('what is held for what cites it has no place, until it comes itself', async (t, database) => {
  const room = makeRoom('11', 'outlier')
  room.join(eve)
  const server = openWithPeers(database)
  const { receive, held, timeline, current, gaps } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const here = room.last()
  const joined = room.join(bob, { after: [here] })
  const spoken = room.make(
    bob,
    'm.room.message',
    { body: 'in a branch' },
    { after: [here], auth: [room.events[0]!, room.events[2]!, joined] },
  )
  const peer = createFakePeer(room)
  // In its own branch he never joined: that is judged by the state there.
  t.deepEqual(await receive(peer, spoken), ['rejected'])
  t.is(peer.asked.event, 1)
  t.like(await held(joined), { status: eventStatus.outlier, pos: undefined, stateBefore: -1 })
  t.false((await timeline()).some(({ eventId }) => eventId === joined.eventId))
  t.false((await current()).has(`m.room.member\n${bob}`))
  const restarted = openWithPeers(database)
  const again = receiving(restarted, room)
  t.deepEqual(await again.receive(createFakePeer(room, refusing), joined, joined), ['accepted', 'accepted'])
  const placed = (await again.held(joined))!
  t.is(placed.status, undefined)
  t.is(placed.pos, restarted.streams.head())
  t.is((await again.timeline()).at(-1)!.eventId, joined.eventId)
  t.is((await again.current()).get(`m.room.member\n${bob}`), joined.eventId)
  t.deepEqual(await gaps(), [])
  t.deepEqual(await again.receive(createFakePeer(room, refusing), joined), ['known'])
})

forEachEngine('what was rejected or soft-failed is shown by no way of reading, and nothing of ours cites it', async (t, database) => {
  const room = makeRoom('11', 'unseen')
  for (const userId of [bob, mal, eve]) room.join(userId)
  const before = room.last()
  const root = room.say(eve, 'root')
  const said = room.say(mal, 'said')
  const ban = room.add(ada, 'm.room.member', { membership: 'ban' }, { stateKey: mal })
  const server = openWithPeers(database)
  const { receive, held, ends } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const relating = { 'm.relates_to': { rel_type: 'm.thread', event_id: root.eventId } }
  const evasion = room.make(mal, 'm.room.message', { body: 'not banned', ...relating }, { after: [before] })
  const usurped = room.make(bob, 'm.room.topic', { topic: 'mine', ...relating }, { stateKey: '' })
  const replacing = { 'm.relates_to': { rel_type: 'm.replace', event_id: said.eventId }, 'm.new_content': { body: 'never said' } }
  const edit = room.make(mal, 'm.room.message', { body: '*', ...replacing }, { after: [before] })
  const referring = { 'm.relates_to': { rel_type: 'm.reference', event_id: said.eventId } }
  const reference = room.make(mal, 'm.room.message', { body: 'see above', ...referring }, { after: [before] })
  const peer = createFakePeer(room, refusing)
  const told: string[] = []
  server.streams.subscribe((entry) => {
    if (entry.kind === 'event') told.push(entry.event.eventId)
  })
  t.deepEqual(await receive(peer, evasion, usurped, edit, reference), ['soft-failed', 'rejected', 'soft-failed', 'soft-failed'])
  t.deepEqual(told, [])
  t.like(await held(evasion), { class: eventClass.silent })
  t.deepEqual(await ends(), [ban.eventId])
  const own = await server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: { body: 'ours' } })
  t.deepEqual(own.pdu.prev_events, [ban.eventId])
  // Somebody else has accepted them, and goes on from there.
  const onBoth = room.make(
    bob,
    'm.room.message',
    { body: 'on both' },
    {
      after: [evasion, ban],
      auth: room.events.filter(({ pdu }) => ['m.room.create', 'm.room.power_levels'].includes(pdu.type) || pdu.state_key === bob),
    },
  )
  t.deepEqual(await receive(peer, onBoth), ['accepted'])
  for (const one of [server, openWithPeers(database)]) {
    const found = await one.timeline.page(asking, room.roomId, { backwards: true, limit: 100 })
    const ids = idsOf(found.chunk)
    t.true(ids.includes(onBoth.eventId))
    const related = await one.relationsPage(asking, room.roomId, root.eventId, { backwards: true, limit: 10, recurse: true })
    t.deepEqual(related.chunk, [])
    t.is((await one.threadsPage(asking, room.roomId, { limit: 10, participated: false })).chunk.length, 0)
    for (const { eventId } of [root, said]) t.false((await one.timeline.event(asking, room.roomId, eventId)).includes('m.relations'))
    const filter = compileEventFilter({ related_by_rel_types: ['m.thread', 'm.replace'] }, { defaultLimit: 10, maxLimit: 10 })
    t.deepEqual((await one.timeline.page(asking, room.roomId, { backwards: true, limit: 10, filter })).chunk, [])
    const opened = (await one.roomStates.open(room.roomId))!
    for (const { eventId } of [evasion, usurped, edit, reference]) {
      t.false(ids.includes(eventId))
      await t.throwsAsync(one.timeline.event(asking, room.roomId, eventId), { message: /no such event/ })
      await t.throwsAsync(one.timeline.context(asking, room.roomId, eventId, { limit: 5 }), { message: /no such event/ })
      // What a search finds goes through the same sight.
      const hits = await one.events.byIds([eventId])
      const sight = await one.visibility.sightOn(eve, opened, hits)
      t.deepEqual(
        hits.map((hit) => sight.sees(hit)),
        [false],
      )
      t.is((await held({ eventId }))!.pos, undefined)
    }
    t.deepEqual(opened.next.extremities.toSorted(), [own.eventId, onBoth.eventId].toSorted())
  }
})

forEachEngine('people here write while events come in: nothing is lost, and all hangs together', async (t, database) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  for (const [i, version] of ['1', '10', '12'].entries()) {
    const chance = createChance(createRandom(seed + i))
    const room = makeRoom(version, `busy-${version}`)
    for (const userId of [bob, eve]) room.join(userId)
    const server = openWithPeers(database)
    const { receive } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const arriving = Array.from({ length: 60 }, (_, n) => {
      const after = chance.some(room.events.slice(6).slice(-6), chance.between(1, 3))
      if (chance.in(0.2)) return room.add(ada, 'm.room.topic', { topic: `${n}` }, { stateKey: '', after })
      return room.say(chance.pick([ada, bob]), `there ${n}`, { after })
    })
    const peer = createFakePeer(room)
    const sends: Promise<Event>[] = []
    const send = (n: number) =>
      sends.push(server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: { body: `here ${n}` } }))
    const arrivals: Promise<unknown>[] = []
    for (let n = 0; n < 20; n++) {
      arrivals.push(receive(peer, ...chance.some(arriving.slice(n * 3, n * 3 + 3), 3)))
      send(n)
      if (chance.in(0.3)) {
        send(n + 100)
        await sends.at(-1)
      }
      if (chance.in(0.2)) await arrivals.at(-1)
    }
    await Promise.all(arrivals)
    const own = await Promise.all(sends)
    const shown = await receiving(server, room).timeline()
    t.is(new Set(shown.map(({ eventId }) => eventId)).size, room.events.length + own.length)
    // Each of ours follows what stood before it, and all are placed where that is known.
    const merges = await server.database.read<{ event_id: EventId }>('SELECT event_id FROM event WHERE status = $1', [eventStatus.dummy])
    const silent = (await server.events.byIds(merges.map((row) => row.event_id))).filter(({ roomId }) => roomId === room.roomId)
    const all: Event[] = [...room.events]
    const left = new Map([...own, ...silent].map((event) => [event.eventId, event as Event]))
    while (left.size > 0) {
      const next = [...left.values()].find(({ pdu }) => citedIds(pdu.prev_events).every((eventId) => !left.has(eventId)))!
      left.delete(next.eventId)
      all.push(next)
      t.true(citedIds(next.pdu.prev_events).length <= 20)
      room.model.place(next)
    }
    const difference = await compareReceived(openWithPeers(database), { ...room, events: all }, room.model)
    t.is(difference, undefined, `version ${version}, seed ${seed + i}`)
  }
})
