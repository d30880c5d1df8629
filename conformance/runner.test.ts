import { createServer } from 'node:http'
import test from 'ava'
import { getVersions } from '../spec/client/discovery.ts'
import { type Check, check } from './check.ts'
import { equal, NotApplicable } from './expect.ts'
import type { Probed } from './probe.ts'
import { exitCodeOf, type Report, type Result } from './report/report.ts'
import { inapplicable, runChecks } from './runner.ts'

const probed: Probed = {
  serverName: 'hs1',
  software: 'x',
  version: '1',
  newest: 'v1.11',
  features: new Set(['presence']),
  defaultRoomVersion: '11',
  roomVersions: ['11'],
  admission: undefined,
}
const clause = 'client-server-api/#x'
const judged = async (one: Check, known?: string): Promise<Result | undefined> => {
  const server = createServer((_, response) => response.end('{"versions":["v1.11"]}'))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const [result] = await runChecks([one], {
    probed,
    baseUrlOf: () => `http://127.0.0.1:${port}`,
    roomVersion: undefined,
    sharedSecret: undefined,
    patience: 100,
    parallel: 2,
    retry: true,
    knownReason: () => known,
    unique: (prefix) => prefix,
    onResult: () => {},
  })
  server.close()
  server.closeAllConnections()
  return result
}

test('a check that resolves passes', async (t) => {
  const result = await judged(
    check('a/b', { clause }, 'X.', async ({ nobody }) => {
      await nobody.ok(getVersions, {})
    }),
  )
  t.like(result, { verdict: 'pass', exchanges: undefined })
})

test('an expectation that is not met fails, and keeps what was on the wire', async (t) => {
  const result = await judged(
    check('a/b', { clause }, 'X.', async ({ nobody }) => {
      equal((await nobody.ok(getVersions, {})).versions, [], 'The versions')
    }),
  )
  t.is(result?.verdict, 'fail')
  t.is(result?.exchanges?.length, 1)
})

test('one of a SHOULD warns; one that is known is marked so', async (t) => {
  const unmet = async () => equal(1, 2, 'It')
  t.like(await judged(check('a/b', { clause, level: 'should' }, 'X.', unmet)), { verdict: 'warn', known: undefined })
  t.like(await judged(check('a/b', { clause }, 'X.', unmet), 'theirs: so it is'), { verdict: 'fail', known: 'theirs: so it is' })
})

test('what passes on the second try is flaky', async (t) => {
  let turn = 0
  t.is((await judged(check('a/b', { clause }, 'X.', async () => equal(++turn, 2, 'The turn'))))?.verdict, 'flaky')
})

test('a fault of the check is an error', async (t) => {
  const result = await judged(
    check('a/b', { clause }, 'X.', async () => {
      throw new TypeError('oops')
    }),
  )
  t.is(result?.verdict, 'error')
})

test('without anybody to register, a check of people is not applicable, and says why', async (t) => {
  const result = await judged(
    check('a/b', { clause }, 'X.', async ({ people }) => {
      await people('alice')
    }),
  )
  t.like(result, { verdict: 'not applicable' })
  t.regex(result?.reason ?? '', /registration is closed/)
  const other = await judged(
    check('a/b', { clause }, 'X.', async () => {
      throw new NotApplicable('no')
    }),
  )
  t.is(other?.verdict, 'not applicable')
})

test('versions, features and room versions decide whether a check applies', (t) => {
  const reason = (terms: object, version?: string) =>
    inapplicable(
      check('a/b', { clause, ...terms }, 'X.', async () => {}),
      probed,
      version,
    )
  t.is(reason({ since: 'v1.11', needs: ['presence'], roomVersions: ['11'] }), undefined)
  t.regex(reason({ since: 'v1.12' }) ?? '', /v1\.12/)
  t.regex(reason({ needs: ['chat.hallway'] }) ?? '', /chat\.hallway/)
  t.regex(reason({ roomVersions: ['12'] }) ?? '', /no room version 12/)
  t.regex(reason({ roomVersions: ['11'] }, '12') ?? '', /about room version 11/)
})

const report = (results: readonly Partial<Result>[], more: Partial<Report> = {}): Report =>
  ({ results, unexpectedPasses: [], staleKnown: [], ...more }) as unknown as Report

test('exit codes: failures before unexpected passes, errors before both, known failures are none', (t) => {
  t.is(exitCodeOf(report([{ verdict: 'pass' }, { verdict: 'warn' }, { verdict: 'fail', known: 'x' }, { verdict: 'flaky' }])), 0)
  t.is(exitCodeOf(report([{ verdict: 'fail' }], { unexpectedPasses: ['a/b'] })), 1)
  t.is(exitCodeOf(report([{ verdict: 'pass' }], { unexpectedPasses: ['a/b'] })), 2)
  t.is(exitCodeOf(report([{ verdict: 'fail' }, { verdict: 'error' }])), 5)
  t.is(exitCodeOf(report([], { staleKnown: ['a/b'] })), 5)
})
