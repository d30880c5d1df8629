import { readFileSync } from 'node:fs'
import test from 'ava'
import { isRight, trialsOf } from './test-auth-vectors.ts'

const trials = trialsOf(JSON.parse(readFileSync(new URL('../../spec/vectors/auth-rules.json', import.meta.url), 'utf8')))

for (let id = 1; id <= 12; id++) {
  const version = `${id}`
  const own = trials.filter((trial) => trial.version === version)
  test(`the rules of version ${version} decide every case of the vectors as they should`, (t) => {
    t.true(own.length > 0)
    for (const trial of own) {
      const { title, verdict, rule } = trial
      if (isRight(trial)) t.pass()
      else t.fail(`${title}: ${verdict} by ${rule} wanted, got ${JSON.stringify(trial.judge() ?? 'allowed')}`)
    }
  })
}

test('a rejection says in a sentence what is amiss', (t) => {
  for (const { verdict, title, judge } of trials) {
    if (verdict === 'rejects') t.regex(judge()?.reason ?? '', /^[A-Z].*\.$/, title)
  }
})
