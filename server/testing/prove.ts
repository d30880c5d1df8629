import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { chooseSeed } from './random.ts'
import { addUp, type Outcome, reportFeatures, runGraphs } from './room-graphs/run-graphs.ts'

/**
 * `node server/testing/prove.ts [--graphs 20000] [--seed N] [--processes N]`: the server's rules and state resolution against a naïve
 * model, over that many random room histories of all versions, beginning with the one of that seed. Prints what happened in them, and
 * leaves with 1 when the two disagree anywhere, or when something happened too rarely to count as tried.
 */
const { values } = parseArgs({
  options: {
    graphs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: `${chooseSeed()}` },
    processes: { type: 'string', default: `${availableParallelism()}` },
    /** Set for the processes that do the work: which share of how many is theirs. */
    share: { type: 'string' },
  },
})

const numberOf = (name: 'graphs' | 'seed' | 'processes' | 'share'): number => {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`--${name} wants a whole number, not ${values[name]}.`)
  return number
}
const count = numberOf('graphs')
const seed = numberOf('seed')
const processes = Math.max(1, Math.min(numberOf('processes'), count))

/** Fewer graphs than this say nothing of what is rare. */
const leastToCount = 240

const startShare = (share: number): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const options = ['--graphs', `${count}`, '--seed', `${seed}`, '--processes', `${processes}`, '--share', `${share}`]
    const worker = spawn(process.execPath, [import.meta.filename, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    worker.stdout.on('data', (chunk) => (output += chunk))
    worker.on('error', reject)
    worker.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output))
      else reject(new Error(`A process ended with ${code}.`))
    })
  })

const prove = async (): Promise<number> => {
  console.log(`${count} graphs from seed ${seed} on, in ${processes} processes`)
  const start = performance.now()
  const outcome = addUp(await Promise.all(Array.from({ length: processes }, (_, share) => startShare(share))))
  const seconds = (performance.now() - start) / 1000
  const { lines, rare } = reportFeatures(outcome)
  console.log(lines.join('\n'))
  const isCounted = outcome.graphs >= leastToCount
  if (isCounted && rare.length > 0) console.log(`\ntoo rare: ${rare.join(', ')}`)
  for (const disagreement of outcome.disagreements) console.log(`\n${disagreement}`)
  console.log(
    `\n${outcome.graphs} graphs, ${outcome.events} events in ${seconds.toFixed(1)} s (${(outcome.graphs / seconds).toFixed(1)} graphs/s), ` +
      `${outcome.disagreements.length} disagreements`,
  )
  return outcome.disagreements.length > 0 || (isCounted && rare.length > 0) ? 1 : 0
}

if (values.share === undefined) process.exitCode = await prove()
else {
  const share = numberOf('share')
  process.stdout.write(JSON.stringify(runGraphs({ seed: seed + share, count: count - share, step: processes })))
}
