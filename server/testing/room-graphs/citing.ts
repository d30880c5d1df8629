import { selectAuthEvents } from '../../protocol/auth-events.ts'
import type { Event } from '../../protocol/event.ts'
import { lookupInState, type State } from './naive-state.ts'
import type { Unsealed, Wish } from './room-graph.ts'
import type { Server, World } from './world.ts'

interface Manner<T> {
  readonly weight: number
  readonly choose: T
}

const recent = ({ events, room }: World, count: number): Event[] =>
  events.slice(-count).filter(({ eventId }) => !room.known.isRejected(eventId))

/** Which events come before a new one: as a rule all that its server knows to be last, or five of them. */
const previousManners: readonly Manner<(world: World, server: Server) => Event[]>[] = [
  { weight: 88, choose: ({ chance }, { heads }) => chance.some(heads, 5) },
  { weight: 3, choose: ({ chance }, { heads }) => chance.some(heads, 1) },
  // A server that lags behind.
  { weight: 4, choose: (world) => world.chance.some(recent(world, 15), world.chance.between(1, 3)) },
  // A server that pretends to.
  { weight: 2, choose: ({ chance, events }) => chance.some(events, chance.between(1, 2)) },
  // Something, and what came before it.
  { weight: 2, choose: ({ chance, events }, { heads }) => [...new Set([...chance.some(heads, 3), chance.pick(events)])] },
]

export const choosePrevious = (world: World, server: Server): Event[] => {
  const chosen = world.chance.weighted(previousManners).choose(world, server)
  return chosen.length > 0 ? chosen : world.events.slice(-1)
}

/** Which state events a new one cites: as a rule those that the state before it selects. */
const authManners: readonly Manner<(world: World, wish: Wish, selected: Event[]) => Event[]>[] = [
  { weight: 92, choose: (_world, _wish, selected) => selected },
  // From the state at some other event.
  {
    weight: 4,
    choose: ({ chance, events, room, version }, wish) =>
      selectAuthEvents(version, wish, lookupInState(room.placed(chance.pick(events).eventId).after)),
  },
  { weight: 1.5, choose: ({ chance }, _wish, selected) => chance.some(selected, selected.length - 1) },
  { weight: 0.7, choose: ({ chance, events }, _wish, selected) => [...new Set([...selected, chance.pick(events)])] },
  // Older ones instead, rejected ones too, or beside.
  { weight: 1, choose: ({ chance, events }, _wish, selected) => selected.map((event) => chance.pick(underSameKey(events, event))) },
  {
    weight: 0.5,
    choose: ({ chance, events }, _wish, selected) => [
      ...new Set([...selected, ...selected.slice(-1).flatMap((event) => chance.pick(underSameKey(events, event)))]),
    ],
  },
]

const underSameKey = (events: readonly Event[], { pdu }: Event): Event[] =>
  events.filter((other) => other.pdu.type === pdu.type && other.pdu.state_key === pdu.state_key)

export const chooseAuthEvents = (world: World, wish: Wish, before: State): Event[] => {
  const selected = selectAuthEvents(world.version, wish, lookupInState(before))
  return world.chance.weighted(authManners).choose(world, wish, selected)
}

/** What an event says of its time: as a rule the truth, which two events may share. */
const times: readonly Manner<(world: World) => number>[] = [
  { weight: 90, choose: ({ clock }) => clock },
  { weight: 4, choose: ({ chance, events }) => chance.pick(events).pdu.origin_server_ts },
  { weight: 2, choose: ({ chance, clock }) => clock - chance.between(1, 100_000) },
  { weight: 2, choose: ({ chance, clock }) => clock + chance.between(1, 100_000) },
]

const depths: readonly Manner<(world: World, truth: number) => number>[] = [
  { weight: 94, choose: (_world, truth) => truth },
  { weight: 2, choose: ({ chance, events }) => chance.pick(events).pdu.depth },
  { weight: 2, choose: ({ chance }, truth) => Math.min(truth + chance.between(1, 50), Number.MAX_SAFE_INTEGER) },
  { weight: 1, choose: () => 0 },
  { weight: 0.3, choose: () => Number.MAX_SAFE_INTEGER },
]

/** A wish in its place, with the true time and depth, or others. */
export const placeWish = (world: World, wish: Wish, prevEvents: readonly Event[], authEvents: readonly Event[]): Unsealed => {
  const truth = Math.min(Math.max(0, ...prevEvents.map(({ pdu }) => pdu.depth)) + 1, Number.MAX_SAFE_INTEGER)
  const isFirst = world.events.length === 0
  return {
    ...wish,
    roomId: world.roomId,
    prevEvents,
    authEvents,
    ts: isFirst ? world.clock : (wish.ts ?? world.chance.weighted(times).choose(world)),
    depth: isFirst ? truth : world.chance.weighted(depths).choose(world, truth),
  }
}
