import type { EventId } from '../../../spec/identifiers.ts'
import { type Cited, selectAuthEvents } from '../../protocol/auth-events.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { createIdOfRoom } from '../../protocol/event-id.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import type { Chance } from '../room-graphs/chance.ts'
import type { NaiveRoom } from '../room-graphs/naive-room.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { makeRoom } from './made-room.ts'
import { createForge, type Forge } from './forge.ts'
import { sketchEvent } from './sketches.ts'

/** An event to judge, what it cites, and a state of its room. */
export interface AuthCase {
  readonly version: RoomVersion
  readonly event: Event
  readonly cited: readonly Cited[]
  /** The create event that the room ID names, in versions where none is cited. */
  readonly implied: Cited | undefined
  readonly state: readonly Event[]
}

/** A random case. The same chance makes the same case. */
export const makeAuthCase = (version: RoomVersion, chance: Chance): AuthCase => {
  const forge = createForge(version, chance)
  const room = makeRoom(version, chance, forge)
  const sketch = sketchEvent(version, chance, room)
  const state = [room.create, ...room.state]
  const right = sketch.type === 'm.room.create' ? [] : selectAuthEvents(version, sketch, lookupIn(state))
  const cited = alter(chance, forge, right, state)
  const event = forge({ ...sketch, cites: cited.map(({ event }) => event.eventId) })
  const implied = version.createImplied && sketch.type !== 'm.room.create' ? { event: room.create, rejected: chance.in(0.01) } : undefined
  return {
    version,
    event,
    cited,
    implied,
    state: chance.in(0.9) ? state : state.filter(({ pdu }) => pdu.type === 'm.room.create' || chance.in(0.7)),
  }
}

/** What is cited: mostly the right events. */
const alter = (chance: Chance, forge: Forge, right: readonly Event[], state: readonly Event[]): Cited[] => {
  const cited = right.map((event) => ({ event, rejected: false }))
  if (chance.in(0.82)) return cited
  if (cited.length === 0) return [{ event: chance.pick(state), rejected: false }]
  const at = chance.between(0, cited.length - 1)
  const chosen = cited[at]?.event ?? chance.pick(state)
  const { type, sender, state_key: stateKey, content, room_id: roomId } = chosen.pdu
  const anew = (room: string | undefined): Cited => ({ event: forge({ type, sender, stateKey, content, roomId: room }), rejected: false })
  switch (type === 'm.room.create' ? chance.between(0, 2) : chance.between(0, 4)) {
    case 0:
      return cited.toSpliced(at, 1)
    case 1:
      return [...cited, { event: chance.pick(state), rejected: false }].filter(
        ({ event }, i, all) => all.findIndex((one) => one.event === event) === i,
      )
    case 2:
      return cited.with(at, { event: chosen, rejected: true })
    case 3:
      return [...cited, anew(roomId)]
    default:
      return cited.with(at, anew('!elsewhere:one'))
  }
}

/** All events of a case by their IDs. */
export const eventsOf = ({ cited, implied, state }: AuthCase): ReadonlyMap<EventId, Event> =>
  new Map(
    [...cited, ...(implied === undefined ? [] : [implied])]
      .map(({ event }) => event)
      .concat(state)
      .map((event) => [event.eventId, event]),
  )

/** The cases of a random graph: each of its events, by what it cites and by the state before it. */
export const graphCases = ({ version, events, roomId }: RoomGraph, room: NaiveRoom): AuthCase[] =>
  events.map((event) => {
    const citedOf = (eventId: EventId): Cited => ({ event: room.known.eventOf(eventId), rejected: room.known.isRejected(eventId) })
    const isCreate = event.pdu.type === 'm.room.create'
    return {
      version,
      event,
      cited: citedIds(event.pdu.auth_events).map(citedOf),
      implied: version.createImplied && !isCreate ? citedOf(createIdOfRoom(roomId)) : undefined,
      state: [...room.placed(event.eventId).before.values()],
    }
  })
