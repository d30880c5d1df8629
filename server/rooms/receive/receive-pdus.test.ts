import { createRandom, chooseSeed } from '../../testing/random.ts'
import { createFakePeer, onWire } from '../../testing/fake-peer.ts'
import { compareReceived } from '../../testing/peers/compare-received.ts'
import { openWithPeers } from '../../testing/peers/open-with-peers.ts'
import { soundGraph } from '../../testing/peers/sound-graph.ts'
import { createChance } from '../../testing/room-graphs/chance.ts'
import { roomVersions } from '../../protocol/room-versions.ts'
import { forEachEngine } from '../../storage/test-database.ts'

forEachEngine('events in any order and any batches, with gaps and restarts between, end in the same room', async (t, database) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  for (let i = 0; i < 12; i++) {
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
