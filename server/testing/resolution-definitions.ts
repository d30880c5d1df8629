import { authKind, type AuthGraph, isPowerKind } from '../protocol/auth-graph.ts'
import { divideStates, fullConflictedSet, type StateSet } from '../protocol/conflicted-set.ts'
import { powerSet, topologicalOrder } from '../protocol/event-order.ts'
import { mainlinePositions } from '../protocol/mainline.ts'
import type { ResolutionPlan } from '../protocol/resolution-plan.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { createRandom } from './random.ts'

type Random = () => number

/** What of a random graph the passes over arrays compute otherwise than the definitions of the text, taken literally, have it. */
export const definitionFaults = (seed: number): string[] => {
  const random = createRandom(seed)
  const graph = drawGraph(random)
  const states = drawStates(random, graph)
  const chains = chainsOf(graph)
  const { unconflicted, conflicted } = divideStates(states)
  const conflictedEvents = new Set([...conflicted.values()].flat())
  const difference = differenceOf(states, chains)
  const v2 = new Set([...conflictedEvents, ...difference])
  const v12 = new Set([...v2, ...subgraphOf(conflictedEvents, chains)])
  const found = fullConflictedSet(graph, states, conflicted, false)
  const picked = pickedOf(graph, v2, chains)
  const ranks = Array.from({ length: graph.size }, () => Math.floor(random() * 1e9))
  const base = graph.kinds.lastIndexOf(authKind.powerLevels)
  const positionOf = mainlinePositions(graph, base < 0 ? undefined : base)
  const all = [...graph.kinds.keys()]
  const compared: [name: string, computed: readonly unknown[], defined: readonly unknown[]][] = [
    ['unconflicted state', sorted(unconflicted.values()), sorted(agreedOf(states))],
    ['conflicted state', sorted(conflictedEvents), sorted(disagreedOf(states))],
    ['full conflicted set of version 2', [...found], sorted(v2)],
    ['full conflicted set of version 12', [...fullConflictedSet(graph, states, conflicted, true)], sorted(v12)],
    ['power set', all.filter((index) => powerSet(planOf(graph, found))[index] === 1), sorted(picked)],
    [
      'order',
      [...topologicalOrder(graph, Uint32Array.from(sorted(picked)), (a, b) => ranks[a]! - ranks[b]!)],
      orderOf(graph, picked, ranks),
    ],
    ['mainline positions', comparable(all.map(positionOf)), comparable(all.map((index) => positionIn(graph, base, index)))],
  ]
  return compared
    .filter(([, computed, defined]) => computed.join() !== defined.join())
    .map(([name, computed, defined]) => `seed ${seed}, ${name}: ${computed.join()}, by the text ${defined.join()}`)
}

const sorted = (indexes: Iterable<number>): number[] => [...indexes].sort((a, b) => a - b)

const planOf = (graph: AuthGraph, fullConflicted: Uint32Array): ResolutionPlan => ({
  version: roomVersion('11')!,
  graph,
  fullConflicted,
  unconflicted: new Map(),
  conflicted: new Map(),
  impliedCreate: -1,
  isRejected: () => false,
})

const drawGraph = (random: Random): AuthGraph => {
  const size = 10 + Math.floor(random() * 30)
  const offsets = new Uint32Array(size + 1)
  const targets: number[] = []
  for (let index = 0; index < size; index++) {
    const cites = new Set<number>()
    for (let left = Math.floor(random() * 4); left > 0 && index > 0; left--)
      cites.add(Math.max(0, index - 1 - Math.floor(random() ** 2 * 8)))
    targets.push(...cites)
    offsets[index + 1] = targets.length
  }
  const kinds = Uint8Array.from({ length: size }, () => [0, 0, 2, 2, 3, 4, 5][Math.floor(random() * 7)]!)
  return { size, offsets, targets: Uint32Array.from(targets), kinds }
}

/** Now and then more of them than a word has bits. An event has one key, in all states. */
const drawStates = (random: Random, { size }: AuthGraph): StateSet[] => {
  const keyOf = Array.from({ length: size }, () => Math.floor(random() * 8))
  const common = Math.floor(random() * 10)
  const count = [2, 2, 3, 31, 32, 33, 64, 65][Math.floor(random() * 8)]!
  return Array.from({ length: count }, () => {
    const state = new Map<number, number>()
    for (let index = 0; index < common; index++) state.set(keyOf[index]!, index)
    for (let left = Math.floor(random() * 3); left > 0; left--) {
      const index = Math.floor(random() * size)
      state.set(keyOf[index]!, index)
    }
    return state
  })
}

const citedBy = ({ offsets, targets }: AuthGraph, index: number): number[] => [...targets.subarray(offsets[index], offsets[index + 1])]

const chainsOf = (graph: AuthGraph): ReadonlySet<number>[] => {
  const chains: Set<number>[] = []
  for (let index = 0; index < graph.size; index++)
    chains.push(new Set(citedBy(graph, index).flatMap((cited) => [cited, ...chains[cited]!])))
  return chains
}

const keysOf = (states: readonly StateSet[]): number[] => [...new Set(states.flatMap((state) => [...state.keys()]))]

const valuesAt = (states: readonly StateSet[], key: number): Set<number | undefined> => new Set(states.map((state) => state.get(key)))

const agreedOf = (states: readonly StateSet[]): number[] =>
  keysOf(states).flatMap((key) => (valuesAt(states, key).size === 1 ? [...valuesAt(states, key)] : [])) as number[]

const disagreedOf = (states: readonly StateSet[]): Set<number> =>
  new Set(
    keysOf(states)
      .flatMap((key) => (valuesAt(states, key).size > 1 ? [...valuesAt(states, key)] : []))
      .filter((index) => index !== undefined),
  )

const differenceOf = (states: readonly StateSet[], chains: readonly ReadonlySet<number>[]): number[] => {
  const full = states.map((state) => new Set([...state.values()].flatMap((index) => [...chains[index]!])))
  return [...new Set(full.flatMap((chain) => [...chain]))].filter((index) => !full.every((chain) => chain.has(index)))
}

const subgraphOf = (conflicted: ReadonlySet<number>, chains: readonly ReadonlySet<number>[]): number[] =>
  [...chains.keys()].filter(
    (index) =>
      [...conflicted].some((above) => above === index || chains[above]!.has(index)) &&
      [...conflicted].some((below) => below === index || chains[index]!.has(below)),
  )

const pickedOf = ({ kinds }: AuthGraph, full: ReadonlySet<number>, chains: readonly ReadonlySet<number>[]): Set<number> => {
  const powerEvents = [...full].filter((index) => isPowerKind(kinds[index]))
  return new Set(powerEvents.flatMap((index) => [index, ...[...chains[index]!].filter((earlier) => full.has(earlier))]))
}

const orderOf = (graph: AuthGraph, picked: ReadonlySet<number>, ranks: readonly number[]): number[] => {
  const left = new Set(picked)
  const ordered: number[] = []
  while (left.size > 0) {
    const free = [...left].filter((index) => !citedBy(graph, index).some((cited) => left.has(cited)))
    const least = free.sort((a, b) => ranks[a]! - ranks[b]!)[0]!
    left.delete(least)
    ordered.push(least)
  }
  return ordered
}

const positionIn = (graph: AuthGraph, base: number, index: number): number => {
  const step = (at: number): number => citedBy(graph, at).find((cited) => graph.kinds[cited] === authKind.powerLevels) ?? -1
  const mainline: number[] = []
  for (let at = base; at >= 0; at = step(at)) mainline.push(at)
  for (let at = step(index); at >= 0; at = step(at)) if (mainline.includes(at)) return mainline.indexOf(at)
  return Number.POSITIVE_INFINITY
}

/** Positions count by their order alone. */
const comparable = (positions: readonly number[]): number[] => {
  const distinct = sorted(new Set(positions))
  return positions.map((position) => distinct.indexOf(position))
}
