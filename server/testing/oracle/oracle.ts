import { parseArgs } from 'node:util'
import { roomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { chooseSeed } from '../random.ts'
import { compareAuth } from './compare-auth.ts'
import { compareResolutions } from './compare-resolutions.ts'
import { startSynapse } from './synapse.ts'

const { values } = parseArgs({
  options: { auth: { type: 'string' }, resolutions: { type: 'string' }, versions: { type: 'string' }, show: { type: 'string' } },
})
const seed = chooseSeed()
const wanted = values.versions?.split(',').map((id) => roomVersion(id)!) ?? roomVersions
const synapse = startSynapse(process.env['SYNAPSE_PYTHON'] ?? 'python3')
console.log(`seed ${seed}`)
for (const version of wanted) {
  const start = performance.now()
  const tally = await compareAuth(synapse, version, seed, Number(values.auth ?? 10000))
  console.log(
    version.id,
    tally.decisions,
    'allowed',
    tally.allowed,
    [...tally.rules]
      .sort()
      .map(([k, v]) => `${k}:${v}`)
      .join(' '),
    [...tally.excused],
    tally.unexplained.size,
    Math.round(performance.now() - start),
  )
  for (const [kind, { count, first }] of tally.unexplained) console.log(count, kind, '\n', first)
  const begun = performance.now()
  const res = await compareResolutions(synapse, version, seed, Number(values.resolutions ?? 2000))
  console.log(
    version.id,
    res.resolutions,
    'refused',
    res.refused,
    'mixed',
    res.mixed,
    [...res.excused],
    Math.round(performance.now() - begun),
  )
  for (const [kind, { count, first }] of res.unexplained) console.log(count, kind, '\n', first)
}
await synapse.stop()
