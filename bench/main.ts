import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { createMeter } from './cpu.ts'
import { refuseMemoryDisk } from './durability.ts'
import type { RunningServer } from './installation.ts'
import type { EngineName, Measure } from './measure.ts'
import { deliveries } from './measures/deliveries.ts'
import { disk } from './measures/disk.ts'
import { idleSync } from './measures/idle-sync.ts'
import { initialSync } from './measures/initial-sync.ts'
import { joins } from './measures/joins.ts'
import { memory } from './measures/memory.ts'
import { messages } from './measures/messages.ts'
import { roomSize } from './measures/room-size.ts'
import { startup } from './measures/startup.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { checkPostgres } from './postgres.ts'
import { between, broken, headlineOf, judge, type Machine, type MeasureReport, type Report, tableOf } from './report.ts'
import { createSession } from './session.ts'
import { startYardstick, type YardstickServer } from './yardstick-server.ts'

/** In this order: those that share a server first, then those that start servers of their own. */
const MEASURES: readonly Measure[] = [messages, idleSync, initialSync, deliveries, roomSize, joins, startup, memory, disk]

const progress = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`)

const runningServer = ({ hostname, port }: URL, pids: readonly number[] | undefined): RunningServer => ({
  address: { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || 80) },
  ...(pids === undefined ? {} : { meter: createMeter(pids), ownMeter: createMeter(pids) }),
  startedInMs: 0,
  stop: async () => {},
})

const measuresOf = ({ only }: Options): Measure[] => {
  const unknown = only?.filter((name) => !MEASURES.some((measure) => measure.name === name)) ?? []
  if (unknown.length > 0)
    throw new TypeError(`There is no measure ${unknown.join(', ')}: choose from ${MEASURES.map(({ name }) => name).join(', ')}`)
  return MEASURES.filter(({ name }) => !only || only.includes(name))
}

/** Takes all measures on one engine, the yardstick between them. */
const measureEngine = async (engine: EngineName, options: Options, yardstick: YardstickServer): Promise<MeasureReport[]> => {
  const directory = resolve(options.work, engine)
  rmSync(directory, { recursive: true, force: true })
  const { baseUrl, pids, databaseUrl, launcher, sharedSecret, fill, runs, quick } = options
  if (databaseUrl !== undefined) await checkPostgres(databaseUrl)
  const source = baseUrl ? { running: runningServer(baseUrl, pids) } : { launcher: resolve(launcher) }
  const session = createSession({
    ...source,
    ...(sharedSecret === undefined ? {} : { sharedSecret }),
    engine,
    directory,
    fill,
    runs,
    quick,
    progress,
  })
  const forMs = quick ? 700 : 3000
  const reports: MeasureReport[] = []
  try {
    let before = await yardstick.read(forMs)
    for (const measure of measuresOf(options)) {
      const figures = await measure.take(session)
      const after = await yardstick.read(forMs)
      const around = between(before, after)
      reports.push({ measure: measure.name, yardstick: around, figures: figures.map((figure) => judge(figure, around, engine)) })
      before = after
    }
  } finally {
    await session.close()
  }
  return reports
}

const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
  node: process.version,
})

const run = async (options: Options): Promise<number> => {
  measuresOf(options) // a misspelt name is told before anything starts
  mkdirSync(options.work, { recursive: true })
  refuseMemoryDisk(options.work)
  const startedAt = new Date().toISOString()
  const yardstick = await startYardstick(options.quick ? 1000 : 3000)
  const engines: Partial<Record<EngineName, MeasureReport[]>> = {}
  for (const engine of options.engines) {
    progress(`engine ${engine}`)
    engines[engine] = await measureEngine(engine, options, yardstick)
  }
  yardstick.stop()
  const report: Report = { format: 1, startedAt, machine: machine(), quick: options.quick, runs: options.runs, engines }
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`)
  process.stdout.write(`${headlineOf(report)}\n\n${tableOf(report)}\n`)
  const failures = broken(report)
  if (failures.length > 0) progress(`limits broken: ${failures.join('; ')}`)
  progress(`written to ${options.json}`)
  return options.check && failures.length > 0 ? 1 : 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** What the room core costs as rooms grow cannot be seen from outside: the server's own tests measure it. */
const runRooms = (args: readonly string[]): number =>
  spawnSync(process.execPath, [resolve(import.meta.dirname, '../server/testing/room-costs/main.ts'), ...args], { stdio: 'inherit' })
    .status ?? 1

try {
  const options = process.argv[2] === 'rooms' ? undefined : readOptions(process.argv.slice(2))
  if (process.argv[2] === 'rooms') process.exitCode = runRooms(process.argv.slice(3))
  else if (options) process.exitCode = await run(options)
  else process.stdout.write(USAGE)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1) // ends what was started, too
}
