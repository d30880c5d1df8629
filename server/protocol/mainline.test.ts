import test from 'ava'
import { authKind, type AuthGraph } from './auth-graph.ts'
import { mainlineOrder, mainlinePositions } from './mainline.ts'

/** A graph in which each event cites at most one other; −1: none. Events that are cited are power levels events. */
const graphOf = (cites: readonly number[]): AuthGraph => {
  const targets: number[] = []
  const offsets = Uint32Array.from([0, ...cites.map((cited) => (cited < 0 ? targets.length : targets.push(cited)))])
  const kinds = new Uint8Array(cites.length)
  for (const cited of targets) kinds[cited] = authKind.powerLevels
  return { size: cites.length, offsets, targets: Uint32Array.from(targets), kinds }
}

test('an event has the position of the first mainline event above it, itself apart', (t) => {
  //                    mainline 0 ← 1 ← 2   beside: 1 ← 3 ← 4   elsewhere: 5 ← 6
  const positionOf = mainlinePositions(graphOf([-1, 0, 1, 1, 3, -1, 5, 2, 4, 6, 3]), 2)
  const position = [0, 1, 2].map(positionOf)
  t.deepEqual(position.slice(1), [positionOf(2) + 1, positionOf(7) + 1])
  t.is(positionOf(7), 1)
  t.is(positionOf(8), 2)
  t.is(positionOf(10), 2)
  t.true([0, 5, 6, 9].every((index) => positionOf(index) > 1000))
})

test('the greater position goes first, then what compares as less', (t) => {
  const graph = graphOf([-1, 0, 0, 1, 1, -1])
  const backwards = (a: number, b: number): number => b - a
  t.deepEqual([...mainlineOrder(graph, 1, Uint32Array.of(2, 3, 4, 5), backwards)], [5, 2, 4, 3])
  t.deepEqual([...mainlineOrder(graph, undefined, Uint32Array.of(2, 3, 4, 5), backwards)], [5, 4, 3, 2])
})

test('a long way to the mainline is gone once, however many events begin on it', (t) => {
  const length = 5000
  const chain = Array.from({ length }, (_, at) => at - 1)
  const graph = graphOf([...chain, ...Array.from({ length }, () => length - 1)])
  let reads = 0
  const kinds = new Proxy(graph.kinds, {
    get: (array, name) => {
      reads++
      return Reflect.get(array, name)
    },
  })
  for (const base of [0, undefined, length - 1]) {
    reads = 0
    const positionOf = mainlinePositions({ ...graph, kinds }, base)
    const positions = new Set(Array.from({ length }, (_, at) => positionOf(length + at)))
    t.is(positions.size, 1)
    t.true(reads < 5 * length, `${reads}`)
  }
})

test('the longest way to the mainline takes no stack', (t) => {
  const length = 100_000
  const graph = graphOf([...Array.from({ length }, (_, at) => at - 1), length - 1])
  t.is(mainlinePositions(graph, 0)(length), 1)
})
