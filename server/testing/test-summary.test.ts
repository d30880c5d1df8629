import test from 'ava'
import { countOutcomes } from './test-summary.ts'

test('tests are counted by their marks, whatever their colour and title', (t) => {
  const output = `
  \u001b[32m✔\u001b[39m app › 2 tests failed to matter
  ✔ app › slow (378ms)
  ✘ [fail]: app › wrong
  - [skip] storage › a row (PostgreSQL)
  - [todo] later
  ─

  1 test failed
  1 test skipped
  1 uncaught exception
  2 tests remained pending after a timeout
`
  t.deepEqual(countOutcomes(output), { passed: 2, failed: 4, skipped: 2 })
})
