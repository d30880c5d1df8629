import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Chance } from './chance.ts'
import { createNaiveRoom, type NaiveRoom } from './naive-room.ts'
import { lookupInState, refusal } from './naive-state.ts'
import type { Seal } from './sealing.ts'

/** A server of the room: what it would cite next, and what it has not heard yet. */
export interface Server {
  readonly name: string
  heads: Event[]
  inbox: Event[]
  isCutOff: boolean
}

/** A room while it grows, on all of its servers. */
export interface World {
  readonly version: RoomVersion
  readonly chance: Chance
  readonly seal: Seal
  readonly users: readonly UserId[]
  readonly servers: readonly Server[]
  readonly room: NaiveRoom
  /** In the order in which they were made. */
  readonly events: Event[]
  readonly size: number
  roomId: RoomId | undefined
  /** Milliseconds since the Unix epoch. */
  clock: number
}

const serverNames = ['one.example', 'two.example', 'three.example:8448', 'four.example']
const localparts = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gil', 'hal']

export const createWorld = (version: RoomVersion, size: number, chance: Chance, seal: Seal): World => {
  const names = serverNames.slice(0, chance.between(2, 4))
  const users = localparts
    .slice(0, chance.between(3, 8))
    .map((localpart, at): UserId => `@${localpart}:${at < names.length ? names[at] : chance.pick(names)}`)
  return {
    version,
    chance,
    seal,
    size,
    users,
    servers: names.map((name): Server => ({ name, heads: [], inbox: [], isCutOff: false })),
    room: createNaiveRoom(version),
    events: [],
    roomId: version.createOmitsRoomId ? undefined : `!room:${names[0]}`,
    clock: 1_700_000_000_000,
  }
}

export const serverOf = (world: World, userId: UserId): Server => world.servers.find(({ name }) => name === serverNameOf(userId)) as Server

/** Puts an event into the room: its own server has it at once, the others find it in their inbox. */
export const publish = (world: World, event: Event): void => {
  world.events.push(event)
  world.room.place(event)
  world.roomId = event.roomId
  for (const server of world.servers) {
    if (server.name === serverNameOf(event.pdu.sender)) hear(world, server, event)
    else server.inbox.push(event)
  }
}

/** The server hears of all that waits for it, but for what comes from servers that are cut off. */
export const drain = (world: World, server: Server): void => {
  const cutOff = new Set(world.servers.filter(({ isCutOff }) => isCutOff).map(({ name }) => name))
  const left: Event[] = []
  for (const event of server.inbox) {
    if (cutOff.has(serverNameOf(event.pdu.sender))) left.push(event)
    else hear(world, server, event)
  }
  server.inbox = left
}

const hear = ({ room }: World, server: Server, event: Event): void => {
  const { rejection, before } = room.placed(event.eventId)
  if (rejection !== undefined) return
  const cited = new Set<EventId>(citedIds(event.pdu.prev_events))
  const others = server.heads.filter(({ eventId }) => !cited.has(eventId))
  // Without other heads, the state before is current: it allowed the event already.
  const current = others.length === 0 ? before : room.stateOver(server.heads.map(({ eventId }) => eventId))
  if (current === before || refusal(room.known, event, lookupInState(current)) === undefined) server.heads = [...others, event]
}
