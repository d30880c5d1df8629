import test from 'ava'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { roomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { chooseSeed } from '../random.ts'
import { compareAuth } from './compare-auth.ts'
import { compareResolutions } from './compare-resolutions.ts'
import { knownDisagreements } from './known-disagreements.ts'
import { resolutionDepartures } from './resolution-departures.ts'
import { startSynapse, type Synapse } from './synapse.ts'

/** A Python that has matrix-synapse; the test runner sets it. */
const python = process.env['SYNAPSE_PYTHON']
const synapse = python === undefined ? undefined : startSynapse(python)
test.after.always(() => synapse?.stop())
const decisions = 300
const resolutions = 60

for (const version of roomVersions) {
  const title = `rules and resolution of version ${version.id} come to the same as those of matrix-synapse`
  if (synapse !== undefined) {
    test.serial(title, async (t) => {
      const seed = chooseSeed()
      t.log(`HALLWAY_TEST_SEED=${seed}`)
      const auth = await compareAuth(synapse, version, seed, decisions)
      t.deepEqual([...auth.unexplained], [])
      t.true(auth.decisions >= decisions && auth.allowed > 0 && auth.rules.size > 10)
      const resolved = await compareResolutions(synapse, version, seed, resolutions)
      t.deepEqual([...resolved.unexplained], [])
      t.is(resolved.resolutions, resolutions)
      t.true(resolved.refused > 0 && resolved.mixed > 0)
    })
  } else if (process.env['CI'] !== undefined) {
    test(title, (t) => t.fail('SYNAPSE_PYTHON is not set: start the tests by `npm test`.'))
  } else {
    test.skip(`${title} (skipped: SYNAPSE_PYTHON is not set)`, () => {})
  }
}

const answering = (answer: object): Synapse => ({
  ask: <Answer>() => Promise.resolve({ misnamed: [], ...answer } as Answer),
  stop: () => Promise.resolve(),
})

test('a judge who allows all disagrees, and little of that is excused', async (t) => {
  const allowed = { allowed: true }
  const lax = answering({ form: allowed, citing: allowed, cited: allowed, state: allowed })
  for (const version of roomVersions) {
    const { unexplained, excused, rules } = await compareAuth(lax, version, 1, 400)
    const count = (counts: Iterable<number>): number => [...counts].reduce((sum, one) => sum + one, 0)
    const noticed = count([...unexplained.values()].map((kind) => kind.count))
    t.is(noticed + count(excused.values()), count(rules.values()))
    t.true(noticed > 20 * count(excused.values()), `version ${version.id}: ${[...excused]}`)
  }
})

test('a judge who refuses all disagrees, and none of that is excused', async (t) => {
  const refused = { allowed: false, error: 'No.' }
  const strict = answering({ form: refused, citing: refused, cited: refused, state: refused })
  const { unexplained, excused, allowed } = await compareAuth(strict, roomVersion('11')!, 1, 400)
  t.is(excused.size, 0)
  t.is(
    [...unexplained.values()].reduce((sum, kind) => sum + kind.count, 0),
    allowed,
  )
})

test('another state and another event ID are disagreements', async (t) => {
  const empty = answering({ state: [], misnamed: [['$ours', '$theirs']] })
  const { unexplained, excused } = await compareResolutions(empty, roomVersion('11')!, 1, 20)
  t.is(excused.size, 0)
  t.deepEqual([...unexplained].map(([kind, { count }]) => [kind, count]).sort(), [
    ['another event ID', 20],
    ['another state', 20],
  ])
})

test('whatever is excused is explained', (t) => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', 'conformance', 'oracle', 'README.md'), 'utf8')
  const known = [...knownDisagreements, ...Object.values(resolutionDepartures)].map(({ name }) => name)
  t.deepEqual(
    known.filter((name) => !readme.includes(`**${name}**`)),
    [],
  )
  const explained = [...readme.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, name]) => name!)
  t.deepEqual(
    explained.filter((name) => !known.includes(name)),
    [],
  )
})
