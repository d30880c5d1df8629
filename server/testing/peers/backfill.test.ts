import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { compileEventFilter } from '../../protocol/event-filter.ts'
import { roomVersions } from '../../protocol/room-versions.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createRoomTimeline } from '../../sync/room-timeline.ts'
import { chooseSeed, createRandom } from '../random.ts'
import { createFakePeer, onWire, refusing } from '../fake-peer.ts'
import { compareReceived, differs } from './compare-received.ts'
import { ada, bob, eve, makeRoom, type MadeRoom } from './made-room.ts'
import { openWithPeers, type WithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { soundGraph } from './sound-graph.ts'
import { createChance } from '../room-graphs/chance.ts'

const noneBetween = () => ({ missingEvents: async () => [] })
const asking = { userId: eve, deviceNid: undefined }
const idsOf = (events: readonly { eventId: EventId }[]): EventId[] => events.map(({ eventId }) => eventId)
const told = (chunk: readonly string[]): EventId[] => chunk.map((text) => JSON.parse(text).event_id)

/** A room that goes on for a while before somebody of ours joins, and after. */
const longRoom = (version: string, name: string, before: number, after: number): MadeRoom & { joined: Event } => {
  const room = makeRoom(version, name)
  room.join(bob)
  for (let i = 0; i < before; i++) {
    if (i % 20 === 7) room.add(ada, 'm.room.topic', { topic: `topic ${i}` }, { stateKey: '' })
    else if (i % 31 === 3) {
      const here = [room.last()]
      const branch = room.say(bob, `beside ${i}`, { after: here })
      room.say(ada, `besides ${i}`, { after: here })
      room.say(ada, `both ${i}`, { after: [branch, room.last()] })
    } else room.say(i % 2 === 0 ? ada : bob, `before ${i}`)
  }
  const joined = room.join(eve)
  for (let i = 0; i < after; i++) room.say(bob, `after ${i}`)
  return { ...room, joined }
}

async function readAll({ timeline }: WithPeers, roomId: MadeRoom['roomId'], backwards: boolean, limit: number): Promise<EventId[]> {
  const ids: EventId[] = []
  for (let from: string | undefined; ; ) {
    const page = await timeline.page(asking, roomId, { backwards, from, limit })
    ids.push(...told(page.chunk))
    if (page.end === undefined) return backwards ? ids.reverse() : ids
    from = page.end
  }
}

forEachEngine('who joins late reads the room back to its creation, step by step, and sync shows none of it', async (t, database) => {
  for (const version of ['2', '10', '12']) {
    const room = longRoom(version, `late-${version}`, 230, 5)
    const server = openWithPeers(database)
    const { receive, current, ends, open, timeline, gaps, stateBefore } = receiving(server, room)
    const peer = createFakePeer(room, noneBetween)
    const at = room.events.indexOf(room.joined)
    t.deepEqual(await receive(peer, ...room.events.slice(at)), Array(6).fill('accepted'))
    t.is(peer.asked.stateIds, 1)
    t.is((await gaps()).length, 1)
    t.is(differs(room.model.stateOver([room.last().eventId]), await current()), undefined)
    const [stateThen, endsThen, headThen] = [await current(), await ends(), (await open()).stateVersion]
    const tokenThen = (await server.timeline.page(asking, room.roomId, { backwards: true, limit: 3 })).end!
    t.regex(tokenThen, /^t[0-9]+$/)

    let steps = 0
    for (let isWhole = false; !isWhole && steps < 10; steps++) ({ isWhole } = await server.backfill(peer, room.roomId))
    t.is(steps, 3)
    t.deepEqual(await gaps(), [])
    t.deepEqual([await current(), await ends(), (await open()).stateVersion], [stateThen, endsThen, headThen])
    for (const event of room.events) {
      const difference = differs(room.model.placed(event.eventId).before, (await stateBefore(event))!)
      if (difference !== undefined) return t.fail(`version ${version}, ${event.eventId}: ${difference}`)
    }

    const all = await timeline()
    t.deepEqual(idsOf(all).toSorted(), idsOf(room.events).toSorted())
    const shown = new Map(all.map(({ eventId, pos }) => [eventId, pos!]))
    for (const { eventId, pdu } of room.events.filter((event) => event.pdu.prev_events.length > 0))
      for (const prev of room.events.filter((event) => JSON.stringify(pdu.prev_events).includes(event.eventId)))
        t.true(shown.get(prev.eventId)! < shown.get(eventId)!)
    t.is(all.filter(({ pos }) => pos! < 0).length, at)
    t.deepEqual(await readAll(server, room.roomId, true, 40), idsOf(all))
    t.deepEqual(await readAll(server, room.roomId, false, 7), idsOf(all))
    // A page that leaves out most of it goes on into the past all the same.
    const filter = compileEventFilter({ types: ['m.room.topic'] }, { defaultLimit: 100, maxLimit: 100 })
    const topics = idsOf(all.filter(({ type }) => type === 'm.room.topic'))
    const { chunk } = await server.timeline.page(asking, room.roomId, { backwards: true, limit: 20, filter })
    t.deepEqual([topics.length, told(chunk).reverse()], [12, topics])
    // A token from before goes on into what came since.
    t.deepEqual(
      told((await server.timeline.page(asking, room.roomId, { backwards: true, from: tokenThen, limit: 1000 })).chunk).length,
      all.length - 3,
    )
    const deep = all[40]!
    const around = await server.timeline.context(asking, room.roomId, deep.eventId, { limit: 10 })
    t.deepEqual([...told(around.eventsBefore).reverse(), deep.eventId, ...told(around.eventsAfter)], idsOf(all.slice(40 - 5, 40 + 6)))
    const stateThere = new Map(
      around.state.map((text) => [`${JSON.parse(text).type}\n${JSON.parse(text).state_key}`, JSON.parse(text).event_id]),
    )
    t.is(differs(room.model.placed(all[45]!.eventId).after, stateThere), undefined)

    for (const server of [openWithPeers(database)]) {
      t.deepEqual(await readAll(server, room.roomId, true, 100), idsOf(all))
      const now = (await server.roomStates.open(room.roomId))!
      const slice = await createRoomTimeline(server)(now, { after: 0, upTo: server.streams.head(), limit: 1000 })
      t.deepEqual(idsOf(slice.events), idsOf(room.events.slice(at + 1)))
    }
  }
})

forEachEngine(
  'what is missing in the middle comes late: it has its place in the history, and stands where it came',
  async (t, database) => {
    const room = longRoom('11', 'gap', 10, 5)
    const server = openWithPeers(database)
    const { receive, current, ends, timeline, gaps, stateBefore, held } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const before = [...room.events]
    for (let i = 0; i < 30; i++) room.say(ada, `in the gap ${i}`)
    const topic = room.add(ada, 'm.room.topic', { topic: 'in the gap' }, { stateKey: '' })
    const later = room.add(ada, 'm.room.topic', { topic: 'later' }, { stateKey: '' })
    for (let i = 0; i < 3; i++) room.say(bob, `behind the gap ${i}`)
    const [first] = room.events.slice(-3)
    const peer = createFakePeer(room, noneBetween)
    t.deepEqual(await receive(peer, ...room.events.slice(-3)), ['accepted', 'accepted', 'accepted'])
    t.deepEqual(await gaps(), [later.eventId])
    // The peer's word does not make the old end an old one.
    t.deepEqual((await ends()).toSorted(), [before.at(-1)!.eventId, room.last().eventId].toSorted())
    t.is(differs(room.model.placed(first!.eventId).before, (await stateBefore(first!))!), undefined)
    const own = await server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: { body: 'here' } })
    t.deepEqual(own.pdu.prev_events.toSorted(), [before.at(-1)!.eventId, room.last().eventId].toSorted())
    t.is((await held(topic))?.pos, undefined)

    const [stateThen, endsThen] = [await current(), await ends()]
    const { received, isWhole } = await server.backfill(peer, room.roomId)
    t.deepEqual([received, isWhole], [32, true])
    t.deepEqual([await current(), await ends()], [stateThen, endsThen])
    for (const event of room.events) t.is(differs(room.model.placed(event.eventId).before, (await stateBefore(event))!), undefined)
    const filled = room.events.slice(before.length, -3)
    t.deepEqual(idsOf(await timeline()), idsOf([...before, ...room.events.slice(-3), own, ...filled]))
    // Clients that take state from timelines must not take an old topic for the present one.
    const opened = (await server.roomStates.open(room.roomId))!
    for (const one of [server, openWithPeers(database)]) {
      const slice = await createRoomTimeline(one)((await one.roomStates.open(room.roomId))!, {
        after: own.pos!,
        upTo: server.streams.head(),
        limit: 100,
      })
      t.deepEqual([slice.limited, idsOf(slice.events)], [true, []])
    }
    t.is(opened.pos, server.streams.head())
  },
)

forEachEngine('a random room of which a late event came first is filled up to be the same as the model', async (t, database) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  let stated = 0
  for (let i = 0; i < 5; i++) {
    const version = roomVersions[(seed + i) % roomVersions.length]!
    const { graph, room } = soundGraph(seed + i, { version, size: 40, roomName: `past-${version.id}-${i}` })
    const chance = createChance(createRandom(seed + i))
    const server = openWithPeers(database)
    const accepted = graph.events.filter(({ eventId }) => room.placed(eventId).rejection === undefined)
    const first = chance.pick(accepted.slice(-10))
    const peer = createFakePeer(graph, noneBetween)
    await server.adoptRoom(graph.roomId, version)
    await server.receivePdus(peer, graph.roomId, [onWire(first.pdu)])
    const inPieces = createFakePeer(graph, (honest) => ({ backfill: (roomId, from) => honest.backfill(roomId, from, 9) }))
    for (let steps = 0; steps < 60; steps++) if ((await server.backfill(inPieces, graph.roomId)).isWhole) break
    stated += peer.asked.stateIds + inPieces.asked.stateIds
    t.deepEqual(await server.eventGraph.backwardExtremities((await server.roomStates.open(graph.roomId))!.nid), [])
    await server.receivePdus(
      createFakePeer(graph, refusing),
      graph.roomId,
      graph.events.map(({ pdu }) => onWire(pdu)),
    )
    const difference = await compareReceived(server, graph, room)
    if (difference !== undefined) return t.fail(`version ${version.id}, seed ${seed + i}: ${difference}`)
  }
  t.true(stated >= 5)
})

forEachEngine('threads of the past are listed, each by its latest reply, whichever came first', async (t, database) => {
  const room = makeRoom('10', 'threads')
  room.join(bob)
  const reply = (to: Event, body: string): Event =>
    room.add(bob, 'm.room.message', { body, msgtype: 'm.text', 'm.relates_to': { rel_type: 'm.thread', event_id: to.eventId } })
  const [old, alive] = [room.say(ada, 'an old thread'), room.say(ada, 'one that goes on')]
  reply(alive, 'first')
  const [, end] = [reply(old, 'old'), reply(old, 'the end')]
  reply(alive, 'second')
  const joined = room.join(eve)
  const last = reply(alive, 'third')
  const server = openWithPeers(database)
  const peer = createFakePeer(room, noneBetween)
  const { receive } = receiving(server, room)
  t.deepEqual(await receive(peer, ...room.events.slice(room.events.indexOf(joined))), ['accepted', 'accepted'])
  while (!(await server.backfill(peer, room.roomId)).isWhole);
  const { chunk } = await server.threadsPage(asking, room.roomId, { limit: 10, participated: false })
  const threads = chunk.map((text) => JSON.parse(text))
  t.deepEqual(
    threads.map(({ event_id, unsigned }) => [
      event_id,
      unsigned['m.relations']['m.thread'].count,
      unsigned['m.relations']['m.thread'].latest_event.event_id,
    ]),
    [
      [alive.eventId, 3, last.eventId],
      [old.eventId, 2, end.eventId],
    ],
  )
})
