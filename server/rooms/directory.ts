import type { RoomId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { DirectoryStore, PublishedRoom } from '../storage/directory.ts'
import { noSuchRoom } from './alter-room.ts'
import { mayName, type Caller } from './aliases.ts'
import { describeRoom, type RoomDescription } from './room-description.ts'
import type { RoomStates } from './room-state.ts'

/** Which rooms of the directory are wanted. */
export interface DirectoryQuery {
  /** Rooms on a page, at most. */
  readonly limit?: number | undefined
  /** A `next` or `previous` of another page. */
  readonly since?: string | undefined
  /** Found in name, topic or canonical alias, whatever the case. */
  readonly term?: string | undefined
  /** Only these types; `null` for rooms without one. */
  readonly types?: readonly (string | null)[] | undefined
}

/** A page of the directory, the rooms with most members first. */
export interface DirectoryPage {
  readonly rooms: readonly RoomDescription[]
  readonly next: string | undefined
  readonly previous: string | undefined
  /** Rooms on all pages together. */
  readonly total: number
}

/** The published directory of this server. client-server-api/#published-room-directory */
export interface Directory {
  /** @throws M_INVALID_PARAM for a `since` that no page gave */
  page(query: DirectoryQuery): Promise<DirectoryPage>
  /** @throws M_NOT_FOUND for an unknown room */
  isPublished(roomId: RoomId): Promise<boolean>
  /** @throws M_NOT_FOUND, M_FORBIDDEN for who may neither set the room's canonical alias nor administers the server */
  setPublished(caller: Caller, roomId: RoomId, published: boolean): Promise<void>
}

interface Needs {
  directory: DirectoryStore
  roomStates: RoomStates
}

const pageSize = 500
const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

type Place = { readonly before: boolean; readonly joined: number; readonly roomId: string }

const writePlace = (before: boolean, { joined, roomId }: PublishedRoom): string =>
  Buffer.from(`${before ? 'p' : 'n'}${joined} ${roomId}`).toString('base64url')

function readPlace(since: string): Place {
  const match = /^([pn])(\d{1,9}) (!.+)$/s.exec(Buffer.from(since, 'base64url').toString())
  if (match === null) throw new MatrixError('M_INVALID_PARAM', 'Take "since" from the "next_batch" or "prev_batch" of another page.')
  return { before: match[1] === 'p', joined: Number(match[2]), roomId: match[3]! }
}

/** Where the page begins and ends in the whole list. */
function cut(list: readonly PublishedRoom[], limit: number, since: string | undefined): [from: number, to: number] {
  if (since === undefined) return [0, limit]
  const { before, joined, roomId } = readPlace(since)
  const isAfter = (room: PublishedRoom) => room.joined < joined || (room.joined === joined && room.roomId > roomId)
  if (!before) {
    const from = list.findIndex(isAfter)
    return from < 0 ? [list.length, list.length] : [from, from + limit]
  }
  const end = list.findIndex((room) => isAfter(room) || room.roomId === roomId)
  const to = end < 0 ? list.length : end
  return [Math.max(0, to - limit), to]
}

export function createDirectory({ directory, roomStates }: Needs): Directory {
  const describe = async (list: readonly PublishedRoom[]): Promise<RoomDescription[]> => {
    const described: RoomDescription[] = []
    for (const { roomId } of list) {
      const room = await roomStates.open(roomId)
      if (room !== undefined) described.push(describeRoom(room))
    }
    return described
  }

  const matching = async (list: readonly PublishedRoom[], { term, types }: DirectoryQuery): Promise<PublishedRoom[]> => {
    const wanted = fold(term ?? '')
    const found = new Set(
      (await describe(list))
        .filter(({ room_type }) => types === undefined || types.includes(room_type ?? null))
        .filter(({ name = '', topic = '', canonical_alias = '' }) =>
          [name, topic, canonical_alias].some((text) => fold(text).includes(wanted)),
        )
        .map(({ room_id }) => room_id),
    )
    return list.filter(({ roomId }) => found.has(roomId))
  }

  return {
    page: async (query) => {
      const limit = Math.min(query.limit ?? pageSize, pageSize)
      const whole = await directory.list()
      const list = query.term || query.types !== undefined ? await matching(whole, query) : whole
      const [from, to] = cut(list, limit, query.since)
      const shown = list.slice(from, to)
      return {
        rooms: await describe(shown),
        next: shown.length > 0 && to < list.length ? writePlace(false, shown.at(-1)!) : undefined,
        previous: shown.length > 0 && from > 0 ? writePlace(true, shown[0]!) : undefined,
        total: list.length,
      }
    },
    isPublished: async (roomId) => {
      const room = await roomStates.open(roomId)
      if (room === undefined) throw noSuchRoom()
      return directory.isPublished(room.nid)
    },
    setPublished: async ({ userId, admin }, roomId, published) => {
      const room = await roomStates.open(roomId)
      if (room === undefined) throw noSuchRoom()
      await roomStates.loadMembers(room, [userId])
      if (!admin && !mayName(room, userId)) throw new MatrixError('M_FORBIDDEN', 'Only who may change the name of a room can publish it.')
      await directory.setPublished(room.nid, published)
    },
  }
}
