import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startHallway } from './start-hallway.ts'

/** A Python that has matrix-nio; the test runner sets it. */
const python = process.env['HALLWAY_TEST_PYTHON']
const title = 'two people register, meet, talk, read back and part with matrix-nio'

const steps = ['register, login, whoami', 'create, invite, join', 'send, sync', 'react, redact', 'room_messages, context']
const laterSteps = ['typing', 'read markers', 'profile, leave, forget', 'logout']

if (python !== undefined) {
  test(title, async (t) => {
    const hallway = await startHallway(process.env['DATABASE_URL'])
    try {
      const child = spawn(python, [join(import.meta.dirname, 'nio_check.py'), hallway.baseUrl], { stdio: ['ignore', 'pipe', 'pipe'] })
      let held = ''
      let complaints = ''
      child.stdout.on('data', (chunk: Buffer) => (held += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
      const [code] = await once(child, 'close')
      t.is(code, 0, `${held}${complaints}`)
      // What it cannot make sense of, the client tells as a warning.
      t.is(complaints, '')
      t.deepEqual(
        held.trim().split('\n'),
        [...steps, ...laterSteps].map((step) => `ok ${step}`),
      )
    } finally {
      await hallway.stop()
    }
  })
} else if (process.env['CI'] !== undefined) {
  test(title, (t) => t.fail('HALLWAY_TEST_PYTHON is not set: start the tests by `npm test`.'))
} else {
  test.skip(`${title} (skipped: HALLWAY_TEST_PYTHON is not set)`, () => {})
}
