import { type AuthGraph, powerLevelsCitedBy } from './auth-graph.ts'

/** The position of an event that no way along power levels events joins to the mainline: above all others. */
const nowhere = 0x7fff_ffff

/**
 * Mainline positions, based on a power levels event. Each power levels event is passed once, however many events have it above
 * them. rooms/v2/#definitions
 * @param base its index; `undefined`: the state has none, and nothing has a position
 */
export const mainlinePositions = (graph: AuthGraph, base: number | undefined): ((index: number) => number) => {
  // Of a power levels event: the position of the first of the mainline from it on, itself included. 0: not known yet; else one more.
  const known = new Uint32Array(graph.size)
  for (let index = base ?? -1, position = 0; index >= 0; index = powerLevelsCitedBy(graph, index)) known[index] = ++position

  return (index) => {
    const start = powerLevelsCitedBy(graph, index)
    let end = start
    while (end >= 0 && known[end] === 0) end = powerLevelsCitedBy(graph, end)
    const found = end < 0 ? nowhere : known[end]!
    for (let at = start; at !== end; at = powerLevelsCitedBy(graph, at)) known[at] = found
    return found
  }
}

/** The mainline ordering: the greater position first, then by `compare`. rooms/v2/#definitions */
export const mainlineOrder = (
  graph: AuthGraph,
  base: number | undefined,
  indexes: Uint32Array,
  compare: (index: number, other: number) => number,
): Uint32Array => {
  const positionOf = mainlinePositions(graph, base)
  const positions = new Map<number, number>()
  for (const index of indexes) positions.set(index, positionOf(index))
  return indexes.slice().sort((a, b) => positions.get(b)! - positions.get(a)! || compare(a, b))
}
