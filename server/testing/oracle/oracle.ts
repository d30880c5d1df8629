import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type RoomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { findPythonSynapse } from '../python-client.ts'
import { chooseSeed } from '../random.ts'
import { type AuthTally, compareAuth } from './compare-auth.ts'
import { compareResolutions, type ResolutionTally } from './compare-resolutions.ts'
import { startSynapse, type Synapse } from './synapse.ts'

/**
 * `node server/testing/oracle/oracle.ts [--auth 10000] [--resolutions 2000] [--versions 1,2,…] [--seed N]`: so many decisions and resolutions of
 * each version beside those of matrix-synapse. Ends with 1 when a disagreement is unexplained. See conformance/oracle/README.md.
 */
const { values } = parseArgs({
  options: {
    auth: { type: 'string', default: '10000' },
    resolutions: { type: 'string', default: '2000' },
    seed: { type: 'string', default: `${chooseSeed()}` },
    versions: { type: 'string', default: roomVersions.map(({ id }) => id).join() },
  },
})

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, count]) => `${name} × ${count}`)
    .join(', ')

const report = ({ id }: RoomVersion, auth: AuthTally, resolved: ResolutionTally): number => {
  const unexplained = [...auth.unexplained, ...resolved.unexplained]
  const count = sum(unexplained.map(([, kind]) => kind.count))
  console.log(
    [
      `version ${id}`,
      `  ${auth.decisions} decisions: ${auth.allowed} allowed, ${auth.decisions - auth.allowed} refused`,
      `  refused by: ${list(auth.rules)}`,
      `  ${resolved.resolutions} resolutions: ${resolved.refused} with events refused, ${resolved.mixed} to a state that was none of those given`,
      `  disagreements excused: ${list(new Map([...auth.excused].concat([...resolved.excused].map(([name, n]) => [`resolution: ${name}`, n]))))}`,
      `  disagreements unexplained: ${count}`,
      ...unexplained.map(([kind, { count, first }]) => `  ${count} × ${kind}; the first:\n    ${first}`),
    ].join('\n'),
  )
  return count
}

const run = async (synapse: Synapse): Promise<number> => {
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  let unexplained = 0
  for (const version of roomVersions.filter(({ id }) => values.versions.split(',').includes(id))) {
    const auth = await compareAuth(synapse, version, seed, Number(values.auth))
    unexplained += report(version, auth, await compareResolutions(synapse, version, seed, Number(values.resolutions)))
  }
  return unexplained
}

const python = process.env['SYNAPSE_PYTHON'] ?? (await findPythonSynapse(join(import.meta.dirname, '..', '..', '..', '.cache')))
if (python === undefined) {
  console.error('There is no Python with matrix-synapse: apt install python3-venv, or name one by SYNAPSE_PYTHON.')
  process.exitCode = 1
} else {
  const synapse = startSynapse(python)
  const unexplained = await run(synapse).finally(synapse.stop)
  console.log(unexplained === 0 ? 'Every disagreement is explained.' : `${unexplained} disagreements are unexplained.`)
  process.exitCode = unexplained === 0 ? 0 : 1
}
