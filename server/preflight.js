// Plain JavaScript on purpose: it runs on whatever Node is there, and says in one sentence what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of Node that runs the sources as they stand. */
const wanted = 24

/**
 * What keeps the server from starting, in one sentence with the remedy; `undefined`: nothing.
 * @param {string} root the folder of the checkout
 * @returns {string | undefined}
 */
export const findObstacle = (root) => {
  const modules = join(root, 'node_modules')
  if (!existsSync(modules)) return 'The packages are not installed: run `npm ci` (it takes Node 20 or later: apt install nodejs npm).'
  const node = join(modules, 'node', 'bin', 'node')
  const version = existsSync(node) ? String(spawnSync(node, ['--version']).stdout ?? '') : ''
  if (!(Number(/^v(\d+)\./.exec(version)?.[1]) >= wanted)) {
    return `Node ${wanted} is not in node_modules: run \`npm ci\` again, with install scripts allowed.`
  }
  try {
    createRequire(join(root, 'package.json'))('sqlite3')
  } catch {
    return 'The native part of sqlite3 is not built: run `apt install build-essential python3`, then `npm rebuild sqlite3`.'
  }
  return undefined
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const obstacle = findObstacle(fileURLToPath(new URL('..', import.meta.url)))
  if (obstacle !== undefined) {
    console.error(obstacle)
    process.exit(1)
  }
}
