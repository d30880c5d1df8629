import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One line of `/proc/PID/stat`, as far as it matters here. */
export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Clock ticks, in user and kernel mode, of the process and of the children it has waited for. */
  readonly ticks: number
}

/** Reads what a server costs: of some processes, all their descendants included. */
export interface Meter {
  /** CPU spent so far, in milliseconds. It grows in steps of a clock tick (10 ms on most machines). */
  cpuMs(): number
  /** Memory in bytes, shared pages split among their users (PSS). Needs the right to read other processes' maps. */
  pssBytes(): number
}

/** Parses `/proc/PID/stat`; the command's name may hold blanks and parentheses. */
export const parseStat = (line: string): ProcessStat => {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  const fields = line
    .slice(close + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0] = fields
  const times = fields.slice(11, 15)
  return { pid: Number(line.slice(0, open)), parent, ticks: times.reduce((sum, ticks) => sum + ticks, 0) }
}

/** Parses the `Pss` line of `/proc/PID/smaps_rollup`, in bytes. */
export const parsePss = (rollup: string): number => Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024

/** The members of `stats` that are `roots` or descend from them. */
export const treeOf = (stats: readonly ProcessStat[], roots: readonly number[]): ProcessStat[] => {
  const children = Map.groupBy(stats, ({ parent }) => parent)
  const found = stats.filter(({ pid }) => roots.includes(pid))
  for (const { pid } of found) for (const child of children.get(pid) ?? []) if (!found.includes(child)) found.push(child)
  return found
}

const readStats = (): ProcessStat[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return [parseStat(readFileSync(`/proc/${name}/stat`, 'latin1'))]
    } catch {
      return [] // it ended since it was listed
    }
  })

let tickMs: number | undefined
const millisecondsPerTick = (): number => {
  tickMs ??= 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'latin1' }))
  return tickMs
}

/** A meter over `roots` (process IDs) and all that they start. */
export const createMeter = (roots: readonly number[]): Meter => ({
  cpuMs: () => treeOf(readStats(), roots).reduce((sum, { ticks }) => sum + ticks, 0) * millisecondsPerTick(),
  pssBytes: () =>
    treeOf(readStats(), roots).reduce((sum, { pid }) => sum + parsePss(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')), 0),
})
