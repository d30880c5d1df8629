import { parentPort, workerData } from 'node:worker_threads'
import { openReaders, type Location } from '../../storage/connection.ts'
import { createEventGraph } from '../../storage/event-graph.ts'
import { createStateEntries } from '../../storage/state-entries.ts'
import { createSettleConflict, type Conflict } from './settle-conflict.ts'

/** A thread that settles large conflicts by a connection of its own. */
const location = workerData as Location
const { query } = await openReaders(location, 1)
const reading = { query, engine: location.engine }
const settle = createSettleConflict({ eventGraph: createEventGraph(reading), stateEntries: createStateEntries(reading) })

parentPort!.on('message', ({ id, conflict }: { id: number; conflict: Conflict }) => {
  settle(conflict).then(
    (settled) => parentPort!.postMessage({ id, settled }),
    (error: unknown) => parentPort!.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
  )
})
