import test from 'ava'
import { mutationSuites } from '../mutate-rules.ts'
import { staleMutations } from './run-mutations.ts'

for (const { name, mutations } of mutationSuites) {
  test(`every fault fits the sources: ${name}`, (t) => {
    t.true(mutations.length > 0)
    t.deepEqual(staleMutations(mutations), [])
  })
}
