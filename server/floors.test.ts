import test from 'ava'
import { globSync, readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'

/** From the ground up; what stands on one floor does not see its neighbours. */
const floors: readonly (readonly string[])[] = [
  ['spec'],
  ['server/protocol'],
  ['server/storage'],
  ['server/federation'],
  ['server/rooms', 'server/media', 'server/encryption'],
  ['server/accounts'],
  ['server/team'],
  ['server/sync', 'server/delivery', 'server/http'],
  ['server/routes'],
  ['server/commands'],
  ['server'],
  ['server/testing', 'server/bin'],
]

/** These stand apart: beside themselves they see the contract alone. */
const apart = ['conformance', 'web', 'bench']

/** Who may import a package; a path is a folder or the beginning of a file's name. `tests`: any test. */
const owners: { readonly [packageName: string]: readonly string[] } = {
  koa: ['server/http', 'bench'],
  '@koa/router': ['server/http'],
  ajv: ['server/http', 'server/config', 'conformance'],
  yaml: ['server/config', 'tests'],
  pino: ['server/log'],
  sequelize: ['server/storage'],
  sqlite3: ['server/storage'],
  pg: ['server/storage', 'bench', 'server/testing', 'conformance/robustness'],
  'lru-cache': ['server/storage/lru'],
  ws: ['server/sync/live-socket', 'conformance', 'bench', 'tests'],
  jose: ['server/accounts'],
  '@node-rs/argon2': ['server/accounts'],
  lit: ['web'],
  '@lit/context': ['web'],
  '@preact/signals-core': ['web'],
  dompurify: ['web'],
  'markdown-it': ['web'],
  idb: ['web'],
  'emoji-picker-element': ['web'],
  'emoji-picker-element-data': ['web'],
  vite: ['web'],
  ava: ['tests', 'conformance/clients'],
  'fast-check': ['tests'],
  'matrix-js-sdk': ['conformance/clients'],
  'playwright-core': ['tests'],
  'axe-core': ['tests'],
}

interface Source {
  readonly file: string
  readonly text: string
  /** As written: `./x.ts`, `node:fs`, `koa`. */
  readonly imports: readonly string[]
}

const root = join(import.meta.dirname, '..')
const importPattern = /^(?:import|export|\}).*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm
const sources: readonly Source[] = globSync('{spec,server,conformance,web,bench}/**/*.ts', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
})
  .toSorted()
  .map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return { file, text, imports: [...text.matchAll(importPattern)].map(([, a, b, c]) => a ?? b ?? c ?? '') }
  })

const isTest = (file: string): boolean => /\.test\.ts$|\/test-[^/]*\.ts$|^server\/testing\//.test(file)
const targetOf = (file: string, path: string): string => posix.join(posix.dirname(file), path)
const areaOf = (file: string): string =>
  file.startsWith('server/') ? (/^server\/[^/]+(?=\/)/.exec(file)?.[0] ?? 'server') : (file.split('/')[0] ?? '')
const floorOf = (area: string): number => floors.findIndex((floor) => floor.includes(area))
const packageOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/')

/** `file → what it imports` for the imports that break a rule. */
const offences = (breaks: (source: Source, path: string) => boolean): string[] =>
  sources.flatMap((source) => source.imports.filter((path) => breaks(source, path)).map((path) => `${source.file} → ${path}`))
const isRelative = (path: string): boolean => path.startsWith('.')

test('there are sources to judge, and their imports are found', (t) => {
  t.true(sources.length > 20)
  t.true(sources.find(({ file }) => file === 'server/http/app.ts')?.imports.includes('koa'))
})

test('a file imports its own folder or a lower floor', (t) => {
  const isLower = (from: string, to: string): boolean =>
    from === to || (apart.includes(from) ? to === 'spec' : floorOf(to) >= 0 && floorOf(to) < floorOf(from))
  // CPU is read in one way, wherever it is measured.
  const isMeter = (file: string, target: string): boolean => file.startsWith('server/testing/room-costs/') && target === 'bench/cpu.ts'
  // A test may stand on the server's own wiring: a second one, by hand, would drift from it.
  const isWire = (target: string): boolean => /^server\/wire-[a-z]+\.ts$/.test(target)
  const isAllowed = (file: string, target: string): boolean =>
    isLower(areaOf(file), areaOf(target)) || isMeter(file, target) || (isTest(file) && isWire(target))
  t.deepEqual(
    offences(({ file }, path) => isRelative(path) && !isAllowed(file, targetOf(file, path))),
    [],
  )
})

test('every folder has its floor', (t) => {
  const areas = new Set(sources.map(({ file }) => areaOf(file)))
  t.deepEqual(
    [...areas].filter((area) => floorOf(area) < 0 && !apart.includes(area)),
    [],
  )
})

test('main and its wires alone import the configuration and the log', (t) => {
  const isTop = (target: string): boolean => /^server\/(config|log)(-[a-z]+)*\.ts$/.test(target)
  const mayImport = (file: string): boolean => /^server\/(main|wire-[a-z]+|config|log)/.test(file) || isTest(file)
  t.deepEqual(
    offences(({ file }, path) => isRelative(path) && isTop(targetOf(file, path)) && !mayImport(file)),
    [],
  )
})

test('a package has one owner', (t) => {
  const mayUse = (file: string, path: string): boolean =>
    (owners[packageOf(path)] ?? []).some((owner) => (owner === 'tests' ? isTest(file) : file.startsWith(owner)))
  t.deepEqual(
    offences(({ file }, path) => !isRelative(path) && !path.startsWith('node:') && !mayUse(file, path)),
    [],
  )
})

test('no file reaches itself through its imports', (t) => {
  const graph = new Map(sources.map(({ file, imports }) => [file, imports.filter(isRelative).map((path) => targetOf(file, path))]))
  t.deepEqual(circleIn(graph), [])
})

/** The files of one circle, in order; none when there is none. */
const circleIn = (graph: ReadonlyMap<string, readonly string[]>): string[] => {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    path.push(file)
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next)
      if (circle.length > 0) return circle
    }
    path.pop()
    done.add(file)
    return []
  }
  for (const file of graph.keys()) {
    const circle = visit(file)
    if (circle.length > 0) return circle
  }
  return []
}

test('a circle would be found', (t) => {
  t.deepEqual(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', []],
        ['d', ['b']],
      ]),
    ),
    ['b', 'd', 'b'],
  )
})

test('the protocol is pure: no input or output, clock, randomness or promise', (t) => {
  const pure = ['node:assert', 'node:buffer', 'node:crypto', 'node:url']
  const isProtocol = ({ file }: Source): boolean => file.startsWith('server/protocol/') && !isTest(file)
  t.deepEqual(
    offences((source, path) => isProtocol(source) && path.startsWith('node:') && !pure.includes(path)),
    [],
  )
  const impure =
    /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\brandom[A-Z]\w+\(|\bperformance\.|\basync\b|\bawait\b|\bPromise\b|\bprocess\./
  const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  t.deepEqual(
    sources.filter((source) => isProtocol(source) && impure.test(code(source.text))).map(({ file }) => file),
    [],
  )
})

test('no file is longer than 300 lines, migrations and the contract excepted', (t) => {
  const mayBeLong = (file: string): boolean => file.startsWith('server/storage/migrations/') || file.startsWith('spec/')
  const linesOf = (text: string): number => text.trimEnd().split('\n').length
  t.deepEqual(
    sources.filter(({ file, text }) => !mayBeLong(file) && linesOf(text) > 300).map(({ file, text }) => `${file}: ${linesOf(text)}`),
    [],
  )
})

test('files have kebab-case names, and none is a barrel', (t) => {
  const names = sources.map(({ file }) => file).filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config|\.d)?\.ts$/.test(basename(file)))
  t.deepEqual(names, [])
  t.deepEqual(
    sources.filter(({ file }) => basename(file) === 'index.ts').map(({ file }) => file),
    [],
  )
})
