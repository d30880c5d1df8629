import { receiptsIn } from './sync-client.ts'
import { stateName } from './sync-oracle.ts'
import type { TestUser } from './test-server.ts'

interface WireEvent {
  event_id: string
  type: string
  state_key?: string
}

/** A room of a sliding sync's response. */
export interface WireRoom {
  initial?: boolean
  limited?: boolean
  prev_batch?: string
  unstable_expanded_timeline?: boolean
  membership?: string
  timeline?: WireEvent[]
  /** Without an ID: there is no such state any more. */
  required_state?: (Omit<WireEvent, 'event_id'> & { event_id?: string })[]
  notification_count?: number
  highlight_count?: number
  joined_count?: number
}

interface Unread {
  messages: number
  mentions: number
  threads?: { [root: string]: { messages: number; mentions: number } }
}

export interface SlidingAnswer {
  pos: string
  lists: { recent?: { count: number } }
  rooms: { [roomId: string]: WireRoom }
  extensions: {
    typing?: { rooms: { [roomId: string]: { content: { user_ids: string[] } } } }
    receipts?: { rooms: { [roomId: string]: { content: object } } }
    'chat.hallway.unread'?: { rooms: { [roomId: string]: Unread } }
  }
}

/** What a client makes of a room. */
export interface SlidRoom {
  timeline: string[]
  state: Map<string, string>
  counts: { notification_count: number | undefined; highlight_count: number | undefined }
  joined: number | undefined
  membership: string
}

/** A client of sliding sync: what it has by its last `pos`. */
export interface SlidingClient {
  readonly user: TestUser
  pos: string | undefined
  readonly rooms: Map<string, SlidRoom>
  readonly typing: Map<string, string[]>
  readonly receipts: Map<string, Map<string, string>>
  readonly unread: Map<string, Unread>
  count: number
}

export const newSlidingClient = (user: TestUser): SlidingClient => ({
  user,
  pos: undefined,
  rooms: new Map(),
  typing: new Map(),
  receipts: new Map(),
  unread: new Map(),
  count: 0,
})

/** @param last the end of the window over the latest rooms */
export const slidingBody = (last: number) => ({
  lists: { recent: { ranges: [[0, last]], timeline_limit: 3, required_state: [['*', '*']] } },
  extensions: { typing: { enabled: true }, receipts: { enabled: true }, 'chat.hallway.unread': { enabled: true } },
})

export const slide = ({ user, pos }: SlidingClient, last: number): Promise<SlidingAnswer> =>
  user.ok(
    'POST',
    `unstable/org.matrix.simplified_msc3575/sync?timeout=0${pos === undefined ? '' : `&pos=${encodeURIComponent(pos)}`}`,
    slidingBody(last),
  )

/** Takes a response into what the client knows. */
export const applySlide = (client: SlidingClient, { pos, lists, rooms, extensions }: SlidingAnswer): void => {
  client.pos = pos
  client.count = lists.recent?.count ?? client.count
  for (const [roomId, room] of Object.entries(rooms)) applyRoom(client, roomId, room)
  for (const [roomId, { content }] of Object.entries(extensions.typing?.rooms ?? {})) client.typing.set(roomId, content.user_ids)
  for (const [roomId, { content }] of Object.entries(extensions.receipts?.rooms ?? {})) {
    const known = client.receipts.get(roomId) ?? new Map()
    client.receipts.set(roomId, known)
    for (const { key, eventId } of receiptsIn(content as never)) known.set(key, eventId)
  }
  for (const [roomId, unread] of Object.entries(extensions['chat.hallway.unread']?.rooms ?? {})) client.unread.set(roomId, unread)
}

const applyRoom = ({ rooms, typing, receipts }: SlidingClient, roomId: string, wire: WireRoom): void => {
  const known = rooms.get(roomId)
  const isAnew = wire.initial === true || known === undefined
  const room: SlidRoom = isAnew
    ? { timeline: [], state: new Map(), counts: { notification_count: 0, highlight_count: 0 }, joined: undefined, membership: 'join' }
    : known
  // What a new room does not say is not so.
  if (isAnew) for (const beside of [typing, receipts]) beside.delete(roomId)
  const ids = (wire.timeline ?? []).map(({ event_id }) => event_id)
  room.timeline = wire.limited === true || wire.unstable_expanded_timeline === true ? ids : [...room.timeline, ...ids]
  for (const { type, state_key, event_id } of wire.required_state ?? []) {
    if (event_id === undefined) room.state.delete(stateName(type, state_key))
    else room.state.set(stateName(type, state_key), event_id)
  }
  room.counts = {
    notification_count: wire.notification_count ?? room.counts.notification_count,
    highlight_count: wire.highlight_count ?? room.counts.highlight_count,
  }
  room.joined = wire.joined_count ?? room.joined
  room.membership = wire.membership ?? 'join'
  rooms.set(roomId, room)
}
