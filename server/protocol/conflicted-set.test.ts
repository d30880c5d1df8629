import test from 'ava'
import type { AuthGraph } from './auth-graph.ts'
import { divideStates, fullConflictedSet } from './conflicted-set.ts'

const graphOf = (cites: readonly (readonly number[])[]): AuthGraph => ({
  size: cites.length,
  offsets: Uint32Array.from([0, ...cites.map((_, at) => cites.slice(0, at + 1).flat().length)]),
  targets: Uint32Array.from(cites.flat()),
  kinds: new Uint8Array(cites.length),
})

test('a key is unconflicted where every state has it with the same event', (t) => {
  const { unconflicted, conflicted } = divideStates([
    new Map([
      [1, 10],
      [2, 20],
      [3, 30],
    ]),
    new Map([
      [1, 10],
      [2, 21],
    ]),
    new Map([
      [2, 20],
      [1, 10],
      [4, 40],
    ]),
  ])
  t.deepEqual([...unconflicted], [[1, 10]])
  t.deepEqual(
    new Map(conflicted),
    new Map([
      [2, [20, 21]],
      [3, [30]],
      [4, [40]],
    ]),
  )
})

test('the auth difference is what some chains lack, of whichever number of states', (t) => {
  for (const count of [2, 31, 32, 33, 64, 65]) {
    // Each state has an event of its own above one that only its chain has; all chains have event 0, which no state has.
    const graph = graphOf([[], ...Array.from({ length: count }, () => [0]), ...Array.from({ length: count }, (_, at) => [at + 1])])
    const states = Array.from({ length: count }, (_, at) => new Map([[0, count + 1 + at]]))
    const { conflicted } = divideStates(states)
    const found = fullConflictedSet(graph, states, conflicted, false)
    t.deepEqual(
      [...found],
      Array.from({ length: 2 * count }, (_, at) => at + 1),
    )
  }
})

test('an event that is in a state, but in no chain, is no part of the auth difference', (t) => {
  const states = [
    new Map([[1, 1]]),
    new Map([
      [1, 1],
      [2, 2],
    ]),
  ]
  t.deepEqual([...fullConflictedSet(graphOf([[], [0], [0]]), states, divideStates(states).conflicted, true)], [2])
})

test('the subgraph of version 12 has what lies between conflicted events, and neither what is below nor what is above', (t) => {
  //                     0 ← 1 ← 2 ← 3 ← 4 ← 5, with 1 and 4 in conflict; 6 cites 2, and all chains have all but 5
  const graph = graphOf([[], [0], [1], [2], [3], [4], [2], [4]])
  const states = [1, 4].map(
    (index) =>
      new Map([
        [0, index],
        [1, 6],
        [2, 7],
      ]),
  )
  const { conflicted } = divideStates(states)
  t.deepEqual([...fullConflictedSet(graph, states, conflicted, false)], [1, 4])
  t.deepEqual([...fullConflictedSet(graph, states, conflicted, true)], [1, 2, 3, 4])
})
