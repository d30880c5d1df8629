import { readFileSync } from 'node:fs'
import test from 'ava'
import { chooseSeed } from './random.ts'
import { definitionFaults } from './resolution-definitions.ts'
import { resolutionVectors, resolutionVectorsFile } from './resolution-vectors/emit.ts'

test('on random graphs, sets and orders are what the definitions of the text make them', (t) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  for (let at = 0; at < 500; at++) t.deepEqual(definitionFaults(seed + at), [])
})

test('the vectors of state resolution are what their tables make', (t) => {
  t.is(readFileSync(resolutionVectorsFile, 'utf8'), resolutionVectors(), 'Run node server/testing/resolution-vectors/emit.ts.')
})
