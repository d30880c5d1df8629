import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWriter, type Location } from '../../storage/connection.ts'
import { openDatabase } from '../../storage/database.ts'
import { memoryFolder } from '../memory-folder.ts'
import { findPostgres, startPostgres } from '../postgres-cluster.ts'
import { chooseSeed, createRandom } from '../random.ts'
import { createChance } from '../room-graphs/chance.ts'
import { delay, shuffle } from '../room-graphs/holding-back.ts'
import { printGraph } from '../room-graphs/print-graph.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { optionsOf } from '../room-graphs/run-graphs.ts'
import { compareStored, type Difference } from './compare-stored.ts'
import { inOwnRoom } from './own-room.ts'

/**
 * `node server/testing/stored-graphs/prove-stored.ts [--engine sqlite|postgres] [--graphs 2000] [--seed N]`: random room histories
 * received into storage, with restarts between, against the naïve model. Leaves with 1 when they differ anywhere.
 */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    graphs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: `${chooseSeed()}` },
  },
})
const [count, seed] = [Number(values.graphs), Number(values.seed)]

/** What is proved here is not durability: memory does for a disk. */
const memory = memoryFolder()
const folder = mkdtempSync(join(memory, 'hallway-prove-'))
const programs = values.engine === 'postgres' ? findPostgres() : undefined
if (values.engine === 'postgres' && programs === undefined) throw new Error('There is no PostgreSQL here: apt install postgresql')
const cluster = programs === undefined ? undefined : await startPostgres(programs, memory)
const asked = async (sql: string): Promise<void> => {
  const connection = await openWriter({ engine: 'postgres', url: cluster!.url })
  await connection.query(sql)
  await connection.close()
}
if (cluster !== undefined) await asked('ALTER ROLE CURRENT_USER SET synchronous_commit = off')

let made = 0
/** An empty place for a database. */
const nextLocation = async (): Promise<Location> => {
  made += 1
  if (cluster === undefined) return { engine: 'sqlite', path: join(folder, `${made}.db`) }
  await asked(`CREATE SCHEMA proof${made}`)
  return { engine: 'postgres', url: cluster.url, schema: `proof${made}` }
}

/** Every second history comes late or in any order; everything begins anew twice in each. */
const compare = async (
  location: Location,
  graphs: readonly RoomGraph[],
  each: (graph: RoomGraph, difference: Difference) => void,
): Promise<void> => {
  const database = await openDatabase(location)
  for (const graph of graphs) {
    const chance = createChance(createRandom(graph.seed))
    const order = chance.pick([
      () => graph.events,
      () => graph.events,
      () => delay(graph.events, chance),
      () => shuffle(graph.events, chance),
    ])()
    const restarts = new Set([chance.between(1, 20), chance.between(21, 60)])
    each(
      graph,
      await compareStored(
        database,
        inOwnRoom(graph),
        order.map((event) => inOwnRoom({ ...graph, events: [event] }).events[0]!),
        { restarts },
      ),
    )
  }
  await database.close()
}

const differenceOf = async (graph: RoomGraph): Promise<Difference> => {
  let found: Difference
  await compare(await nextLocation(), [graph], (_graph, difference) => {
    found = difference
  })
  return found
}

const start = performance.now()
const failed: { graph: RoomGraph; difference: string }[] = []
let events = 0
/** Graphs that share a database. */
const together = 25
for (let from = 0; from < count && failed.length < 5; from += together) {
  const graphs = Array.from({ length: Math.min(together, count - from) }, (_, i) =>
    randomGraph(seed + from + i, optionsOf(seed + from + i, 200, 4)),
  )
  await compare(await nextLocation(), graphs, (graph, difference) => {
    events += graph.events.length
    if (difference !== undefined) failed.push({ graph, difference })
  })
}
const seconds = (performance.now() - start) / 1000
for (const { graph, difference } of failed)
  console.log(`seed ${graph.seed}, version ${graph.version.id}: ${difference}\n${printGraph(graph, await differenceOf(graph))}`)
console.log(
  `${values.engine}: ${count} graphs from seed ${seed} on, ${events} events in ${seconds.toFixed(1)} s, ${failed.length} differences`,
)
await cluster?.stop()
rmSync(folder, { recursive: true, force: true })
process.exitCode = failed.length > 0 ? 1 : 0
