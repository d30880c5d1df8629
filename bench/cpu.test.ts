import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import test from 'ava'
import { createMeter, parsePss, parseStat, treeOf } from './cpu.ts'

const STAT =
  '4242 (a (b) c) S 17 4242 4242 0 -1 4194560 9000 100 0 0 120 30 7 3 20 0 11 0 5000 1000000 2000 18446744073709551615 1 1 0 0 0 0'

test('a stat line gives the parent and the ticks of the process and its reaped children, whatever the command is called', (t) => {
  t.deepEqual(parseStat(STAT), { pid: 4242, parent: 17, ticks: 160 })
})

test('PSS is read in bytes, and not from the lines that begin alike', (t) => {
  t.is(parsePss('Rss:    900 kB\nPss:                 735 kB\nPss_Dirty:           537 kB\nSwapPss:  9 kB\n'), 735 * 1024)
  t.is(parsePss(''), 0)
})

test('a tree holds the roots and all below them, each once', (t) => {
  const stat = (pid: number, parent: number) => ({ pid, parent, ticks: 1 })
  const stats = [stat(1, 0), stat(10, 1), stat(11, 10), stat(12, 11), stat(20, 1), stat(21, 20)]
  t.deepEqual(
    treeOf(stats, [10]).map(({ pid }) => pid),
    [10, 11, 12],
  )
  t.deepEqual(
    treeOf(stats, [10, 11, 20]).map(({ pid }) => pid),
    [10, 11, 20, 12, 21],
  )
})

const inLinux = existsSync('/proc/self/smaps_rollup') ? test : test.skip

inLinux('a meter counts the work of a child of a child, and its memory', async (t) => {
  const burn =
    'const end = process.cpuUsage().user + 150000; while (process.cpuUsage().user < end); console.log(1); setInterval(() => {}, 1e6)'
  const child = spawn('/bin/sh', ['-c', `"${process.execPath}" -e "${burn}"; true`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  try {
    const meter = createMeter([child.pid as number])
    const before = meter.cpuMs()
    await once(child.stdout, 'data')
    t.true(meter.cpuMs() - before >= 140)
    t.true(meter.pssBytes() > 5_000_000)
  } finally {
    process.kill(-(child.pid as number), 'SIGKILL')
  }
})
