import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseSeed } from './random.ts'

/**
 * `npm run prove [-- --quick] [-- --seed N]`: the long proofs of the room core, a stage after the other, those side by side that need one
 * core each. Prints what each says, and a table of stages at the end; leaves with 1 when one of them found something.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: `${chooseSeed()}` } },
})
const sized = (count: number): string => `${values.quick ? Math.ceil(count / 50) : count}`
const seeded = ['--seed', values.seed]

interface Stage {
  readonly name: string
  readonly script: string
  readonly options: readonly string[]
}

const halves = ['first', 'second'] as const
const stored = (engine: string, graphs: number, from: number, part = ''): Stage => ({
  name: `model, ${engine}${part}`,
  script: 'stored-graphs/prove-stored.ts',
  options: ['--engine', engine, '--graphs', sized(graphs), '--seed', `${Number(values.seed) + from}`],
})

/** Stages of one line run side by side, so many at once that the cores are never idle; the longest come first. */
const plan: readonly (readonly Stage[])[] = [
  [{ name: 'rules, versions and their cases', script: 'rule-coverage.ts', options: [] }],
  [{ name: 'model, in memory', script: 'prove.ts', options: ['--graphs', sized(20_000), ...seeded] }],
  [
    ...halves.map((half, i) => stored('postgres', 1000, 1000 * i, `, ${half} half`)),
    stored('sqlite', 2000, 0),
    {
      name: 'another implementation',
      script: 'oracle/oracle.ts',
      options: ['--auth', sized(10_000), '--resolutions', sized(2000), ...seeded],
    },
    { name: 'mutations', script: 'mutate-rules.ts', options: [] },
  ],
]
const atOnce = availableParallelism() + 1

const run = ({ name, script, options }: Stage): Promise<{ name: string; seconds: number; ok: boolean }> =>
  new Promise((resolve) => {
    const start = performance.now()
    const child = spawn(process.execPath, [join(import.meta.dirname, script), ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000
      console.log(`\n== ${name}: node server/testing/${script} ${options.join(' ')}\n${said.trimEnd()}`)
      resolve({ name, seconds, ok: code === 0 })
    })
  })

const start = performance.now()
const results: { name: string; seconds: number; ok: boolean }[] = []
for (const stages of plan) {
  const left = [...stages]
  const lane = async (): Promise<void> => {
    for (let stage = left.shift(); stage !== undefined; stage = left.shift()) results.push(await run(stage))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
console.log(`\n${'stage'.padEnd(34)} result  seconds`)
for (const { name, seconds, ok } of results) console.log(`${name.padEnd(34)} ${ok ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(0)}`)
console.log(
  `${'all'.padEnd(34)} ${results.every(({ ok }) => ok) ? 'ok    ' : 'FAILED'}  ${((performance.now() - start) / 1000).toFixed(0)}`,
)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
