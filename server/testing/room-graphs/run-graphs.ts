import { roomVersions } from '../../protocol/room-versions.ts'
import { createRandom } from '../random.ts'
import { checkGraph, checkShuffled } from './check-graph.ts'
import { features, featuresOf } from './features.ts'
import { printGraph } from './print-graph.ts'
import { growRoom } from './random-graph.ts'
import type { GraphOptions, RoomGraph } from './room-graph.ts'
import { shrink } from './shrink.ts'
import { tellStory } from './story.ts'

/** Which graphs to run: the seeds from `seed` on, `count` of them, only every so-manieth. */
export interface Run {
  readonly seed: number
  readonly count: number
  readonly step?: number
  readonly largest?: number
}

/** What a run came to. */
export interface Outcome {
  readonly graphs: number
  readonly events: number
  /** By feature: how many graphs have it. */
  readonly counts: { readonly [feature: string]: number }
  /** Graphs on which the model and the server disagree, as small as they get, for people to read. */
  readonly disagreements: readonly string[]
}

/** More of them tell nothing more. */
const maxDisagreements = 5

/**
 * The version and the size of the graph with a seed: one seed says it all.
 * @param smallness how much more often small ones are made than large ones; 1: as often
 */
export const optionsOf = (seed: number, largest = 200, smallness = 2): GraphOptions => ({
  version: roomVersions[seed % roomVersions.length]!,
  size: 30 + Math.floor((largest - 29) * createRandom(~seed)() ** smallness),
})

export const runGraphs = ({ seed, count, step = 1, largest }: Run): Outcome => {
  const counts: { [feature: string]: number } = Object.fromEntries(features.map(({ name }) => [name, 0]))
  const disagreements: string[] = []
  let graphs = 0
  let events = 0
  for (let at = seed; at < seed + count && disagreements.length < maxDisagreements; at += step) {
    const { graph, room } = growRoom(at, optionsOf(at, largest))
    const { history, disagreement } = checkGraph(graph, room)
    // A graph is received in a second order now and then: what depends on the order is rarer than what does not.
    const other = graphs % 4 === 0 ? checkShuffled(graph, room) : undefined
    if (disagreement !== undefined || other !== undefined) disagreements.push(explain(graph))
    graphs++
    events += graph.events.length
    for (const name of featuresOf(tellStory(graph, room, history))) counts[name]! += 1
  }
  return { graphs, events, counts, disagreements }
}

const disagreementOn = (graph: RoomGraph): string | undefined => {
  const { disagreement, room } = checkGraph(graph)
  return disagreement ?? checkShuffled(graph, room)
}

const explain = (graph: RoomGraph): string => {
  const smallest = shrink(graph, (smaller) => disagreementOn(smaller) !== undefined)
  return printGraph(smallest, disagreementOn(smallest))
}

/** The outcome of several runs together. */
export const addUp = (outcomes: readonly Outcome[]): Outcome => ({
  graphs: outcomes.reduce((sum, { graphs }) => sum + graphs, 0),
  events: outcomes.reduce((sum, { events }) => sum + events, 0),
  counts: Object.fromEntries(features.map(({ name }) => [name, outcomes.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0)])),
  disagreements: outcomes.flatMap(({ disagreements }) => disagreements),
})

/** A line a feature: how many graphs have it, and how many must. Those that are too rare are named apart. */
export const reportFeatures = ({ graphs, counts }: Outcome, share = 1): { lines: string[]; rare: string[] } => {
  const rows = features.map(({ name, least }) => ({ name, count: counts[name] ?? 0, least: Math.floor(least * graphs * share) }))
  return {
    lines: rows.map(({ name, count, least }) => `${name.padEnd(40)} ${String(count).padStart(6)} of at least ${least}`),
    rare: rows.filter(({ count, least }) => count < least).map(({ name }) => name),
  }
}
