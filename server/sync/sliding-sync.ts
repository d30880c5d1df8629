import type { SlidingSyncRequest } from '../../spec/client/sliding-sync.ts'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { Typing } from '../rooms/typing.ts'
import type { LogCache } from '../storage/log-cache.ts'
import type { Streams } from '../storage/streams.ts'
import type { Viewer } from './joined-section.ts'
import type { Reader, Readers } from './readers.ts'
import { scopeOn, type Connection, type SentRoom, type SlidingConnections } from './sliding-connections.ts'
import type { SlidingExtensions } from './sliding-extensions.ts'
import { endConfig, type PersonalRoomFacts, type RoomConfig } from './sliding-lists.ts'
import { createLookAt, type Look } from './sliding-look.ts'
import type { SlidingRoomText } from './sliding-room.ts'
import type { UnreadCounts } from './unread-counts.ts'
import type { UserRooms } from './user-rooms.ts'
import { waitForChange } from './wait-for-change.ts'

export interface SlidingRequest {
  /** Who reads, as of now. */
  readonly viewer: () => Viewer | Promise<Viewer>
  readonly pos: string | undefined
  readonly body: SlidingSyncRequest
  /** Milliseconds to wait for news; `Infinity` on the live socket. */
  readonly timeout: number
  readonly signal: AbortSignal
  readonly isLive: () => boolean | Promise<boolean>
}

/**
 * The body of a sliding sync's response, as JSON text without its opening brace, so that an envelope can be put before it.
 * @throws M_UNKNOWN_POS when the connection must begin anew; M_UNKNOWN_TOKEN when the session ended meanwhile
 */
export type SlidingSync = (request: SlidingRequest) => Promise<string>

interface Needs {
  readers: Readers
  roomStates: RoomStates
  userRooms: UserRooms
  connections: SlidingConnections
  parts: { roomText: SlidingRoomText; extensions: SlidingExtensions; unread: UnreadCounts }
  memory: { streams: Streams; typing: Typing }
  personalFacts: LogCache<UserId, PersonalRoomFacts>
}

/** What is asked, by who reads as of the answer. */
interface Asked {
  readonly viewer: Viewer
  readonly reader: Reader
  readonly connection: Connection
  readonly look: Look
  readonly facts: PersonalRoomFacts
  readonly changed: readonly RoomId[] | undefined
}

export function createSlidingSync({ readers, roomStates, userRooms, connections, parts, memory, personalFacts }: Needs): SlidingSync {
  const { streams, typing } = memory
  const lookAt = createLookAt({ roomStates, userRooms })

  /** The rooms that the client knows and the request no longer looks at, since their membership ended. */
  const endedRooms = ({ rooms, progress }: Connection, reader: Reader, { configs }: Look): RoomId[] => {
    // What was sent before a restart is forgotten: any room may have been.
    const known = rooms.size === 0 && progress.pos > 0 ? reader.rooms.keys() : (rooms.keys() as Iterable<RoomId>)
    return [...known].filter((roomId) => {
      const membership = reader.rooms.get(roomId)
      return (
        membership !== undefined &&
        !configs.has(roomId) &&
        (membership.membership === 'leave' || membership.membership === 'ban') &&
        membership.changedAt > (rooms.get(roomId)?.upTo ?? progress.pos)
      )
    })
  }

  /** The rooms in which anything may have happened since the connection's last response; `undefined` where any room may have news. */
  const changedRooms = (reader: Reader, { look, progress }: Connection, now: Look): RoomId[] | undefined => {
    if (look !== now || reader.trackedFrom > progress.pos) return undefined
    const found: RoomId[] = []
    for (const [roomId, pos] of reader.changed) if (pos > progress.pos && now.configs.has(roomId)) found.push(roomId)
    return found
  }

  const roomTexts = async (asked: Asked, to: number) => {
    const { viewer, reader, connection, look, facts, changed } = asked
    const texts: string[] = []
    const sent = new Map<string, SentRoom | undefined>()
    const initial = new Set<RoomId>()
    const wanted: { room: Room; roomId: RoomId }[] = []
    for (const roomId of changed ?? [...look.configs.keys(), ...endedRooms(connection, reader, look)]) {
      const config = look.configs.get(roomId)
      const before = connection.rooms.get(roomId)
      if (before !== undefined && config !== undefined && isUnchanged(reader, roomId, before, config)) continue
      const room = roomStates.known(roomId) ?? (await roomStates.open(roomId))
      if (room !== undefined) wanted.push({ room, roomId })
    }
    const joined = wanted.filter(({ roomId }) => reader.rooms.get(roomId)?.membership === 'join')
    const counted = parts.unread.load(
      viewer,
      joined.map(({ room, roomId }) => ({ room, since: reader.rooms.get(roomId)!.since })),
      to,
    )
    if (counted !== undefined) await counted
    for (const { room, roomId } of wanted) {
      const membership = reader.rooms.get(roomId)!
      const found = await parts.roomText({
        viewer,
        room,
        membership,
        config: look.configs.get(roomId) ?? endConfig,
        sent: connection.rooms.get(roomId),
        upTo: to,
        liveFrom: connection.progress.pos,
        isDirect: facts.isDirect(roomId),
        bump: membership.membership === 'invite' ? membership.since : userRooms.bumpOf(roomId),
      })
      if (found === undefined) continue
      texts.push(`${JSON.stringify(roomId)}:${found.text}`)
      sent.set(roomId, found.sent)
      const before = connection.rooms.get(roomId)
      if (before === undefined || membership.since > before.upTo) initial.add(roomId)
    }
    return { texts, sent, initial }
  }

  const isUnchanged = (reader: Reader, roomId: RoomId, before: SentRoom, config: RoomConfig): boolean =>
    reader.trackedFrom <= before.upTo &&
    (reader.changed.get(roomId) ?? 0) <= before.upTo &&
    config.timelineLimit <= before.timelineLimit &&
    config.stateText === before.requiredState

  const respond = async (request: SlidingRequest, reader: Reader, connection: Connection): Promise<string | undefined> => {
    const { body } = request
    const to = { pos: streams.head(), typing: typing.counter() }
    // Asked for after the position: whom the reader ignores is as new as what is told.
    const now = request.viewer()
    const viewer = now instanceof Promise ? await now : now
    const known = personalFacts.of(viewer.userId)
    const facts = known instanceof Promise ? await known : known
    const looked = lookAt(body, reader, facts)
    const look = looked instanceof Promise ? await looked : looked
    const changed = changedRooms(reader, connection, look)
    const rooms = await roomTexts({ viewer, reader, connection, look, facts, changed }, to.pos)
    const extensions = await parts.extensions({
      viewer,
      reader,
      wishes: body.extensions ?? {},
      connection,
      to,
      initial: rooms.initial,
      roomOf: roomStates.known,
      openRoom: roomStates.open,
      rooms: look.configs,
      changed,
    })
    const news = rooms.texts.length > 0 || extensions.texts.size > 0 || !connection.begun || look.counts !== connection.lists
    if (!news) return undefined
    // A newer request on the connection may have been answered meanwhile: what nobody will see was not sent.
    request.signal.throwIfAborted()
    const pos = connections.sent({ deviceNid: viewer.deviceNid, connId: body.conn_id ?? '' }, connection, {
      rooms: rooms.sent,
      unread: extensions.unread,
      lists: look.counts,
      progress: to,
      answered: body,
      look,
      scope: connection.look === look ? connection.scope : scopeOn(connection, look.configs),
    })
    const extensionTexts = [...extensions.texts].map(([name, text]) => `"${name}":${text}`).join(',')
    return `"pos":"${pos}"${body.txn_id === undefined ? '' : `,"txn_id":${JSON.stringify(body.txn_id)}`},"lists":{${look.counts}},"rooms":{${rooms.texts.join(',')}},"extensions":{${extensionTexts}}}`
  }

  /** Nothing happened since the last response, and the same is asked for. */
  const isQuiet = (reader: Reader, { answered, progress }: Connection, body: object): boolean =>
    answered === body && reader.trackedFrom <= progress.pos && reader.lastChange <= progress.pos && typing.counter() === progress.typing

  return async (request) => {
    const { body, signal, isLive, timeout } = request
    const { userId, userNid, deviceNid } = await request.viewer()
    const reader = await readers.reader(userId, userNid)
    const connection = connections.at({ deviceNid, connId: body.conn_id ?? '' }, request.pos)
    const deadline = performance.now() + timeout
    for (;;) {
      const change = waitForChange(reader, signal)
      try {
        const text = isQuiet(reader, connection, body) ? undefined : await respond(request, reader, connection)
        if (text !== undefined) return text
        const left = deadline - performance.now()
        if (left <= 0) return emptyResponse(request)
        await change.happened(left)
      } finally {
        change.cancel()
      }
      if (!(await isLive())) throw new MatrixError('M_UNKNOWN_TOKEN', 'This session has ended; log in again.')
    }
  }
}

/** Nothing happened: the client stays where it is. */
const emptyResponse = ({ pos, body }: SlidingRequest): string =>
  `"pos":${JSON.stringify(pos ?? '')}${body.txn_id === undefined ? '' : `,"txn_id":${JSON.stringify(body.txn_id)}`},"lists":{},"rooms":{},"extensions":{}}`
