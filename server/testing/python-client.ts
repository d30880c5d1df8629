import { spawnSync } from 'node:child_process'
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

/**
 * A Python that has the package: the machine's, or one made below `cache` at the first call;
 * `undefined` when there is no Python, no venv, or no way to PyPI.
 */
const findPythonWith = ({ requirement, module, folder }: Wanted, cache: string): string | undefined => {
  const has = (python: string): boolean => spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
  const home = join(cache, folder)
  const own = join(home, 'bin', 'python')
  if (existsSync(own) && has(own)) return own
  const python = findProgram(['python3'])
  if (python === undefined) return undefined
  if (has(python)) return python
  if (spawnSync(python, ['-m', 'venv', home], { stdio: 'ignore' }).status !== 0) return undefined
  const installed = spawnSync(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement], { stdio: 'ignore' })
  return installed.status === 0 && has(own) ? own : undefined
}

/** A Python that has matrix-nio; `undefined` where none is to be had. */
export const findPythonClient = (cache: string): string | undefined =>
  findPythonWith({ requirement: 'matrix-nio', module: 'nio', folder: 'matrix-nio' }, cache)

/** A Python that has matrix-synapse, in the version whose departures from the text conformance/oracle lists; `undefined` where none is to be had. */
export const findPythonSynapse = (cache: string): string | undefined =>
  findPythonWith({ requirement: 'matrix-synapse==1.163.2', module: 'synapse.event_auth', folder: 'matrix-synapse' }, cache)
