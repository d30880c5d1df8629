import type { Api } from './api.ts'
import type { Installation, RunningServer } from './installation.ts'
import type { People } from './people.ts'

export type EngineName = 'sqlite' | 'postgres'

/** `cpu ms`: server CPU, the database included; `ms`: time on the wall; `×`: a ratio. */
export type Unit = 'cpu ms' | 'ms' | 'per s' | 'bytes' | 'MB' | '×' | 'count'

/** What a figure must hold. */
export interface Limit {
  readonly most?: number
  readonly least?: number
  /** `yardstick`: in multiples of Y, or of the yardstick's requests a second. */
  readonly of: 'value' | 'yardstick'
  /** The engines it is promised for; all, when left out. */
  readonly engines?: readonly EngineName[]
}

/** One line of the report. */
export interface Figure {
  readonly name: string
  readonly unit: Unit
  readonly value: number
  /** What `value` is the median of. */
  readonly runs?: readonly number[]
  readonly limit?: Limit
}

/** The server under measure. */
export interface Subject {
  readonly server: RunningServer
  readonly api: Api
  readonly people: People
}

/** An installation with a filled database, its server stopped. */
export interface Filled {
  readonly installation: Installation
  readonly events: number
  /** Bytes on disk before and after the events. */
  readonly emptyBytes: number
  readonly filledBytes: number
}

/** What a measure may use. */
export interface Bench {
  /** The server that most measures share, started when first asked for. */
  subject(): Promise<Subject>
  /** `undefined` where servers cannot be started, only reached. */
  readonly installations?: {
    empty(): Promise<Installation>
    /** Made once and shared. While it is, no other server runs. */
    filled(): Promise<Filled>
  }
  /** How often a figure is taken; the median counts. */
  readonly runs: number
  /** Small and short, for development: the figures mean little. */
  readonly quick: boolean
  /** Tells the person at the terminal what goes on. */
  progress(line: string): void
}

/** Takes some figures. It leaves out those that the server or the way it was started does not allow. */
export interface Measure {
  readonly name: string
  take(bench: Bench): Promise<Figure[]>
}

/** CPU milliseconds that `server` spends while `act` runs; `undefined` where they cannot be read. */
export const spending = async <Result>(
  server: RunningServer,
  act: () => Promise<Result>,
): Promise<{ result: Result; cpuMs: number | undefined }> => {
  const before = server.meter?.cpuMs()
  const result = await act()
  return { result, cpuMs: server.meter && before !== undefined ? server.meter.cpuMs() - before : undefined }
}
