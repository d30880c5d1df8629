import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Builds the web client where it was never built, or is older than its sources; `--force` builds it anyway. */
const root = join(import.meta.dirname, '..', '..')
const page = join(root, 'web', 'dist', 'index.html')
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

const isStale = (): boolean => {
  const built = timeOf(page)
  const sources = globSync('{web,spec}/**/*.{ts,css,html,svg,json}', { cwd: root, exclude: ['web/dist/**', '**/*.test.ts'] })
  return [join(root, 'package-lock.json'), ...sources.map((file) => join(root, file))].some((file) => timeOf(file) > built)
}

if (existsSync(vite) && (process.argv.includes('--force') || isStale())) {
  console.log('Building the web client …')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', join(root, 'web')], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
