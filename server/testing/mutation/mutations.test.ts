import test from 'ava'
import { defenceSuites } from '../mutate-defences.ts'
import { mutationSuites } from '../mutate-rules.ts'
import { staleMutations } from './run-mutations.ts'

for (const { name, mutations } of [...mutationSuites, ...defenceSuites]) {
  test(`every fault fits the sources: ${name}`, (t) => {
    t.true(mutations.length > 0)
    t.deepEqual(staleMutations(mutations), [])
  })
}
