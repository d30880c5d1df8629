import type { UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { createAdoptRoom } from '../../rooms/receive/adopt-room.ts'
import type { Location } from '../../storage/connection.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { wireReceive } from '../../wire-receive.ts'
import { pick } from '../room-deeds.ts'
import { startTestServer, type TestServer, type TestUser } from '../test-server.ts'
import { graphsToSync, ownName, ownUsers } from './sync-graphs.ts'
import { createModelRoom, type ModelRoom } from './sync-rooms.ts'

/** A whole server into whose rooms events come from elsewhere, some of whose users read along and write. */
export interface BranchWorld {
  readonly random: () => number
  readonly rooms: readonly ModelRoom[]
  baseUrl(): string
  /** The last position of the server's log. */
  head(): number
  /** A new session of a user, which outlives restarts. */
  logIn(name: string): Promise<TestUser>
  /** The next event from elsewhere comes into some room; false: none is left. */
  receive(): Promise<boolean>
  /** A user of the server does something in a room. */
  write(user: TestUser): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
  complaints(): readonly string[]
  /** How many arrivals turned the state, how many memberships of the server's users these changed, and how many of those they ended without any. */
  turns(): { readonly turns: number; readonly members: number; readonly gone: number }
}

const password = 'long enough 1'
const env = { HALLWAY_SERVER_NAME: ownName }

type Deed = (world: { random: () => number }, room: ModelRoom) => { method: string; path: string; body: object }

let transactions = 0
const messageOf = ({ random }: { random: () => number }, room: ModelRoom): object => {
  const earlier = room.history().filter(({ placed }) => placed.event.pdu.type === 'm.room.message')
  const content = { msgtype: 'm.text', body: `words ${transactions}` }
  if (earlier.length === 0 || random() < 0.5) return content
  return { ...content, 'm.relates_to': { rel_type: 'm.thread', event_id: pick(random, earlier.slice(-4)).placed.event.eventId } }
}
const target = ({ random }: { random: () => number }): UserId => `@${pick(random, ownUsers)}:${ownName}`

const deeds: readonly Deed[] = [
  (world, room) => ({ method: 'PUT', path: `send/m.room.message/${transactions++}`, body: messageOf(world, room) }),
  (world, room) => ({ method: 'PUT', path: `send/m.room.message/${transactions++}`, body: messageOf(world, room) }),
  () => ({ method: 'PUT', path: 'state/m.room.topic', body: { topic: `topic ${transactions++}` } }),
  () => ({ method: 'POST', path: 'join', body: {} }),
  () => ({ method: 'POST', path: 'join', body: {} }),
  () => ({ method: 'POST', path: 'leave', body: {} }),
  (world) => ({ method: 'POST', path: 'invite', body: { user_id: target(world) } }),
  (world) => ({ method: 'POST', path: 'kick', body: { user_id: target(world) } }),
  ({ random }, room) => {
    const { eventId } = pick(random, room.history().slice(-6)).placed.event
    return { method: 'PUT', path: `redact/${encodeURIComponent(eventId)}/${transactions++}`, body: {} }
  },
]

/** The server with what takes in events. */
const start = async (location: Location) => {
  const server = await startTestServer(location, { env })
  const { roomStates } = server.rooms
  const receiving = wireReceive(server.storage, server.rooms)
  return { server, ...receiving, adoptRoom: createAdoptRoom({ roomStates, identifiers: server.storage.identifiers }) }
}

const createSession = (server: () => TestServer, userId: string, token: string): TestUser => {
  const call: TestUser['call'] = async (method, path, body) => {
    const response = await fetch(`${server().baseUrl}/_matrix/client/${path}`, {
      method,
      headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  }
  const ok: TestUser['ok'] = async (method, path, body) => {
    const answer = await call(method, path, body)
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return { userId, token, call, ok }
}

export const createBranchWorld = async (
  location: Location,
  { seed, count, random }: { seed: number; count: number; random: () => number },
): Promise<BranchWorld> => {
  const rooms = graphsToSync(seed, count, random).map(createModelRoom)
  const complaints: string[] = []
  let running = await start(location)
  const log: { readonly event: Event; readonly pos: number }[] = []
  const turned = { turns: 0, members: 0, gone: 0 }
  const listen = (): void => {
    running.server.streams.subscribe((entry) => {
      if (entry.kind !== 'event') return
      log.push(entry)
      const own = [...(entry.turnedMembers ?? [])].filter(([userId]) => userId.endsWith(`:${ownName}`))
      if (entry.event.status === eventStatus.turning || entry.event.status === eventStatus.past) turned.turns += 1
      turned.members += own.length
      turned.gone += own.filter(([, member]) => member === undefined).length
    })
  }
  listen()
  const stop = async (): Promise<void> => {
    complaints.push(...running.server.complaints)
    await running.server.stop()
    await running.stop()
  }
  const nobody = createSession(() => running.server, '', '')
  for (const username of ownUsers) await nobody.ok('POST', 'v3/register', { username, password, auth: { type: 'm.login.dummy' } })

  return {
    random,
    rooms,
    baseUrl: () => running.server.baseUrl,
    head: () => running.server.streams.head(),
    logIn: async (name) => {
      const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password }
      const session = await nobody.ok('POST', 'v3/login', body)
      return createSession(() => running.server, session.user_id, session.access_token)
    },
    receive: async () => {
      const waiting = rooms.filter(({ coming }) => coming.length > 0)
      if (waiting.length === 0) return false
      const room = pick(random, waiting)
      const event = room.coming.shift()!
      await running.adoptRoom(room.roomId, room.version)
      const sealed = { event, json: JSON.stringify(event.pdu) }
      await running.holdRoom(room.roomId, (held) => running.receiveEvent(held, sealed))
      room.note(event, running.server.streams.head())
      return true
    },
    write: async (user) => {
      const begun = rooms.filter((room) => room.history().length > 0)
      if (begun.length === 0) return
      const room = pick(random, begun)
      const { method, path, body } = pick(random, deeds)({ random }, room)
      const from = log.length
      const { status } = await user.call(method, `v3/rooms/${encodeURIComponent(room.roomId)}/${path}`, body)
      if (status >= 500) throw new Error(`${method} ${path} answered ${status}`)
      for (const { event, pos } of log.slice(from)) if (event.roomId === room.roomId) room.note(event, pos)
    },
    restart: async () => {
      await stop()
      running = await start(location)
      listen()
    },
    stop,
    turns: () => turned,
    complaints: () => [...complaints, ...running.server.complaints],
  }
}
