import type { Check } from './check.ts'
import { allChecks } from './all-checks.ts'
import { readKnownFailures, updateKnownFailures } from './known-failures.ts'
import type { Options } from './options.ts'
import type { Admission } from './people.ts'
import { probe, type Probed } from './probe.ts'
import { createRandom, shuffled } from './random.ts'
import type { Report, Result, Verdict } from './report/report.ts'
import { createTerminal } from './report/terminal.ts'
import { runChecks } from './runner.ts'
import { knownFailuresOf, startTarget } from './target.ts'
import { contractOperations } from './operations.ts'

/** The Matrix version that the contract, and so the suite, is written for. */
export const specVersion = 'v1.19'

/** A server to judge, ours to start or already there. */
export interface Reached {
  readonly baseUrl: string
  readonly serverName: string | undefined
  readonly admission: Admission | undefined
  readonly sharedSecret: string | undefined
  readonly stop: () => Promise<void>
}

/** Starts the target that was named, or takes the URL as it is. */
export const reach = async (options: Options): Promise<Reached> => {
  const { target, baseUrl, serverName, admission, sharedSecret } = options
  if (target === undefined) return { baseUrl: baseUrl as string, serverName, admission, sharedSecret, stop: async () => {} }
  const started = await startTarget(target)
  return { ...started, admission, sharedSecret: sharedSecret ?? started.sharedSecret }
}

/** Gives names that are new on a dirty server too: they carry the time of the run. */
export const createUnique = (): ((prefix: string) => string) => {
  const stamp = Date.now().toString(36)
  let count = 0
  return (prefix) => `${prefix}-${stamp}-${(++count).toString(36)}`
}

/** Says what the probe found: which level of checks applies, and what the server lacks. */
export const introduced = ({ serverName, software, version, newest, admission, features, defaultRoomVersion }: Probed): string =>
  [
    `${serverName}: ${software} ${version}, Matrix ${newest}, rooms of version ${defaultRoomVersion}`,
    `level 0, the client API: ${
      admission === undefined
        ? 'only what needs no account; registration is closed, so give --shared-secret or two --token'
        : `people come by ${admission.by}`
    }`,
    'levels 1 and 2, federation and restarts: no check of these is in the suite yet',
    `features: ${[...features].sort().join(', ') || 'none'}`,
  ].join('\n')

/** One run over a server: probes, judges, reports to the terminal. @throws Unreachable when the server is gone. */
export const conform = async (checks: readonly Check[], options: Options, commit: string): Promise<Report> => {
  const started = new Date()
  const reached = await reach(options)
  try {
    const unique = createUnique()
    const probed = await probe({ ...reached, unique })
    process.stdout.write(`${introduced(probed)}\nseed: ${options.seed}\n`)
    const ordered = options.shuffle ? shuffled(checks, createRandom(options.seed)) : checks
    const turns = Array.from({ length: options.repeat }, () => ordered).flat()
    const file = options.knownFailures ?? (options.target === undefined ? undefined : knownFailuresOf(options.target))
    const known = readKnownFailures(file)
    const terminal = createTerminal({
      write: (text) => process.stdout.write(text),
      live: process.stdout.isTTY === true,
      total: turns.length,
    })
    const seen = new Map<string, Map<number, number>>()
    const results = await runChecks(turns, {
      ...options,
      probed,
      unique,
      retry: true,
      sharedSecret: reached.sharedSecret,
      baseUrlOf: () => reached.baseUrl,
      knownReason: (id) => known.entries.get(id)?.reason,
      onResult: (result, { exchanges }) => {
        terminal.result(result)
        for (const { operation = 'outside the contract', status } of exchanges) {
          const statuses = seen.get(operation) ?? new Map<number, number>()
          seen.set(operation, statuses.set(status, (statuses.get(status) ?? 0) + 1))
        }
      },
    })
    const report = reported(folded(results, ordered), {
      probed,
      known: new Set(known.entries.keys()),
      seen,
      started,
      commit,
      options,
      baseUrl: reached.baseUrl,
    })
    terminal.summary(report)
    if (options.updateKnown && file !== undefined) {
      const failed = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(({ id }) => id)
      const judged = report.results.filter(({ verdict }) => verdict !== 'not applicable').map(({ id }) => id)
      updateKnownFailures(file, known, failed, new Set(judged), new Set(allChecks.map(({ id }) => id)))
    }
    return report
  } finally {
    await reached.stop()
  }
}

const worst: readonly Verdict[] = ['error', 'fail', 'warn', 'flaky', 'pass', 'not applicable']

/** One result a check, in the order of the checks: the worst of its repeats. */
const folded = (results: readonly Result[], checks: readonly Check[]): Result[] => {
  const byId = Map.groupBy(results, ({ id }) => id)
  return checks.flatMap(({ id }) =>
    [...(byId.get(id) ?? [])].sort((one, other) => worst.indexOf(one.verdict) - worst.indexOf(other.verdict)).slice(0, 1),
  )
}

interface Findings {
  readonly probed: Probed
  readonly known: ReadonlySet<string>
  readonly seen: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly started: Date
  readonly commit: string
  readonly options: Options
  readonly baseUrl: string
}

const reported = (results: readonly Result[], { probed, known, seen, started, commit, options, baseUrl }: Findings): Report => {
  const all = new Set(allChecks.map(({ id }) => id))
  return {
    schemaVersion: 1,
    server: { name: probed.serverName, software: probed.software, version: probed.version, baseUrl },
    suite: { commit, spec: options.spec ?? specVersion },
    started: started.toISOString(),
    milliseconds: Date.now() - started.getTime(),
    seed: options.seed,
    roomVersion: options.roomVersion ?? probed.defaultRoomVersion,
    results,
    unexpectedPasses: results.filter(({ id, verdict }) => verdict === 'pass' && known.has(id)).map(({ id }) => id),
    staleKnown: [...known].filter((id) => !all.has(id)),
    coverage: Object.fromEntries([...seen].sort().map(([operation, statuses]) => [operation, Object.fromEntries(statuses)])),
    untested: contractOperations().filter((operation) => !seen.has(operation)),
  }
}
