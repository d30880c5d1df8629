import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { createIdOfRoom } from '../../protocol/event-id.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { resolveEvents } from '../../protocol/test-resolution.ts'
import { createRandom } from '../random.ts'
import { type Chance, createChance } from '../room-graphs/chance.ts'
import type { NaiveRoom } from '../room-graphs/naive-room.ts'
import { growRoom } from '../room-graphs/random-graph.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { sealFor } from './compare-auth.ts'
import { wirePdu } from './forge.ts'
import { count, note, type Unexplained } from './notes.ts'
import { departuresTo } from './resolution-departures.ts'
import type { Synapse } from './synapse.ts'

/** States of a room that are to become one. */
export interface ResolutionCase {
  readonly graph: RoomGraph
  /** All that the states have and, before it, all that it cites. */
  readonly events: readonly Event[]
  readonly rejected: readonly EventId[]
  readonly states: readonly (readonly EventId[])[]
}

/** What came of the resolutions of one version. */
export interface ResolutionTally {
  resolutions: number
  /** By the name of the known departure: how many it explains. */
  readonly excused: Map<string, number>
  /** In how many some event was refused on the way. */
  refused: number
  /** In how many the result is none of the states. */
  mixed: number
  readonly unexplained: Unexplained
}

interface Resolved {
  readonly misnamed: readonly (readonly [ours: string, theirs: string])[]
  readonly state: readonly EventId[]
}

const batch = 50

/** Compares so many resolutions, of states that differ, out of random graphs. */
export const compareResolutions = async (
  synapse: Synapse,
  version: RoomVersion,
  seed: number,
  wanted: number,
): Promise<ResolutionTally> => {
  const tally: ResolutionTally = { resolutions: 0, refused: 0, mixed: 0, excused: new Map(), unexplained: new Map() }
  const cases = casesFrom(version, seed)
  while (tally.resolutions < wanted) {
    const asked = Array.from({ length: Math.min(batch, wanted - tally.resolutions) }, () => cases.next().value)
    const answers = await Promise.all(asked.map((made) => synapse.ask<Resolved>(resolutionRequest(made))))
    for (const [at, made] of asked.entries()) weigh(tally, seed, made, answers[at]!)
  }
  return tally
}

function* casesFrom(version: RoomVersion, seed: number): Generator<ResolutionCase, never> {
  const chance = createChance(createRandom(seed))
  for (;;) {
    const { graph, room } = growRoom(chance.between(0, 2 ** 24), { version, size: chance.between(30, 120), seal: sealFor(version) })
    for (let left = 12; left > 0; left--) {
      const made = caseOf(chance, graph, room)
      if (made !== undefined) yield made
    }
  }
}

/** The states after two to four events, of which some have a key more or less; `undefined` where these are all the same. */
const caseOf = (chance: Chance, graph: RoomGraph, room: NaiveRoom): ResolutionCase | undefined => {
  const count = chance.pick([2, 2, 2, 3, 3, 4])
  const states = Array.from({ length: count }, () => {
    const state = [...room.placed(chance.pick(graph.events).eventId).after.values()]
    return chance.in(0.8) ? state : altered(chance, graph, room, state)
  }).filter((state) => state.length > 0)
  const ids = states.map((state) => state.map(({ eventId }) => eventId))
  if (new Set(ids.map((state) => state.toSorted().join())).size < 2) return undefined
  const events = withAuthChains(graph, states.flat())
  const rejected = chance.in(0.75) ? [] : rejectable(graph.version, events, ids).filter(() => chance.in(0.2))
  return { graph, events, rejected, states: ids }
}

/** What may count as rejected: no event of a state, and none that the resolution tries, for what cites a rejected event is rejected. */
const rejectable = (version: RoomVersion, events: readonly Event[], states: readonly (readonly EventId[])[]): EventId[] => {
  const tried = new Set([...states.flat(), ...resolveEvents(version, events, states).tried])
  return events.map(({ eventId }) => eventId).filter((eventId) => !tried.has(eventId))
}

/** A state in which one key has another event, or none. */
const altered = (chance: Chance, { events }: RoomGraph, { known }: NaiveRoom, state: readonly Event[]): Event[] => {
  const gone = chance.pickOf(state.filter(({ pdu }) => pdu.type !== 'm.room.create'))
  const rest = state.filter((event) => event !== gone)
  const isOther = ({ eventId, pdu }: Event): boolean =>
    pdu.type === gone?.pdu.type && pdu.state_key === gone.pdu.state_key && !known.isRejected(eventId)
  const other = chance.in(0.7) ? chance.pickOf(events.filter(isOther)) : undefined
  return other === undefined ? rest : [...rest, other]
}

/** These events and their auth chains, in the graph's order. */
const withAuthChains = ({ version, roomId, events }: RoomGraph, wanted: readonly Event[]): Event[] => {
  const ids = new Set(wanted.map(({ eventId }) => eventId))
  if (version.createImplied) ids.add(createIdOfRoom(roomId))
  // Each stands after all that it cites: from the end, whatever cites an event has been seen before it.
  for (const { eventId, pdu } of events.toReversed()) if (ids.has(eventId)) for (const cited of citedIds(pdu.auth_events)) ids.add(cited)
  return events.filter(({ eventId }) => ids.has(eventId))
}

const resolutionRequest = ({ graph: { version, roomId }, events, rejected, states }: ResolutionCase) => ({
  kind: 'resolve',
  version: version.id,
  roomId,
  events: Object.fromEntries(events.map((event) => [event.eventId, wirePdu(version, event)])),
  rejected,
  states,
})

const weigh = (tally: ResolutionTally, seed: number, made: ResolutionCase, answer: Resolved): void => {
  const { version } = made.graph
  for (const [ours, theirs] of answer.misnamed)
    note(tally.unexplained, 'another event ID', () => `Synapse computes the ID ${theirs} where we have ${ours}`)
  const { state, trials } = resolveEvents(version, made.events, made.states, made.rejected)
  tally.resolutions++
  if (trials.some((trial) => trial.includes(': '))) tally.refused++
  if (!made.states.some((one) => one.toSorted().join() === state.join())) tally.mixed++
  const theirs = answer.state.toSorted()
  if (theirs.join() === state.join()) return
  const departures = departuresTo({ ...made, version }, theirs)
  if (departures !== undefined) count(tally.excused, departures)
  else note(tally.unexplained, 'another state', () => tell(made, seed, state, theirs, trials))
}

/** All that one needs to look at it. */
const tell = (made: ResolutionCase, seed: number, ours: readonly string[], theirs: readonly string[], trials: readonly string[]): string =>
  [
    `version ${made.graph.version.id}, seed ${seed}, graph ${made.graph.seed}`,
    `only ours: ${ours.filter((id) => !theirs.includes(id)).join(' ')}`,
    `only Synapse's: ${theirs.filter((id) => !ours.includes(id)).join(' ')}`,
    `rejected: ${made.rejected.join(' ')}`,
    ...made.states.map((state) => `state: ${state.filter((id) => !made.states.every((other) => other.includes(id))).join(' ')}`),
    ...trials.map((trial) => `trial: ${trial}`),
    ...made.events.map(({ eventId, pdu: { hashes: _hashes, signatures: _signatures, room_id: _room, prev_events: _prev, ...rest } }) =>
      JSON.stringify({ eventId, ...rest }),
    ),
  ].join('\n    ')
