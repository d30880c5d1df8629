import test from 'ava'
import { asDiff, changesBetween } from './diff.ts'
import { asHtml } from './html.ts'
import { asJunit, escaped } from './junit.ts'
import type { Report, Result, Verdict } from './report.ts'
import { described } from './terminal.ts'

const result = (id: string, verdict: Verdict, more: Partial<Result> = {}): Result => ({
  id,
  area: id.split('/')[0] ?? '',
  clause: 'client-server-api/#x',
  level: 'must',
  since: 'v1.1',
  expectation: 'It <works>.',
  verdict,
  milliseconds: 5,
  ...more,
})
const report = (...results: Result[]): Report => ({
  schemaVersion: 1,
  server: { name: 'hs1', software: 'X', version: '1', baseUrl: 'http://x' },
  suite: { commit: 'c', spec: 'v1.19' },
  started: '2026-01-01T00:00:00.000Z',
  milliseconds: 10,
  seed: 1,
  roomVersion: '12',
  results,
  unexpectedPasses: [],
  staleKnown: [],
  coverage: {},
  untested: [],
})
const exchange = {
  method: 'GET',
  url: 'http://x/y',
  operation: undefined,
  requestBody: undefined,
  authorized: true,
  status: 500,
  responseBody: '{"a":"<b>"}',
  milliseconds: 1,
}

test('JUnit counts by area, and a known failure is skipped', (t) => {
  const xml = asJunit(
    report(result('a/one', 'fail', { reason: 'x < y & z' }), result('a/two', 'pass'), result('b/three', 'fail', { known: 'theirs: so' })),
  )
  t.true(xml.includes('<testsuite name="a" tests="2" failures="1" errors="0" skipped="0"'))
  t.true(xml.includes('<failure message="x &lt; y &amp; z">'))
  t.true(xml.includes('<testsuite name="b" tests="1" failures="0" errors="0" skipped="1"'))
})

test('what XML cannot carry is replaced', (t) => {
  t.is(escaped('a\u0000<"\'&'), 'a�&lt;&quot;&#39;&amp;')
})

test('the page holds no markup of what a server said', (t) => {
  const html = asHtml(report(result('a/one', 'fail', { reason: '<script>', exchanges: [exchange] })))
  t.false(html.includes('<script>'))
  t.true(html.includes('{&quot;a&quot;:&quot;&lt;b&gt;&quot;}'))
})

test('a failure is told with expectation, clause, exchange and a command to repeat it', (t) => {
  const text = described(result('a/one', 'fail', { reason: 'Expected: 200.', exchanges: [exchange] }))
  for (const part of [
    'FAIL a/one',
    'MUST: It <works>.',
    'https://spec.matrix.org/v1.19/client-server-api/#x',
    'Expected: 200.',
    '→ GET http://x/y',
    '← 500',
    'curl -sS',
  ]) {
    t.true(text.includes(part), part)
  }
})

test('a diff has what changed, what got worse first', (t) => {
  const before = report(result('a/one', 'pass'), result('a/two', 'fail'), result('a/three', 'pass'))
  const after = report(result('a/one', 'fail'), result('a/two', 'pass'), result('a/three', 'pass'), result('a/new', 'pass'))
  t.deepEqual(
    changesBetween(before, after).map(({ id }) => id),
    ['a/one', 'a/new', 'a/two'],
  )
  t.is(asDiff(changesBetween(before, before)), 'No verdict has changed.')
  t.true(asDiff(changesBetween(before, after)).startsWith('- a/one: pass → fail'))
})
