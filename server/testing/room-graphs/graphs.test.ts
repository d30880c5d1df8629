import test from 'ava'
import { citedIds, type Event } from '../../protocol/event.ts'
import { contentHash, eventIdOf } from '../../protocol/event-id.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { redactPdu } from '../../protocol/redaction.ts'
import { roomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { isSignedBy, createVerifyKey } from '../../protocol/signing.ts'
import { chooseSeed, createRandom } from '../random.ts'
import { createChance } from './chance.ts'
import { checkGraph, checkShuffled } from './check-graph.ts'
import { shuffle } from './holding-back.ts'
import { receiveInOrder } from './naive-receipt.ts'
import { createNaiveRoom } from './naive-room.ts'
import { printGraph } from './print-graph.ts'
import { growRoom, randomGraph } from './random-graph.ts'
import type { RoomGraph } from './room-graph.ts'
import { reportFeatures, runGraphs } from './run-graphs.ts'
import { signingKeyOf } from './sealing.ts'
import { shrink, without } from './shrink.ts'

const seed = chooseSeed()

test('rules and state resolution come to what the naïve model comes to, on random histories of every version', (t) => {
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const outcome = runGraphs({ seed, count: 300, largest: 90 })
  // A third of what the long run must have: its histories are longer.
  const { lines, rare } = reportFeatures(outcome, 1 / 3)
  for (const line of lines) t.log(line)
  t.deepEqual(outcome.disagreements, [])
  t.is(outcome.graphs, 300)
  t.deepEqual(rare, [])
})

test('a set of events that is received in any order has the same states at each event, and after all that were not rejected', (t) => {
  for (const [at, version] of roomVersions.entries()) {
    const { graph, room } = growRoom(seed + at, { version, size: 80 })
    for (const order of [1, 2, 3]) t.is(checkShuffled(graph, room, order), undefined, `HALLWAY_TEST_SEED=${seed}`)
  }
})

test('a history is the same for the same seed, and no event comes before what it cites', (t) => {
  for (const version of roomVersions) {
    const graph = randomGraph(seed, { version, size: 60 })
    t.deepEqual(randomGraph(seed, { version, size: 60 }), graph)
    t.is(graph.events.length, 60)
    t.notDeepEqual(randomGraph(seed + 1, { version, size: 60 }).events, graph.events)
    t.deepEqual(outOfOrder(graph.events), [])
    t.deepEqual(outOfOrder(shuffle(graph.events, createChance(createRandom(seed)))), [])
  }
})

/** The events that come before something that they cite. */
const outOfOrder = (events: readonly Event[]): Event[] => {
  const seen = new Set<string>()
  return events.filter(({ eventId, pdu }) => {
    seen.add(eventId)
    return ![...citedIds(pdu.prev_events), ...citedIds(pdu.auth_events)].every((cited) => cited !== eventId && seen.has(cited))
  })
}

test('events that are really sealed have the hashes, signatures and IDs of their version', (t) => {
  for (const version of roomVersions) {
    const { roomId, events } = randomGraph(seed, { version, size: 40, seal: 'real' })
    for (const { eventId, roomId: room, pdu } of events) {
      t.is(room, roomId)
      t.is(pdu.hashes.sha256, contentHash({ ...pdu }))
      t.is(version.eventIdFormat === 'chosen' ? pdu.event_id : eventIdOf(version, { ...pdu }), eventId)
      t.true(Object.hasOwn(pdu.signatures, serverNameOf(pdu.sender)))
      for (const server of Object.keys(pdu.signatures)) {
        const { keyId, publicKey } = signingKeyOf(server)
        t.true(isSignedBy(redactPdu(version, { ...pdu }), server, keyId, createVerifyKey(publicKey)!))
      }
    }
  }
})

test('a model of other rules is found out', (t) => {
  // Versions 1 and 2 differ in nothing but state resolution.
  const [one, two] = [roomVersion('1')!, roomVersion('2')!]
  const found = Array.from({ length: 12 }, (_, at) => {
    const { graph, room } = growRoom(seed + at, { version: one, size: 120 })
    const other = { ...graph, version: two }
    return [checkGraph(other, room).disagreement, checkShuffled(other, room), checkShuffled(graph, room)]
  })
  t.true(found.some(([disagreement]) => disagreement !== undefined))
  t.deepEqual(
    found.flatMap(([, , same]) => same ?? []),
    [],
  )
})

test('a history that fails is made as small as it can be', (t) => {
  const version = roomVersion('11')!
  // "Fails" where a ban is accepted: that takes a create event, a join, the ban, and little else.
  const fails = ({ events }: RoomGraph): boolean =>
    receiveInOrder(createNaiveRoom(version), events).some(
      ({ placed: { event, rejection } }) => rejection === undefined && event.pdu.content['membership'] === 'ban',
    )
  const failing = Array.from({ length: 50 }, (_, at) => randomGraph(seed + at, { version, size: 100 })).filter(fails)
  const shrunk = failing.slice(0, 5).map((graph) => shrink(graph, fails))
  for (const small of shrunk) {
    t.true(fails(small))
    for (const event of small.events.slice(1)) t.false(fails(without(small, new Set([event]))), printGraph(small))
    t.deepEqual(outOfOrder(small.events), [])
  }
  // Who bans may owe a seat to many: not each of the histories comes down to its core.
  t.true(Math.min(...shrunk.map(({ events }) => events.length)) <= 6, shrunk.map((small) => printGraph(small)).join('\n\n'))
})
