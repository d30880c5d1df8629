import { readFileSync } from 'node:fs'
import test from 'ava'
import { authRuleVectors, authRuleVectorsFile } from './auth-vectors/emit.ts'
import { readAuthVectors, ruleCoverage } from './rule-coverage.ts'

const { covered, unknown } = ruleCoverage(readAuthVectors())

test('every rule of every room version decides a case of the vectors', (t) => {
  const untested = covered.filter(({ cases }) => cases === 0)
  t.deepEqual(
    untested.map(({ verdict, version, rule, name }) => `version ${version}, ${rule} (${name}, ${verdict})`),
    [],
  )
})

test('the vectors name no rule that the texts do not have', (t) => t.deepEqual(unknown, []))

test('the list of rules is as long as the texts are', (t) => {
  // Counted in the texts: what has no point below it; 1 more where how levels are written rejects by the rule as a whole,
  // or (12) where two rules have one number.
  const wanted = [61, 61, 58, 58, 58, 55, 59, 63, 63, 64, 63, 65]
  const listed = wanted.map((_, at) => new Set(covered.filter(({ version }) => version === `${at + 1}`).map(({ rule }) => rule)).size)
  t.deepEqual(listed, wanted)
})

test('the vectors are what their tables make', (t) => {
  t.is(readFileSync(authRuleVectorsFile, 'utf8'), authRuleVectors(), 'Run node server/testing/auth-vectors/emit.ts.')
})
