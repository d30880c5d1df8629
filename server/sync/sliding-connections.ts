import { MatrixError } from '../protocol/errors.ts'
import { createLru } from '../storage/lru.ts'

/** What a connection was sent of a room. */
export interface SentRoom {
  /** News were sent up to this position. */
  readonly upTo: number
  readonly timelineLimit: number
  /** The required state as asked for, as text: another text asks for more. */
  readonly requiredState: string
  /** The notification counts that were sent, as text. */
  readonly counts: string
  /** Users whose memberships were sent because they spoke. */
  readonly told: ReadonlySet<string>
}

/** Positions of what lies outside the rooms. */
export interface Progress {
  readonly pos: number
  readonly typing: number
}

/** One client's connection: a memory entry whose size grows with the rooms it was sent, never a row a room. */
export interface Connection {
  readonly rooms: ReadonlyMap<string, SentRoom>
  /** The unread counts that were sent, as text. */
  readonly unread: ReadonlyMap<string, string>
  /** The counts of the lists that were sent, as text. */
  readonly lists: string
  readonly progress: Progress
  /** False: nothing was sent on this connection yet. */
  readonly begun: boolean
  /** The request body that was answered with all there was. */
  readonly answered: object | undefined
  /** What that request looked at. */
  readonly look: object | undefined
  readonly scope: Scope
}

/**
 * Which rooms a connection looks at. What lies beside a room's events (receipts, typing, its account data) is told of these alone,
 * so a room that comes back into sight is told what happened beside it meanwhile.
 */
export interface Scope {
  /** The rooms that the last response looked at. */
  readonly rooms: ReadonlySet<string>
  /** Rooms that an earlier response looked at: how far it told of them. */
  readonly outside: ReadonlyMap<string, Progress>
}

const noScope: Scope = { rooms: new Set(), outside: new Map() }

/** The scope once these rooms are looked at; the same one if they are the same rooms. */
export const scopeOn = ({ scope, progress }: Connection, rooms: ReadonlyMap<string, unknown>): Scope => {
  if (scope.rooms.size === rooms.size && [...rooms.keys()].every((roomId) => scope.rooms.has(roomId))) return scope
  const outside = new Map(scope.outside)
  for (const roomId of scope.rooms) outside.set(roomId, progress)
  for (const roomId of rooms.keys()) outside.delete(roomId)
  return { rooms: new Set(rooms.keys()), outside }
}

const nothing: Progress = { pos: 0, typing: 0 }

/** How far a connection was told of what lies beside a room's events. */
export const toldBeside = ({ scope, progress }: Connection, roomId: string): Progress =>
  scope.rooms.has(roomId) ? progress : (scope.outside.get(roomId) ?? nothing)

/** What a response adds to a connection; it counts once the client comes back with the response's `pos`. */
export interface Sent {
  readonly rooms: ReadonlyMap<string, SentRoom | undefined>
  readonly unread: ReadonlyMap<string, string>
  readonly lists: string
  readonly progress: Progress
  readonly answered: object
  readonly look: object
  readonly scope: Scope
}

export interface SlidingConnections {
  /**
   * The connection as of a `pos`.
   * @throws M_UNKNOWN_POS when that is none of this database's, or older than the response before the last
   */
  at(key: ConnectionKey, pos: string | undefined): Connection
  /** Notes a response; gives its `pos`. */
  sent(key: ConnectionKey, from: Connection, sent: Sent): string
}

export interface ConnectionKey {
  readonly deviceNid: number
  readonly connId: string
}

interface Kept {
  /** Tells this connection from others. */
  readonly id: number
  /** The response that the client is known to have. */
  number: number
  /** Responses so far: two to one request are told from one another. */
  answers: number
  rooms: Map<string, SentRoom>
  unread: Map<string, string>
  lists: string
  progress: Progress
  answered: object | undefined
  look: object | undefined
  scope: Scope
  /** The last response, which the client may not have got. */
  last: (Sent & { readonly number: number }) | undefined
}

const form = /^p([0-9a-z]+)\.([0-9a-z]+)\.([0-9]{1,15})\.([0-9]{1,15})\.([0-9]{1,15})\.([0-9]{1,15})$/

/** Connections of one device, beyond which the one unused for longest is dropped. */
const perDevice = 10

interface Needs {
  incarnation: string
  bootId: string
  /** Connections kept in memory. */
  capacity?: number
}

const unknownPos = () => new MatrixError('M_UNKNOWN_POS', 'This position is not known any more: begin the connection anew, without pos.')

export function createSlidingConnections({ incarnation, bootId, capacity = 20_000 }: Needs): SlidingConnections {
  const connections = createLru<string, Kept>(capacity, { dispose: (_kept, name) => forget(name) })
  const ofDevice = new Map<number, Set<string>>()
  let opened = 0

  const nameOf = ({ deviceNid, connId }: ConnectionKey) => `${deviceNid} ${connId}`
  function forget(name: string): void {
    const deviceNid = Number.parseInt(name, 10)
    const names = ofDevice.get(deviceNid)
    if (names?.delete(name) && names.size === 0) ofDevice.delete(deviceNid)
  }
  const open = (key: ConnectionKey, progress: Progress): Kept => {
    const kept: Kept = {
      id: ++opened,
      number: 0,
      answers: 0,
      rooms: new Map(),
      unread: new Map(),
      lists: '',
      progress,
      answered: undefined,
      look: undefined,
      scope: noScope,
      last: undefined,
    }
    const name = nameOf(key)
    connections.set(name, kept)
    let names = ofDevice.get(key.deviceNid)
    if (names === undefined) ofDevice.set(key.deviceNid, (names = new Set()))
    names.delete(name)
    names.add(name)
    if (names.size > perDevice)
      for (const oldest of names) {
        connections.delete(oldest)
        break
      }
    return kept
  }
  const settle = (
    kept: Kept,
    { rooms, unread, lists, progress, answered, look, scope, number }: Sent & { readonly number: number },
  ): void => {
    for (const [roomId, room] of rooms) {
      if (room === undefined) kept.rooms.delete(roomId)
      else kept.rooms.set(roomId, room)
    }
    for (const [roomId, text] of unread) kept.unread.set(roomId, text)
    Object.assign(kept, { lists, progress, answered, look, scope, last: undefined, number })
  }
  const view = (kept: Kept, begun: boolean): Connection => ({
    rooms: kept.rooms,
    unread: kept.unread,
    lists: kept.lists,
    progress: kept.progress,
    answered: kept.answered,
    look: kept.look,
    scope: kept.scope,
    begun,
  })

  return {
    at: (key, pos) => {
      const fresh = (progress: Progress) => view(open(key, progress), false)
      if (pos === undefined) return fresh({ pos: 0, typing: 0 })
      const [, ofIncarnation, ofBoot, id, number, logPos, typing] = form.exec(pos) ?? []
      if (ofIncarnation !== incarnation) throw unknownPos()
      // What was sent before a restart is not known any more: every room comes whole again, and nothing is lost.
      if (ofBoot !== bootId) return fresh({ pos: Number(logPos), typing: 0 })
      const kept = connections.get(nameOf(key))
      if (kept === undefined) return fresh({ pos: Number(logPos), typing: Number(typing) })
      if (kept.id !== Number(id)) throw unknownPos()
      if (Number(number) === kept.last?.number) settle(kept, kept.last)
      else if (Number(number) !== kept.number) throw unknownPos()
      return view(kept, true)
    },
    sent: (key, from, sent) => {
      const kept = connections.get(nameOf(key)) ?? open(key, from.progress)
      kept.answers += 1
      kept.last = { ...sent, number: kept.answers }
      return `p${incarnation}.${bootId}.${kept.id}.${kept.answers}.${sent.progress.pos}.${sent.progress.typing}`
    },
  }
}
