import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A copy of the sources, for checks to run in. */
export interface Copy {
  readonly folder: string
  /** Where its temporary files lie. */
  readonly temporary: string
}

/** How a check ended: with which code, `undefined` where it did not end in time, and what it said last. */
export interface Checked {
  readonly code: number | undefined
  readonly said: string
}

/** Checks that run, by the number of their group of processes. */
const running = new Set<number>()

const endGroup = (group: number): void => {
  running.delete(group)
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

/** Ends this process at a signal with all that it runs; what is to be done at its exit is done. */
const endTogether = (): void => {
  for (const group of running) endGroup(group)
  process.exit(1)
}

/**
 * Runs a check in a copy, as a group of processes of its own: whatever it leaves running ends with it.
 * @param patience milliseconds that it has
 */
export const runCheck = ({ folder, temporary }: Copy, check: string, given: readonly string[], patience: number): Promise<Checked> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, check), ...given], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What has no fault need not be stripped of its types again.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, '.compiled'), TMPDIR: temporary },
    })
    child.once('error', reject)
    const group = child.pid
    if (group === undefined) return
    if (process.listenerCount('SIGINT', endTogether) === 0) for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, endTogether)
    running.add(group)
    const outputs = ['', '']
    let late = false
    const timer = setTimeout(() => {
      late = true
      endGroup(group)
    }, patience)
    for (const [at, stream] of [child.stdout, child.stderr].entries())
      stream.setEncoding('utf8').on('data', (text: string) => (outputs[at] = (outputs[at] + text).slice(-4000)))
    child.once('exit', () => endGroup(group))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(
        late
          ? { code: undefined, said: 'it did not end' }
          : { code: code ?? -1, said: outputs.map(lastLine).find((line) => line !== '') ?? '' },
      )
    })
  })

const lastLine = (output: string): string => {
  const lines = output.trim().split('\n')
  return (lines.findLast((line) => !line.startsWith('Node.js')) ?? '').slice(0, 200)
}
