import { roomVersions } from '../../protocol/room-versions.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import { compareStored } from './compare-stored.ts'
import { inOwnRoom } from './own-room.ts'

forEachEngine('rooms with branches are in storage what the model has', async (t, database) => {
  const seed = Number(process.env['HALLWAY_TEST_SEED'] ?? 1)
  for (let i = 0; i < 24; i++) {
    const version = roomVersions[i % roomVersions.length]!
    const graph = inOwnRoom(randomGraph(seed + i, { version, size: 40 + (i % 5) * 10, seal: 'cheap' }))
    const difference = await compareStored(database, graph, graph.events)
    t.is(difference, undefined, `version ${version.id}, seed ${seed + i}`)
    if (difference !== undefined) return
  }
})
