import type { ExecutionContext } from 'ava'
import { roomVersions } from '../../protocol/room-versions.ts'
import type { Database } from '../../storage/database.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { chooseSeed, createRandom } from '../random.ts'
import { createChance } from '../room-graphs/chance.ts'
import { delay, shuffle } from '../room-graphs/holding-back.ts'
import { ada, makeRoom } from '../peers/made-room.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import { compareStored, type CompareOptions } from './compare-stored.ts'
import { inOwnRoom } from './own-room.ts'

/** Compares one graph of each room version, its events in an order that a network might bring them in. */
const compareAll = async (t: ExecutionContext, database: Database, options: CompareOptions): Promise<void> => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  for (const [i, version] of roomVersions.entries()) {
    const chance = createChance(createRandom(seed + i))
    const graph = inOwnRoom(randomGraph(seed + i, { version, size: 30 + 3 * i, seal: 'cheap' }))
    const order = chance.pick([() => graph.events, () => delay(graph.events, chance), () => shuffle(graph.events, chance)])()
    t.is(await compareStored(database, graph, order, options), undefined, `version ${version.id}`)
  }
}

forEachEngine('rooms with branches are in storage what the model has, over restarts', (t, database) =>
  compareAll(t, database, { restarts: new Set([9, 21]) }),
)

forEachEngine('conflicts that are settled in another thread are settled the same', (t, database) =>
  compareAll(t, database, { apartFrom: 0 }),
)

forEachEngine('a create event that came before the room’s own and was rejected decides nothing', async (t, database) => {
  const room = makeRoom('12', 'two creations')
  const other = room.make(ada, 'm.room.create', { room_version: '12' }, { stateKey: '', after: [] })
  const fork = room.last()
  for (const topic of ['one', 'other']) room.add(ada, 'm.room.topic', { topic }, { stateKey: '', after: [fork] })
  room.say(ada, 'after both', { after: room.events.slice(-2) })
  t.is(other.roomId, room.roomId)
  t.is(await compareStored(database, room, [other, ...room.events]), undefined)
})
