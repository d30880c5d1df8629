import { pick } from './room-deeds.ts'
import { stateName } from './sync-oracle.ts'
import type { ModelWorld } from './model-world.ts'
import type { TestUser } from './test-server.ts'

interface WireEvent {
  event_id: string
  type: string
  state_key?: string
  sender: string
  content: { [key: string]: unknown }
}
interface Timeline {
  events: WireEvent[]
  limited: boolean
  prev_batch: string
}

/** A section of `rooms.join` or `rooms.leave`. */
export interface WireSection {
  timeline: Timeline
  state?: { events: WireEvent[] }
  state_after?: { events: WireEvent[] }
  ephemeral?: { events: { type: string; content: { [key: string]: unknown } }[] }
  unread_notifications?: { notification_count: number; highlight_count: number }
}

export interface SyncAnswer {
  next_batch: string
  rooms?: {
    join?: { [roomId: string]: WireSection }
    leave?: { [roomId: string]: WireSection }
    knock?: { [roomId: string]: { knock_state: { events: WireEvent[] } } }
    invite?: { [roomId: string]: { invite_state: { events: WireEvent[] } } }
  }
}

/** What a client makes of a room's sections. */
export interface KnownRoom {
  readonly state: Map<string, string>
  typing: string[]
  readonly receipts: Map<string, string>
  unread: { notification_count: number; highlight_count: number } | undefined
}

/** How a client asks: it keeps to this. */
export interface Manner {
  readonly lazy: boolean
  readonly stateAfter: boolean
}

/** A client of `/v3/sync` that has come as far as the position `pos`. */
export interface SyncClient {
  readonly user: TestUser
  readonly manner: Manner
  readonly rooms: Map<string, KnownRoom>
  since: string | undefined
  pos: number
}

export const newClient = (user: TestUser, manner: Manner): SyncClient => ({ user, manner, rooms: new Map(), since: undefined, pos: 0 })

/** One sync, with a timeline limit that changes from call to call. */
export const askSync = async (
  { random }: ModelWorld,
  { user, manner, since }: SyncClient,
): Promise<{ answer: SyncAnswer; limit: number }> => {
  const limit = pick(random, [1, 2, 3, 5, 100])
  const filter = JSON.stringify({ room: { timeline: { limit }, state: { lazy_load_members: manner.lazy } } })
  const query = new URLSearchParams({
    filter,
    timeout: '0',
    use_state_after: String(manner.stateAfter),
    ...(since !== undefined && { since }),
  })
  return { answer: await user.ok('GET', `v3/sync?${query}`), limit }
}

/** The events between a sync token (or the beginning) and `before`, oldest first. */
export const eventsBetween = async (user: TestUser, roomId: string, before: string, since: string | undefined): Promise<string[]> => {
  const newestFirst: string[] = []
  for (let from = before; ; ) {
    const query = new URLSearchParams({ dir: 'b', limit: '7', from, ...(since !== undefined && { to: since }) })
    const page = await user.ok('GET', `v3/rooms/${encodeURIComponent(roomId)}/messages?${query}`)
    newestFirst.push(...page.chunk.map(({ event_id }: WireEvent) => event_id))
    if (page.end === undefined) return newestFirst.reverse()
    from = page.end
  }
}

/** Takes a section into what the client knows. */
export const applySection = (room: KnownRoom, section: WireSection, { stateAfter }: Manner): void => {
  const entries = stateAfter ? (section.state_after?.events ?? []) : [...(section.state?.events ?? []), ...section.timeline.events]
  for (const { type, state_key, event_id } of entries) if (state_key !== undefined) room.state.set(stateName(type, state_key), event_id)
  if (section.unread_notifications !== undefined) room.unread = section.unread_notifications
  for (const { type, content } of section.ephemeral?.events ?? []) {
    if (type === 'm.typing') room.typing = content['user_ids'] as string[]
    else for (const receipt of receiptsIn(content as never)) room.receipts.set(receipt.key, receipt.eventId)
  }
}

/** Receipts by whose they are, of which kind and thread. */
export const receiptsIn = (content: {
  [eventId: string]: { [type: string]: { [userId: string]: { thread_id?: string } } }
}): { key: string; eventId: string }[] =>
  Object.entries(content).flatMap(([eventId, types]) =>
    Object.entries(types).flatMap(([type, users]) =>
      Object.entries(users).map(([userId, { thread_id: thread = '' }]) => ({ key: `${userId} ${type} ${thread}`, eventId })),
    ),
  )

export const newRoom = (): KnownRoom => ({ state: new Map(), typing: [], receipts: new Map(), unread: undefined })
