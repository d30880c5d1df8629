import test from 'ava'
import type { Figure } from './measure.ts'
import { between, broken, headlineOf, judge, type MeasureReport, type Report, tableOf } from './report.ts'

const Y = { cpuMs: 0.1, perSecond: 10_000 }
const cpu: Figure = { name: 'a message', unit: 'cpu ms', value: 0.5, limit: { most: 5.5, of: 'yardstick', engines: ['sqlite'] } }
const rate: Figure = {
  name: 'messages, one room',
  unit: 'per s',
  value: 2000,
  limit: { least: 0.22, of: 'yardstick', engines: ['sqlite'] },
}

const machine = { cpu: 'Abacus', cores: 2, memoryBytes: 24.1e9, kernel: '6.1', node: 'v24.0.0' }

const reportOf = (engines: Report['engines']): Report => ({
  format: 1,
  startedAt: '2026-01-02T03:04:05.678Z',
  machine,
  quick: false,
  runs: 3,
  engines,
})
const messages = (figures: MeasureReport['figures']): MeasureReport => ({ measure: 'messages', yardstick: Y, figures })

test('the yardstick of a measure is the mean of those around it', (t) => {
  t.deepEqual(between({ cpuMs: 1, perSecond: 100 }, { cpuMs: 3, perSecond: 300 }), { cpuMs: 2, perSecond: 200 })
})

test('CPU is judged in multiples of Y and a rate as a share of the yardstick’s', (t) => {
  t.like(judge(cpu, Y, 'sqlite'), { ofYardstick: 5, holds: true })
  t.like(judge({ ...cpu, value: 0.56 }, Y, 'sqlite'), { holds: false })
  t.like(judge(rate, Y, 'sqlite'), { ofYardstick: 0.2, holds: false })
  t.like(judge({ ...rate, value: 2200 }, Y, 'sqlite'), { holds: true })
})

test('a limit that is promised for another engine judges nothing', (t) => {
  t.is(judge(cpu, Y, 'postgres').holds, undefined)
  t.is(judge(cpu, Y, 'postgres').ofYardstick, 5)
})

test('a limit on the value itself holds at the limit, and not for a figure that could not be taken', (t) => {
  const missed: Figure = { name: 'missed', unit: 'count', value: 0, limit: { most: 0, of: 'value' } }
  t.is(judge(missed, Y, 'postgres').holds, true)
  t.is(judge({ ...missed, value: 1 }, Y, 'postgres').holds, false)
  t.is(judge({ ...missed, value: Number.NaN }, Y, 'postgres').holds, false)
})

test('PostgreSQL must reach half of the messages a second of SQLite', (t) => {
  const on = (value: number) => [messages([{ ...rate, value }])]
  t.deepEqual(broken(reportOf({ sqlite: on(2000), postgres: on(1000) })), [])
  t.deepEqual(broken(reportOf({ sqlite: on(2000), postgres: on(999) })), ['messages, one room, PostgreSQL to SQLite'])
  t.deepEqual(broken(reportOf({ postgres: on(1) })), [])
})

test('broken limits are named with their engine', (t) => {
  const figures = [judge({ ...cpu, value: 1 }, Y, 'sqlite'), judge(rate, Y, 'sqlite')]
  t.deepEqual(broken(reportOf({ sqlite: [messages(figures)] })), ['sqlite: a message (cpu ms)', 'sqlite: messages, one room (per s)'])
})

test('the table has a line a figure and a column an engine', (t) => {
  const sqlite = [messages([judge(cpu, Y, 'sqlite'), judge(rate, Y, 'sqlite')])]
  const postgres = [messages([judge({ ...cpu, value: 1.234 }, Y, 'postgres')])]
  t.deepEqual(tableOf(reportOf({ sqlite, postgres })).split('\n'), [
    '|  | unit | sqlite | postgres | limit |',
    '|-|-|-|-|-|',
    '| yardstick Y, a request | cpu ms | 0.100 | 0.100 |  |',
    '| yardstick | per s | 10,000 | 10,000 |  |',
    '| a message | cpu ms | 0.500 (5.00 Y) ✓ | 1.23 (12.3 Y) | ≤ 5.50 Y (sqlite) |',
    '| messages, one room | per s | 2,000 (20.0 %) ✗ | – | ≥ 22.0 % (sqlite) |',
  ])
})

test('the headline says when, where and how the figures were taken, and warns of a quick run', (t) => {
  t.is(headlineOf(reportOf({})), '2026-01-02; Abacus, 2 cores, 24 GB, Linux 6.1, Node v24.0.0; median of 3.')
  t.regex(headlineOf({ ...reportOf({}), quick: true }), /mean little/)
})
