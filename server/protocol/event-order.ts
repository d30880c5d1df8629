import { isPowerKind } from './auth-graph.ts'
import { compareCodePoints } from './encoding.ts'
import type { Event } from './event.ts'
import type { ResolutionPlan } from './resolution-plan.ts'

/** Orders two events, where nothing else does: the older first, then by event ID, in the order of Unicode code points. rooms/v2/#definitions */
export const compareByAge = ({ eventId: id, pdu }: Event, { eventId: otherId, pdu: other }: Event): number =>
  pdu.origin_server_ts - other.origin_server_ts || compareCodePoints(id, otherId)

/**
 * Marks the set *X*: the power events among the full conflicted set, and those of their auth chains that are in it as well.
 * A chain may leave that set and come back, so the pass goes over the whole graph. rooms/v2/#algorithm, 1
 */
export const powerSet = ({ graph, fullConflicted }: ResolutionPlan): Uint8Array => {
  const { size, offsets, targets, kinds } = graph
  const chosen = new Uint8Array(size)
  const isInChain = new Uint8Array(size)
  const isConflicted = new Uint8Array(size)
  for (const index of fullConflicted) isConflicted[index] = 1
  for (let index = size - 1; index >= 0; index--) {
    const leadsOn = isInChain[index] === 1 || (isConflicted[index] === 1 && isPowerKind(kinds[index]))
    if (!leadsOn) continue
    chosen[index] = isConflicted[index]!
    for (let edge = offsets[index]!; edge < offsets[index + 1]!; edge++) isInChain[targets[edge]!] = 1
  }
  return chosen
}

/**
 * The reverse topological power ordering: of the events that nothing unplaced precedes, the smallest is placed next. One event
 * precedes another of the set if that cites it: as everywhere, a way through events outside the set does not count.
 * @param indexes the set, ascending
 * @param compare the relation by which one of them is smaller
 */
export const topologicalOrder = (
  { offsets, targets, size }: ResolutionPlan['graph'],
  indexes: Uint32Array,
  compare: (index: number, other: number) => number,
): Uint32Array => {
  // Ranks are the events' numbers from here on: the smaller event has the smaller one.
  const byRank = indexes.slice().sort(compare)
  const rankOf = new Int32Array(size).fill(-1)
  for (const [rank, index] of byRank.entries()) rankOf[index] = rank

  const { first, next, citing } = citersOf({ offsets, targets }, byRank, rankOf)
  const waitingFor = new Uint32Array(byRank.length)
  for (const rank of citing) waitingFor[rank]!++

  const ready = createHeap(byRank.length)
  for (let rank = 0; rank < byRank.length; rank++) if (waitingFor[rank] === 0) ready.add(rank)
  const ordered = new Uint32Array(byRank.length)
  for (let placed = 0; placed < ordered.length; placed++) {
    const rank = ready.takeLeast()
    ordered[placed] = byRank[rank]!
    for (let link = first[rank]!; link >= 0; link = next[link]!) {
      const citer = citing[link]!
      if (--waitingFor[citer]! === 0) ready.add(citer)
    }
  }
  return ordered
}

/** For each rank a list of the ranks whose events cite it: from `first[rank]` on, link by link, ended by −1. */
const citersOf = ({ offsets, targets }: Pick<ResolutionPlan['graph'], 'offsets' | 'targets'>, byRank: Uint32Array, rankOf: Int32Array) => {
  const first = new Int32Array(byRank.length).fill(-1)
  const next: number[] = []
  const citing: number[] = []
  for (const [rank, index] of byRank.entries()) {
    for (let edge = offsets[index]!; edge < offsets[index + 1]!; edge++) {
      const cited = rankOf[targets[edge]!]!
      if (cited < 0) continue
      next.push(first[cited]!)
      first[cited] = citing.push(rank) - 1
    }
  }
  return { first, next, citing }
}

/** Holds numbers up to a capacity; gives the least. */
const createHeap = (capacity: number) => {
  const heap = new Uint32Array(capacity)
  let size = 0
  return {
    add: (value: number): void => {
      let at = size++
      for (let parent = (at - 1) >> 1; at > 0 && heap[parent]! > value; parent = (at - 1) >> 1) {
        heap[at] = heap[parent]!
        at = parent
      }
      heap[at] = value
    },
    takeLeast: (): number => {
      const least = heap[0]!
      const last = heap[--size]!
      let at = 0
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && heap[child + 1]! < heap[child]!) child++
        if (heap[child]! >= last) break
        heap[at] = heap[child]!
        at = child
      }
      heap[at] = last
      return least
    },
  }
}
