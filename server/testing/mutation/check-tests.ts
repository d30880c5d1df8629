import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { redExitCode } from './mutation.ts'

/**
 * `node check-tests.ts FILE…`: runs test files by AVA, on SQLite alone, and ends with `redExitCode` at the first test that fails. What fails
 * otherwise (a file that does not load, a name that does not exist) ends it with 1: a fault must be noticed by what it does.
 */
const root = join(import.meta.dirname, '..', '..', '..')
/** Nobody waits longer than this for the next test to end; AVA's notation. */
const patience = '60s'

const environment: NodeJS.ProcessEnv = { ...process.env }
for (const name of ['HALLWAY_TEST_POSTGRES', 'CI', 'FORCE_COLOR']) delete environment[name]
// What is proved must not hang on luck.
environment['HALLWAY_TEST_SEED'] ??= '1'

const outside = /^(?:\w*Error\b|No tests found|.* exited (?:with a non-zero exit code|due to))/
const failing = /^not ok [0-9]+ - (.*)$/
const unsound = /^\s+name: (?:ReferenceError|SyntaxError)$/

const ava = spawn(
  process.execPath,
  [join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs'), '--tap', `--timeout=${patience}`, ...process.argv.slice(2)],
  { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
)
const ended = new Promise<number>((resolve) => {
  ava.once('close', (code) => resolve(code ?? 1))
})

let wrong: string | undefined
let passed = 0
/** The test that has failed, until all is known of it. */
let failed: string | undefined

const conclude = (): void => {
  if (failed === undefined) return
  console.log(failed)
  // Whoever started this ends what is left of AVA.
  process.exit(redExitCode)
}

for await (const line of createInterface({ input: ava.stdout })) {
  const title = failing.exec(line)?.[1]
  if (title !== undefined || line.startsWith('ok ') || line === '  ...') conclude()
  if (title !== undefined && outside.test(title)) wrong ??= title
  else failed = title ?? failed
  if (unsound.test(line)) [wrong, failed] = [`${failed}: ${line.trim()}`, undefined]
  if (line.startsWith('ok ')) passed += 1
}
conclude()
const code = await ended
if (code !== 0 || passed === 0) {
  console.log(wrong ?? `AVA ended with ${code}, and ${passed} tests have passed`)
  process.exitCode = 1
}
