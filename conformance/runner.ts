import { type Check, minorOf, type Stage } from './check.ts'
import { createClient } from './client.ts'
import { NotApplicable, Unmet, Unreachable } from './expect.ts'
import { type LiveSocket, openLiveSocket } from './live-socket.ts'
import { createPeople, type People } from './people.ts'
import type { Probed } from './probe.ts'
import type { Result, Verdict } from './report/report.ts'
import { createWireLog, type WireLog } from './wire-log.ts'

interface Needs {
  readonly probed: Probed
  /** Where a check finds the server; `--mutate` gives each its own. */
  readonly baseUrlOf: (check: Check) => string
  readonly roomVersion: string | undefined
  readonly sharedSecret: string | undefined
  readonly patience: number
  readonly parallel: number
  /** Whether a failure is tried again, so that a flaky check shows as such. */
  readonly retry: boolean
  readonly knownReason: (id: string) => string | undefined
  readonly unique: (prefix: string) => string
  readonly onResult: (result: Result, log: WireLog) => void
}

/** Why a check has nothing to say about this server; `undefined`: it has. */
export const inapplicable = (check: Check, probed: Probed, roomVersion: string | undefined): string | undefined => {
  if (minorOf(check.since) > minorOf(probed.newest)) return `it came with ${check.since}, and the server speaks ${probed.newest} at most`
  const lacking = check.needs.find((feature) => !probed.features.has(feature))
  if (lacking !== undefined) return `the server has no ${lacking}, or does not let us use it`
  if (check.roomVersions.length === 0) return undefined
  if (roomVersion !== undefined && !check.roomVersions.includes(roomVersion))
    return `it is about room version ${check.roomVersions.join(', ')}`
  if (!check.roomVersions.some((version) => probed.roomVersions.includes(version)))
    return `the server has no room version ${check.roomVersions.join(', ')}`
  return undefined
}

/** Judges each check, several at a time. @throws Unreachable as soon as the server is gone. */
export const runChecks = async (checks: readonly Check[], needs: Needs): Promise<Result[]> => {
  const results: Result[] = []
  const waiting = [...checks]
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { result, log } = await judge(check, needs)
      results.push(result)
      needs.onResult(result, log)
    }
  }
  await Promise.all(Array.from({ length: needs.parallel }, work))
  return results
}

const judge = async (check: Check, needs: Needs): Promise<{ result: Result; log: WireLog }> => {
  const started = performance.now()
  const reason = inapplicable(check, needs.probed, needs.roomVersion)
  const known = needs.knownReason(check.id)
  const result = (verdict: Verdict, log: WireLog, why?: string): { result: Result; log: WireLog } => {
    const { id, area, clause, level, since, expectation } = check
    return {
      log,
      result: {
        id,
        area,
        clause,
        level,
        since,
        expectation,
        verdict,
        milliseconds: Math.round(performance.now() - started),
        ...(why === undefined ? {} : { reason: why }),
        ...(known !== undefined && (verdict === 'fail' || verdict === 'warn') ? { known } : {}),
        ...(verdict === 'pass' || verdict === 'not applicable' ? {} : { exchanges: log.exchanges }),
      },
    }
  }
  if (reason !== undefined) return result('not applicable', createWireLog(), reason)
  const first = await attempt(check, needs)
  if (first.outcome === undefined) return result('pass', first.log)
  if (first.outcome instanceof NotApplicable) return result('not applicable', first.log, first.outcome.message)
  if (needs.retry && known === undefined && (await attempt(check, needs)).outcome === undefined) {
    return result('flaky', first.log, first.outcome.message)
  }
  const { outcome } = first
  if (!(outcome instanceof Unmet)) return result('error', first.log, outcome.stack ?? String(outcome))
  return result(check.level === 'must' ? 'fail' : 'warn', first.log, outcome.message)
}

/** Runs a check once. `outcome` is what it threw; its time limit counts as an expectation that was not met. */
const attempt = async (check: Check, needs: Needs): Promise<{ outcome: Error | undefined; log: WireLog }> => {
  const log = createWireLog()
  const limit = needs.patience * 4 + 10_000
  const giveUp = new AbortController()
  const sockets: LiveSocket[] = []
  const timer = setTimeout(() => giveUp.abort(new Unmet(`Expected: a verdict within ${limit} ms.`)), limit)
  try {
    await check.run(createStage(check, needs, { log, signal: giveUp.signal, sockets }))
    return { outcome: undefined, log }
  } catch (error) {
    if (error instanceof Unreachable) {
      const alive = await fetch(`${needs.baseUrlOf(check)}/_matrix/client/versions`).then(
        () => true,
        () => false,
      )
      if (!alive) throw error
    }
    return { outcome: error instanceof Error ? error : new Error(String(error)), log }
  } finally {
    clearTimeout(timer)
    for (const socket of sockets) socket.close()
  }
}

const noPeople = (): Promise<never> => Promise.reject(new NotApplicable('registration is closed: give --shared-secret, or two --token'))

const createStage = (
  check: Check,
  { probed, baseUrlOf, roomVersion, patience, unique, sharedSecret }: Needs,
  { log, signal, sockets }: { log: WireLog; signal: AbortSignal; sockets: LiveSocket[] },
): Stage => {
  const baseUrl = baseUrlOf(check)
  const client = createClient({ baseUrl, log, signal })
  const people =
    probed.admission === undefined
      ? (noPeople as unknown as People)
      : createPeople({ client, admission: probed.admission, patience, unique, roomVersion: roomVersion ?? check.roomVersions[0] })
  return {
    client,
    people,
    baseUrl,
    patience,
    unique,
    sharedSecret,
    nobody: client.as(undefined),
    as: client.as,
    serverName: probed.serverName,
    features: probed.features,
    socket: async (token) => {
      const socket = await openLiveSocket({ baseUrl, log, patience }, token)
      sockets.push(socket)
      return socket
    },
    room: async (...names) => {
      const [owner, ...others] = await people(...names)
      if (owner === undefined) throw new Error('A room needs somebody to make it.')
      const roomId = await owner.createRoom({ preset: 'public_chat' })
      for (const other of others) await other.join(roomId)
      return [roomId, owner, ...others] as never
    },
  }
}
