import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './postgres-cluster.ts'

const hasNio = (python: string): boolean => spawnSync(python, ['-c', 'import nio'], { stdio: 'ignore' }).status === 0

/**
 * A Python that has matrix-nio: the machine's, or one made below `cache` at the first call;
 * `undefined` when there is no Python, no venv, or no way to PyPI.
 */
export const findPythonClient = (cache: string): string | undefined => {
  const folder = join(cache, 'matrix-nio')
  const own = join(folder, 'bin', 'python')
  if (existsSync(own) && hasNio(own)) return own
  const python = findProgram(['python3'])
  if (python === undefined) return undefined
  if (hasNio(python)) return python
  if (spawnSync(python, ['-m', 'venv', folder], { stdio: 'ignore' }).status !== 0) return undefined
  const installed = spawnSync(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'matrix-nio'], { stdio: 'ignore' })
  return installed.status === 0 && hasNio(own) ? own : undefined
}
