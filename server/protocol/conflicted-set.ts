import type { AuthGraph } from './auth-graph.ts'

/** A room's state: the number of a key (type and state key) → the index of an event in the graph. */
export type StateSet = ReadonlyMap<number, number>

/** Where states agree, and where they do not. */
export interface Division {
  /** The keys that every state has, with the same event. */
  readonly unconflicted: StateSet
  /** All other keys, with the events that the states have there, each once, ascending. */
  readonly conflicted: ReadonlyMap<number, readonly number[]>
}

/** Divides states into what they have in common and what they do not. A key that one of them lacks is conflicted. rooms/v2/#definitions */
export const divideStates = (given: readonly StateSet[]): Division => {
  const states = [...new Set(given)]
  const unconflicted = new Map<number, number>()
  const conflicted = new Map<number, number[]>()
  for (const state of states) {
    for (const [key, index] of state) {
      const candidates = conflicted.get(key)
      if (candidates !== undefined) {
        if (!candidates.includes(index)) candidates.push(index)
      } else if (!unconflicted.has(key)) {
        if (states.every((other) => other.get(key) === index)) unconflicted.set(key, index)
        else conflicted.set(key, [index])
      }
    }
  }
  for (const candidates of conflicted.values()) candidates.sort((a, b) => a - b)
  return { unconflicted, conflicted }
}

/**
 * The full conflicted set, ascending: the conflicted events, the auth difference and, where asked for, the conflicted state
 * subgraph. Two passes over the graph at most, whatever the states. rooms/v2/#definitions, rooms/v12/#definitions
 */
export const fullConflictedSet = (
  graph: AuthGraph,
  states: readonly StateSet[],
  conflicted: Division['conflicted'],
  withSubgraph: boolean,
): Uint32Array => {
  const isConflicted = new Uint8Array(graph.size)
  for (const candidates of conflicted.values()) for (const index of candidates) isConflicted[index] = 1
  const chosen = isConflicted.slice()
  addAuthDifference(graph, states, chosen)
  if (withSubgraph) addSubgraph(graph, isConflicted, chosen)
  return indexesIn(chosen)
}

/** The indexes that are marked, ascending. */
export const indexesIn = (marks: Uint8Array): Uint32Array => {
  const indexes: number[] = []
  for (let index = marks.indexOf(1); index >= 0; index = marks.indexOf(1, index + 1)) indexes.push(index)
  return Uint32Array.from(indexes)
}

/**
 * Marks every event that is in the full auth chain of some state, but not of all. An event has a bit for each state, in as many
 * words as that takes; since whatever cites it has a higher index, one pass downwards settles each event before it is passed on.
 */
const addAuthDifference = ({ size, offsets, targets }: AuthGraph, states: readonly StateSet[], chosen: Uint8Array): void => {
  const words = Math.ceil(states.length / 32)
  const inState = new Uint32Array(size * words)
  for (const [number, state] of states.entries()) {
    const [word, bit] = [number >>> 5, 1 << (number & 31)]
    for (const index of state.values()) inState[index * words + word]! |= bit
  }
  const inChain = new Uint32Array(size * words)
  for (let index = size - 1; index >= 0; index--) {
    for (let word = 0; word < words; word++) {
      const at = index * words + word
      const bits = inState[at]! | inChain[at]!
      if (bits === 0) continue
      for (let edge = offsets[index]!; edge < offsets[index + 1]!; edge++) inChain[targets[edge]! * words + word]! |= bits
    }
  }
  const everywhere = Uint32Array.from({ length: words }, (_, word) => (word < states.length >>> 5 ? ~0 : ~(-1 << (states.length & 31))))
  for (let index = 0; index < size; index++) {
    let [some, all] = [false, true]
    for (let word = 0; word < words; word++) {
      const bits = inChain[index * words + word]!
      if (bits !== 0) some = true
      if (bits !== everywhere[word]) all = false
    }
    if (some && !all) chosen[index] = 1
  }
}

/** Marks every event on a way from one conflicted event to another: those that such an event leads to, and that lead to one. */
const addSubgraph = ({ size, offsets, targets }: AuthGraph, isConflicted: Uint8Array, chosen: Uint8Array): void => {
  const isBelow = isConflicted.slice()
  for (let index = size - 1; index >= 0; index--) {
    if (isBelow[index] === 0) continue
    for (let edge = offsets[index]!; edge < offsets[index + 1]!; edge++) isBelow[targets[edge]!] = 1
  }
  const isAbove = isConflicted.slice()
  for (let index = 0; index < size; index++) {
    for (let edge = offsets[index]!; isAbove[index] === 0 && edge < offsets[index + 1]!; edge++) isAbove[index] = isAbove[targets[edge]!]!
    if (isAbove[index] === 1 && isBelow[index] === 1) chosen[index] = 1
  }
}
