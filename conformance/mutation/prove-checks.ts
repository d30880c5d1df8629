import type { Check } from '../check.ts'
import { createUnique, introduced, reach } from '../conform.ts'
import type { Options } from '../options.ts'
import { probe } from '../probe.ts'
import type { Result } from '../report/report.ts'
import { runChecks } from '../runner.ts'
import { type Mutation, mutations } from './mutations.ts'
import { createProxy } from './proxy.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)
const isRed = ({ verdict }: Result): boolean => verdict === 'fail' || verdict === 'warn' || verdict === 'error'

/**
 * Breaks the answers of the server one way at a time, and finds out which checks notice. Gives the exit code: 1 when a check that passes
 * against the server as it is has been turned red by nothing.
 */
export const proveChecks = async (checks: readonly Check[], options: Options): Promise<number> => {
  const reached = await reach(options)
  const proxy = await createProxy(reached.baseUrl, checks)
  try {
    const unique = createUnique()
    const probed = await probe({ ...reached, unique })
    say(introduced(probed))
    const run = (chosen: readonly Check[]) =>
      runChecks(chosen, {
        ...options,
        probed,
        unique,
        retry: false,
        sharedSecret: reached.sharedSecret,
        baseUrlOf: proxy.baseUrlOf,
        knownReason: () => undefined,
        onResult: () => {},
      })
    const verdicts = new Map((await run(checks)).map((result) => [result.id, result]))
    const sound = checks.filter(({ id }) => verdicts.get(id)?.verdict === 'pass')
    say(`unbroken: ${sound.length} of ${checks.length} pass; these are put to the proof`)
    const reds = await provedBy(sound, proxy, run, options.mutateAll)
    return concluded(sound, reds)
  } finally {
    await proxy.stop()
    await reached.stop()
  }
}

type Reds = ReadonlyMap<string, readonly Mutation[]>

const provedBy = async (
  sound: readonly Check[],
  proxy: Awaited<ReturnType<typeof createProxy>>,
  run: (checks: readonly Check[]) => Promise<Result[]>,
  all: boolean,
): Promise<Reds> => {
  const reds = new Map<string, Mutation[]>()
  for (const mutation of mutations) {
    const chosen = all ? sound : sound.filter(({ id }) => !reds.has(id))
    proxy.use(mutation)
    const results = new Map((await run(chosen)).map((result) => [result.id, result]))
    const touched = chosen.filter((check) => proxy.touched(check))
    const noticed = touched.filter(({ id }) => isRed(results.get(id) as Result))
    for (const { id } of noticed) reds.set(id, [...(reds.get(id) ?? []), mutation])
    say(`${mutation.name}: touched ${touched.length}, turned ${noticed.length} red`)
  }
  return reds
}

const concluded = (sound: readonly Check[], reds: Reds): number => {
  const untouched = sound.filter(({ id }) => !reds.has(id))
  const shallow = sound.filter(({ id }) => reds.get(id)?.every(({ kind }) => kind === 'form'))
  for (const { id } of shallow) say(`noticed only a broken form: ${id}`)
  for (const { id } of untouched) say(`noticed nothing: ${id}`)
  say(`${sound.length - untouched.length} of ${sound.length} checks have been seen red; ${shallow.length} of them only by a broken form`)
  return untouched.length > 0 ? 1 : 0
}
