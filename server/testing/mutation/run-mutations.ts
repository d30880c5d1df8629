import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Mutation, redExitCode, type Suite } from './mutation.ts'

interface Outcome {
  readonly mutation: Mutation
  readonly verdict: 'noticed' | 'survived' | 'broken'
  /** What the check said last. */
  readonly said: string
}

const root = join(import.meta.dirname, '..', '..', '..')
/** What a check may import. */
const copied = ['server/protocol', 'server/testing', 'spec']
const patience = 60_000

/** The source with the fault in it. @throws where the text to replace does not occur exactly once */
export const mutate = (source: string, { file, find, replace, fault }: Mutation): string => {
  const parts = source.split(find)
  if (parts.length !== 2 || find === replace)
    throw new Error(`${file}: “${fault}” replaces a text that occurs ${parts.length - 1} times; it must occur once.`)
  return parts.join(replace)
}

/** The faults that no longer fit the sources, each with what is wrong. */
export const staleMutations = (mutations: readonly Mutation[]): string[] =>
  mutations.flatMap((mutation) => {
    try {
      mutate(readFileSync(join(root, mutation.file), 'utf8'), mutation)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  })

/**
 * Puts each fault into a copy of the sources in turn, several copies side by side, and lets the suite's check judge it.
 * Prints one line a fault, and ends the process with 1 where one was not noticed.
 */
export const runMutations = async (suites: readonly Suite[]): Promise<void> => {
  const started = performance.now()
  const stale = staleMutations(suites.flatMap(({ mutations }) => mutations))
  if (stale.length > 0) throw new Error(stale.join('\n'))
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'mutation-'))
  try {
    const copies = Array.from({ length: Math.min(availableParallelism(), 8) }, (_, at) => copySources(join(folder, `${at}`)))
    const outcomes: Outcome[] = []
    for (const suite of suites) outcomes.push(...(await runSuite(suite, copies)))
    const missed = outcomes.filter(({ verdict }) => verdict !== 'noticed')
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`\n${outcomes.length} faults, ${outcomes.length - missed.length} noticed, ${missed.length} not, in ${seconds} s.`)
    for (const { mutation, verdict, said } of missed)
      console.log(`  ${verdict}: ${mutation.file}, ${mutation.fault}${said && ` — ${said}`}`)
    if (missed.length > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const copySources = (copy: string): string => {
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true })
  return copy
}

const runSuite = async ({ name, mutations, check }: Suite, copies: readonly string[]): Promise<Outcome[]> => {
  const { code, said } = await runCheck(copies[0] as string, check)
  if (code !== 0) throw new Error(`${name}: the check is red without any fault: ${said}`)
  console.log(`${name}: ${mutations.length} faults`)
  const queue = [...mutations]
  const outcomes: Outcome[] = []
  const work = async (copy: string): Promise<void> => {
    for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
      const outcome = await tryOne(copy, check, mutation)
      outcomes.push(outcome)
      console.log(`  ${outcome.verdict.padEnd(8)} ${mutation.fault}${outcome.verdict === 'noticed' ? ` — ${outcome.said}` : ''}`)
    }
  }
  await Promise.all(copies.map(work))
  return outcomes
}

const tryOne = async (copy: string, check: string, mutation: Mutation): Promise<Outcome> => {
  const path = join(copy, mutation.file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(path, mutate(source, mutation))
  try {
    const { code, said } = await runCheck(copy, check)
    // A check that does not end has noticed, too: `code` is undefined then.
    const noticed = code === redExitCode || code === undefined
    return { mutation, verdict: noticed ? 'noticed' : code === 0 ? 'survived' : 'broken', said }
  } finally {
    writeFileSync(path, source)
  }
}

const runCheck = (copy: string, check: string): Promise<{ code: number | undefined; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(copy, check)], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What has no fault need not be stripped of its types again.
      env: { ...process.env, NODE_COMPILE_CACHE: join(copy, '.compiled') },
    })
    let output = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, patience)
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)))
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      const last =
        output
          .trim()
          .split('\n')
          .filter((line) => !line.startsWith('Node.js'))
          .at(-1) ?? ''
      resolve(late ? { code: undefined, said: 'it did not end' } : { code: code ?? -1, said: last.slice(0, 200) })
    })
  })
