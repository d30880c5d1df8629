import type { EngineName, Figure } from './measure.ts'
import { mean } from './percentile.ts'
import type { YardstickReading } from './yardstick-server.ts'

/** A figure beside the yardstick, and judged. */
export interface JudgedFigure extends Figure {
  /** `value` in multiples of Y, or as a share of the yardstick's requests a second. */
  readonly ofYardstick?: number
  /** Whether its limit holds; left out where none is promised. */
  readonly holds?: boolean
}

/** One measure, with the yardstick as it stood around it. */
export interface MeasureReport {
  readonly measure: string
  readonly yardstick: YardstickReading
  readonly figures: readonly JudgedFigure[]
}

/** What it ran on. `kernel`: Linux's release; `node`: the version that runs the benchmark. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly kernel: string
  readonly node: string
}

/** All that one run of the benchmark found: what is written as JSON. */
export interface Report {
  readonly format: 1
  readonly startedAt: string
  readonly machine: Machine
  readonly quick: boolean
  readonly runs: number
  readonly engines: Partial<Record<EngineName, readonly MeasureReport[]>>
}

/** The yardstick around a measure: the mean of the readings before and after it. */
export const between = (before: YardstickReading, after: YardstickReading): YardstickReading => ({
  cpuMs: mean([before.cpuMs, after.cpuMs]),
  perSecond: mean([before.perSecond, after.perSecond]),
})

/** Sets `figure` beside the yardstick and holds it against its limit, where that is promised for `engine`. */
export const judge = (figure: Figure, yardstick: YardstickReading, engine: EngineName): JudgedFigure => {
  const scale = figure.unit === 'cpu ms' ? yardstick.cpuMs : figure.unit === 'per s' ? yardstick.perSecond : undefined
  const ofYardstick = scale === undefined ? undefined : figure.value / scale
  const { limit } = figure
  const judged = { ...figure, ...(ofYardstick === undefined ? {} : { ofYardstick }) }
  if (!limit || (limit.engines && !limit.engines.includes(engine))) return judged
  const value = limit.of === 'yardstick' ? (ofYardstick ?? Number.NaN) : figure.value
  const holds = value <= (limit.most ?? Number.POSITIVE_INFINITY) && value >= (limit.least ?? Number.NEGATIVE_INFINITY)
  return { ...judged, holds }
}

/** Messages a second of PostgreSQL beside SQLite's, at least half of which is promised; nothing where one was not measured. */
export const compareEngines = ({ sqlite, postgres }: Report['engines']): JudgedFigure[] => {
  const rates = (reports: readonly MeasureReport[] = []) =>
    reports.flatMap(({ measure, figures }) => (measure === 'messages' ? figures.filter(({ unit }) => unit === 'per s') : []))
  const onSqlite = new Map(rates(sqlite).map(({ name, value }) => [name, value]))
  return rates(postgres).flatMap(({ name, value }) => {
    const base = onSqlite.get(name)
    if (base === undefined) return []
    const ratio = value / base
    return [
      {
        name: `${name}, PostgreSQL to SQLite`,
        unit: '×' as const,
        value: ratio,
        limit: { least: 0.5, of: 'value' as const },
        holds: ratio >= 0.5,
      },
    ]
  })
}

/** The figures that broke a limit, by name. */
export const broken = ({ engines }: Report): string[] => {
  const found = Object.entries(engines).flatMap(([engine, reports]) =>
    reports.flatMap(({ figures }) =>
      figures.filter(({ holds }) => holds === false).map(({ name, unit }) => `${engine}: ${name} (${unit})`),
    ),
  )
  return [
    ...found,
    ...compareEngines(engines)
      .filter(({ holds }) => !holds)
      .map(({ name }) => name),
  ]
}

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const places = value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places })
}

const cell = (figure: JudgedFigure | undefined): string => {
  if (!figure) return '–'
  const { value, unit, ofYardstick, holds } = figure
  const share = ofYardstick === undefined ? '' : unit === 'per s' ? ` (${digits(ofYardstick * 100)} %)` : ` (${digits(ofYardstick)} Y)`
  const verdict = holds === undefined ? '' : holds ? ' ✓' : ' ✗'
  return `${digits(value)}${share}${verdict}`
}

const limitCell = ({ limit, unit }: Figure): string => {
  if (!limit) return ''
  const share = (value: number) =>
    limit.of === 'value' ? digits(value) : unit === 'per s' ? `${digits(value * 100)} %` : `${digits(value)} Y`
  const text = limit.most !== undefined ? `≤ ${share(limit.most)}` : `≥ ${share(limit.least as number)}`
  return limit.engines?.length === 1 ? `${text} (${limit.engines[0]})` : text
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** One line on when and where the figures were taken. */
export const headlineOf = ({ startedAt, machine, runs, quick }: Report): string => {
  const { cpu, cores, memoryBytes, kernel, node } = machine
  const where = `${cpu}, ${cores} cores, ${Math.round(memoryBytes / 1e9)} GB, Linux ${kernel}, Node ${node}`
  const how = quick ? 'a quick run, whose figures mean little' : `median of ${runs}`
  return `${startedAt.slice(0, 10)}; ${where}; ${how}.`
}

/** The report as one table in Markdown: a line a figure, a column an engine. */
export const tableOf = ({ engines }: Report): string => {
  const names = Object.keys(engines) as EngineName[]
  const all = names.flatMap((engine) =>
    (engines[engine] ?? []).flatMap(({ figures }) => figures.map((figure) => ({ engine, figure, key: `${figure.name}|${figure.unit}` }))),
  )
  const lines = [...Map.groupBy(all, ({ key }) => key).values()].map((same) => {
    const { figure } = same[0] as (typeof all)[number]
    const cells = names.map((engine) => cell(same.find((one) => one.engine === engine)?.figure))
    return row([figure.name, figure.unit, ...cells, limitCell(figure)])
  })
  const yardsticks = names.map((engine) => (engines[engine] ?? []).map(({ yardstick }) => yardstick))
  const yardstickRows = [
    row(['yardstick Y, a request', 'cpu ms', ...yardsticks.map((all) => digits(mean(all.map(({ cpuMs }) => cpuMs)))), '']),
    row(['yardstick', 'per s', ...yardsticks.map((all) => digits(mean(all.map(({ perSecond }) => perSecond)))), '']),
  ]
  const compared = compareEngines(engines).map((figure) =>
    row([figure.name, figure.unit, ...names.map(() => ''), `${cell(figure)}, ${limitCell(figure)}`]),
  )
  const head = [row(['', 'unit', ...names, 'limit']), row(['', '', ...names, '']).replaceAll(/ [^|]* /g, '-')]
  return [...head, ...yardstickRows, ...lines, ...compared].join('\n')
}
