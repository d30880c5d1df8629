import test from 'ava'
import { createGroupCommit, StaleBuildError, type CommitUnit } from './group-commit.ts'
import { createJointCommit } from './joint-commit.ts'
import { createStreams } from './streams.ts'
import { forEachEngine } from './test-database.ts'

const unit = (log: string[], name: string, positions: number, more: Partial<CommitUnit> = {}): CommitUnit => ({
  positions,
  write: ({ offset }) => log.push(`${name} writes from ${offset}`),
  committed: (base) => {
    log.push(`${name} stands at ${base}`)
    return []
  },
  failed: () => log.push(`${name} failed`),
  ...more,
})

forEachEngine('units that belong together are committed as one, with positions in their order', async (t, database) => {
  const batches: number[] = []
  const streams = createStreams(database.head())
  const joint = createJointCommit(createGroupCommit({ database, streams, onBatch: (units) => batches.push(units) }), 2)
  const log: string[] = []
  const first = joint.add(unit(log, 'one', 2))
  t.is(joint.held(), 1)
  await Promise.all([first, joint.add(unit(log, 'two', 3))])
  t.deepEqual(log, ['one writes from 0', 'two writes from 2', 'one stands at 0', 'two stands at 2'])
  t.deepEqual([batches, streams.head()], [[1], 5])
})

forEachEngine('if one of them cannot be written, none is', async (t, database) => {
  const joint = createJointCommit(createGroupCommit({ database, streams: createStreams(database.head()) }), 2)
  const log: string[] = []
  const results = await Promise.allSettled([joint.add(unit(log, 'one', 1)), joint.add(unit(log, 'two', 1, { valid: () => false }))])
  t.true(results.every((result) => result.status === 'rejected' && result.reason instanceof StaleBuildError))
  t.deepEqual(log, ['one failed', 'two failed'])
  t.is(database.head(), 0)
})

test('what is dropped fails, and so does what comes too late', async (t) => {
  const joint = createJointCommit({ add: async () => t.fail('nothing is complete'), waiting: () => 0 }, 2)
  const log: string[] = []
  const held = joint.add(unit(log, 'one', 1))
  joint.drop(new Error('forbidden'))
  await t.throwsAsync(held, { message: 'forbidden' })
  await t.throwsAsync(joint.add(unit(log, 'two', 1)), { instanceOf: StaleBuildError })
  t.deepEqual(log, ['one failed', 'two failed'])
  joint.drop(new Error('again'))
  t.is(log.length, 2)
})
