import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { memoryFolder } from '../memory-folder.ts'
import { editsOf, type Mutation, redExitCode, type Suite } from './mutation.ts'
import { type Copy, runCheck } from './run-check.ts'

interface Outcome {
  readonly mutation: Mutation
  readonly verdict: 'noticed' | 'survived' | 'broken'
  /** What the check said last. */
  readonly said: string
}

const root = join(import.meta.dirname, '..', '..', '..')
/** What checks of rules and resolution import. */
const ofRules = ['server/protocol', 'server/testing', 'spec']
/** Milliseconds that a check has at least; where it takes long without any fault, it has three times as long. */
const patience = 60_000

/** The sources with the fault in them, by file. @throws where a text to replace does not occur exactly once */
export const mutate = (mutation: Mutation, sourceOf: (file: string) => string): Map<string, string> => {
  const sources = new Map<string, string>()
  for (const { file, find, replace } of editsOf(mutation)) {
    const parts = (sources.get(file) ?? sourceOf(file)).split(find)
    if (parts.length !== 2 || find === replace)
      throw new Error(`${file}: “${mutation.fault}” replaces a text that occurs ${parts.length - 1} times; it must occur once.`)
    sources.set(file, parts.join(replace))
  }
  return sources
}

const readSource = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')

/** The faults that no longer fit the sources, each with what is wrong. */
export const staleMutations = (mutations: readonly Mutation[]): string[] =>
  mutations.flatMap((mutation) => {
    try {
      mutate(mutation, (file) => readSource(root, file))
      for (const file of mutation.tests ?? []) readSource(root, file)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  })

/** The suites with those faults alone whose words contain a text, whatever the case. */
const narrowed = (suites: readonly Suite[], only: string): readonly Suite[] =>
  suites
    .map((suite) => ({ ...suite, mutations: suite.mutations.filter(({ fault }) => fault.toLowerCase().includes(only.toLowerCase())) }))
    .filter(({ mutations }) => mutations.length > 0)

/**
 * Puts each fault into a copy of the sources in turn, several copies side by side, and lets the suite's check judge it.
 * Prints one line a fault, and ends the process with 1 where one was not noticed.
 * @param only tries only faults whose words contain this
 */
export const runMutations = async (given: readonly Suite[], { only = '' }: { only?: string | undefined } = {}): Promise<void> => {
  const started = performance.now()
  const suites = narrowed(given, only)
  const stale = staleMutations(suites.flatMap(({ mutations }) => mutations))
  if (stale.length > 0) throw new Error(stale.join('\n'))
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'mutation-'))
  const temporary = mkdtempSync(join(memoryFolder(), 'hallway-mutation-'))
  const remove = (): void => {
    for (const one of [folder, temporary]) rmSync(one, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', remove)
  try {
    const imports = [...new Set(suites.flatMap((suite) => suite.imports ?? ofRules))]
    const copies = Array.from({ length: Math.min(availableParallelism(), 8) }, (_, at) => copySources(folder, temporary, `${at}`, imports))
    const outcomes: Outcome[] = []
    for (const suite of suites) outcomes.push(...(await runSuite(suite, copies)))
    const missed = outcomes.filter(({ verdict }) => verdict !== 'noticed')
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`\n${outcomes.length} faults, ${outcomes.length - missed.length} noticed, ${missed.length} not, in ${seconds} s.`)
    for (const { mutation, verdict, said } of missed)
      console.log(`  ${verdict}: ${mutation.file}, ${mutation.fault}${said && ` — ${said}`}`)
    if (missed.length > 0) process.exitCode = 1
  } finally {
    remove()
  }
}

const copySources = (folder: string, temporary: string, name: string, imports: readonly string[]): Copy => {
  const copy = { folder: join(folder, name), temporary: join(temporary, name) }
  mkdirSync(copy.temporary)
  for (const path of imports) {
    if (path !== 'node_modules') cpSync(join(root, path), join(copy.folder, path), { recursive: true })
    else linkPackages(join(copy.folder, path))
  }
  return copy
}

/** Links to all packages, in a folder that is the copy's own: test runners leave notes there. */
const linkPackages = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  const names = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.'))
  for (const name of names) symlinkSync(join(root, 'node_modules', name), join(folder, name))
}

const runSuite = async ({ name, mutations, check }: Suite, copies: readonly Copy[]): Promise<Outcome[]> => {
  const tests = [...new Set(mutations.flatMap((mutation) => mutation.tests ?? []))]
  const started = performance.now()
  const { code, said } = await runCheck(copies[0]!, check, tests, 20 * patience)
  if (code !== 0) throw new Error(`${name}: the check is red without any fault: ${said}`)
  const most = Math.max(patience, 3 * (performance.now() - started))
  console.log(`${name}: ${mutations.length} faults`)
  const queue = [...mutations]
  const outcomes: Outcome[] = []
  const work = async (copy: Copy): Promise<void> => {
    for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
      const outcome = await tryOne(copy, check, mutation, most)
      outcomes.push(outcome)
      console.log(`  ${outcome.verdict.padEnd(8)} ${mutation.fault}${outcome.verdict === 'noticed' ? ` — ${outcome.said}` : ''}`)
    }
  }
  await Promise.all(copies.map(work))
  return outcomes
}

const tryOne = async (copy: Copy, check: string, mutation: Mutation, most: number): Promise<Outcome> => {
  const sources = mutate(mutation, (file) => readSource(copy.folder, file))
  const originals = new Map([...sources.keys()].map((file) => [file, readSource(copy.folder, file)]))
  const write = (texts: ReadonlyMap<string, string>): void => {
    for (const [file, text] of texts) writeFileSync(join(copy.folder, file), text)
  }
  write(sources)
  try {
    const { code, said } = await runCheck(copy, check, mutation.tests ?? [], most)
    // A check that does not end has noticed, too: `code` is undefined then.
    const noticed = code === redExitCode || code === undefined
    return { mutation, verdict: noticed ? 'noticed' : code === 0 ? 'survived' : 'broken', said }
  } finally {
    write(originals)
  }
}
