import test from 'ava'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findObstacle } from './preflight.js'

const checkout = (version: string | undefined, sqlite: string | undefined): string => {
  const root = mkdtempSync(join(tmpdir(), 'preflight-'))
  if (version !== undefined) {
    const bin = join(root, 'node_modules', 'node', 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'node'), `#!/bin/sh\necho ${version}\n`)
    chmodSync(join(bin, 'node'), 0o755)
  }
  if (sqlite !== undefined) {
    mkdirSync(join(root, 'node_modules', 'sqlite3'), { recursive: true })
    writeFileSync(join(root, 'node_modules', 'sqlite3', 'index.js'), sqlite)
  }
  return root
}

for (const [title, version, sqlite, obstacle] of [
  ['packages that are not installed', undefined, undefined, /npm ci/],
  ['an old Node', 'v22.1.0', '', /Node 24/],
  ['sqlite3 without its native part', 'v24.0.0', 'throw new Error("no binding")', /apt install build-essential python3/],
  ['nothing missing', 'v24.0.0', '', undefined],
] as const) {
  test(`${title} ${obstacle === undefined ? 'is no obstacle' : 'is told in one sentence'}`, (t) => {
    const root = checkout(version, sqlite)
    const found = findObstacle(root)
    rmSync(root, { recursive: true })
    if (obstacle === undefined) t.is(found, undefined)
    else t.regex(found ?? '', obstacle)
    t.notRegex(found ?? '', /\n/)
  })
}
