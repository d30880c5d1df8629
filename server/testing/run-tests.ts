import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { memoryFolder } from './memory-folder.ts'
import { findPostgres, findProgram, startPostgres } from './postgres-cluster.ts'
import { findPythonClient, findPythonSynapse } from './python-client.ts'
import { countOutcomes } from './test-summary.ts'

/**
 * `npm test [-- files and options of AVA]`: runs all tests that this machine can, and says what it cannot and how to mend that.
 * With CI set, what is absent is a failure. Tests find what there is in the environment: HALLWAY_TEST_POSTGRES (a URL),
 * HALLWAY_TEST_CHROMIUM, HALLWAY_TEST_PYTHON and SYNAPSE_PYTHON (programs; the one Python has matrix-nio, the other matrix-synapse).
 */
const root = join(import.meta.dirname, '..', '..')
const strict = !['', '0', 'false', undefined].includes(process.env['CI'])
const environment: NodeJS.ProcessEnv = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
if (!strict) delete environment['CI']
const absent: string[] = []
// Each test file is a process: what one has compiled, the next need not.
environment['NODE_COMPILE_CACHE'] ??= join(root, '.cache', 'compiled')
// Temporary files of all of them, for PostgreSQL's own user to pass through as well.
const folder = mkdtempSync(join(memoryFolder(), 'hallway-tests-'))
chmodSync(folder, 0o755)
environment['TMPDIR'] = folder
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Puts what was found into the tests' environment, or notes what is missing and its remedy. */
const offer = (name: string, found: string | undefined, remedy: string): void => {
  if (found === undefined) absent.push(remedy)
  else environment[name] ??= found
}

const given = environment['HALLWAY_TEST_POSTGRES']
const programs = given === undefined ? findPostgres() : undefined
const cache = join(root, '.cache')
const [cluster, python, synapse] = await Promise.all([
  programs === undefined ? undefined : startPostgres(programs, folder),
  environment['HALLWAY_TEST_PYTHON'] ?? findPythonClient(cache),
  environment['SYNAPSE_PYTHON'] ?? findPythonSynapse(cache),
])
offer('HALLWAY_TEST_POSTGRES', given ?? cluster?.url, 'PostgreSQL (apt install postgresql)')
// The shell without a window takes half of the time.
const browsers = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
const chromium = environment['HALLWAY_TEST_CHROMIUM'] ?? findProgram(browsers)
offer('HALLWAY_TEST_CHROMIUM', chromium, 'the page in Chromium (apt install chromium-headless-shell)')
offer('HALLWAY_TEST_PYTHON', python, 'the Python client matrix-nio (apt install python3-venv)')
offer('SYNAPSE_PYTHON', synapse, 'rules and resolution beside those of matrix-synapse (apt install python3-venv)')

const runAva = (): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const ava = spawn(process.execPath, [join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs'), ...process.argv.slice(2)], {
      cwd: root,
      env: { ...environment, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ava.kill(signal))
    let output = ''
    ava.stdout.on('data', (chunk) => {
      process.stdout.write(chunk)
      output += chunk
    })
    ava.on('close', (code) => resolve({ code: code ?? 1, output }))
  })

const { code, output } = await runAva()
await cluster?.stop()
for (const what of absent) console.log(`${strict ? 'missing' : 'skipped'}: ${what}`)
const counts = countOutcomes(output)
const failed = Math.max(counts.failed, code === 0 ? 0 : 1) + (strict ? absent.length : 0)
const skipped = counts.skipped + (strict ? 0 : absent.length)
process.exitCode = code !== 0 ? code : failed > 0 ? 1 : 0
console.log(`${counts.passed} passed, ${failed} failed, ${skipped} skipped`)
