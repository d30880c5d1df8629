import { parseArgs } from 'node:util'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWriter, type Location } from '../../storage/connection.ts'
import { openDatabase, type Database } from '../../storage/database.ts'
import { findPostgres, startPostgres } from '../postgres-cluster.ts'
import { wireCosts } from './big-room.ts'
import { fillMessages, fillNames, found, numberAll, pastStateCost, resolutionCost, sendCosts, type Cost, type Founded } from './measures.ts'
import { tableCost } from './tables.ts'

/** `npm run bench -- rooms`: what the room core costs as rooms grow, on a database of its own. */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const scale = values.quick ? 0.02 : 1
const sized = (size: number): number => Math.max(10, Math.round(size * scale))

const show = ({ what, value, unit, limit }: Cost): string => {
  const verdict = limit === undefined ? '' : value <= limit ? `  ✓ (at most ${limit})` : `  ✗ (at most ${limit})`
  return `${what.padEnd(72)} ${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 3 : 0 }).padStart(10)} ${unit.padEnd(3)}${verdict}`
}

const ratio = (what: string, values: readonly number[]): Cost => ({
  what,
  value: Math.max(...values) / Math.min(...values),
  unit: 'x',
  limit: 1.5,
})

async function growth(database: Database): Promise<Cost[]> {
  const wired = wireCosts(database)
  const numbered = await numberAll(database, sized(20_000))
  const rooms: { kind: 'events' | 'members'; size: number; room: Founded }[] = []
  for (const events of [100, 10_000, 100_000]) {
    const room = await found(wired, numbered, 10, '12')
    await fillMessages(wired, numbered, room, sized(events))
    rooms.push({ kind: 'events', size: sized(events), room })
  }
  for (const members of [10, 1000, 20_000])
    rooms.push({ kind: 'members', size: sized(members), room: await found(wired, numbered, sized(members), '12') })
  const sent = await sendCosts(
    wired,
    rooms.map(({ room }) => room),
    values.quick ? 50 : 600,
  )
  const measured = rooms.map(({ kind, size }, i) => ({ kind, size, ...sent[i]! }))
  const costs = measured.flatMap(({ kind, size, cpu, rows }): Cost[] => [
    { what: `an event in a room of ${size} ${kind}: CPU`, value: cpu, unit: 'ms' },
    { what: `an event in a room of ${size} ${kind}: rows`, value: rows, unit: '' },
  ])
  for (const kind of ['events', 'members'] as const) {
    const these = measured.filter((cost) => cost.kind === kind)
    costs.push(
      ratio(
        `CPU of an event, the most to the least, by ${kind}`,
        these.map(({ cpu }) => cpu),
      ),
      ratio(
        `rows of an event, the most to the least, by ${kind}`,
        these.map(({ rows }) => rows),
      ),
    )
  }
  await wired.receive.stop()
  return costs
}

async function largeRoom(database: Database): Promise<Cost[]> {
  const wired = wireCosts(database)
  const numbered = await numberAll(database, sized(20_000))
  const room = await found(wired, numbered, sized(20_000), '11')
  const changed = await fillNames(wired, numbered, room, sized(80_000))
  const costs: Cost[] = [await tableCost(database), ...(await pastStateCost(wired, numbered, changed))]
  const larger = await fillNames(wired, numbered, changed, sized(100_000))
  costs.push(...(await resolutionCost(wired, numbered, larger, sized(5000))))
  await wired.receive.stop()
  return costs
}

const measureOn = async (location: Location, measure: (database: Database) => Promise<Cost[]>): Promise<Cost[]> => {
  const database = await openDatabase(location)
  try {
    return await measure(database)
  } finally {
    await database.close()
  }
}

const programs = values.engine === 'postgres' ? findPostgres() : undefined
if (values.engine === 'postgres' && programs === undefined) throw new Error('There is no PostgreSQL here: apt install postgresql')
const cluster = programs === undefined ? undefined : await startPostgres(programs)
const folder = mkdtempSync(join(tmpdir(), 'hallway-costs-'))
const makeSchema = async (url: string, schema: string): Promise<void> => {
  const connection = await openWriter({ engine: 'postgres', url })
  await connection.query(`CREATE SCHEMA ${schema}`)
  await connection.close()
}

let broken = 0
for (const [name, measure] of Object.entries({ growth, largeRoom })) {
  const location: Location =
    cluster === undefined
      ? { engine: 'sqlite', path: join(folder, `${name}.db`) }
      : { engine: 'postgres', url: cluster.url, schema: name.toLowerCase() }
  if (location.engine === 'postgres') await makeSchema(location.url, name.toLowerCase())
  for (const cost of await measureOn(location, measure)) {
    process.stdout.write(`${show(cost)}\n`)
    if (cost.limit !== undefined && cost.value > cost.limit) broken += 1
  }
}
await cluster?.stop()
rmSync(folder, { recursive: true, force: true })
if (values.check && broken > 0) process.exitCode = 1
