import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './postgres-cluster.ts'

/** A package of PyPI that tests need. */
interface Wanted {
  /** As pip wants it named. */
  readonly requirement: string
  /** What must import once it is there. */
  readonly module: string
  /** The folder below the cache for an environment of its own. */
  readonly folder: string
}

const succeeds = (program: string, ...args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })

/**
 * A Python that has the package: the machine's, or one made below `cache` at the first call;
 * `undefined` when there is no Python, no venv, or no way to PyPI.
 */
const findPythonWith = async ({ requirement, module, folder }: Wanted, cache: string): Promise<string | undefined> => {
  const has = (python: string): Promise<boolean> => succeeds(python, '-c', `import ${module}`)
  const home = join(cache, folder)
  const own = join(home, 'bin', 'python')
  if (existsSync(own) && (await has(own))) return own
  const python = findProgram(['python3'])
  if (python === undefined) return undefined
  if (await has(python)) return python
  const isMade =
    (await succeeds(python, '-m', 'venv', home)) &&
    (await succeeds(own, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement))
  return isMade && (await has(own)) ? own : undefined
}

/** A Python that has matrix-nio; `undefined` where none is to be had. */
export const findPythonClient = (cache: string): Promise<string | undefined> =>
  findPythonWith({ requirement: 'matrix-nio', module: 'nio', folder: 'matrix-nio' }, cache)

/** A Python that has matrix-synapse, in the version whose departures from the text conformance/oracle lists; `undefined` where none is to be had. */
export const findPythonSynapse = (cache: string): Promise<string | undefined> =>
  findPythonWith({ requirement: 'matrix-synapse==1.163.2', module: 'synapse.event_auth', folder: 'matrix-synapse' }, cache)
