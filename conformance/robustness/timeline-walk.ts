import type { Caller } from './caller.ts'

/** As much of an event as these tests look at. */
export interface SeenEvent {
  readonly event_id: string
  readonly type: string
  readonly state_key?: string
  readonly sender: string
  readonly content: { readonly [key: string]: unknown }
}

const inRoom = (roomId: string): string => `v3/rooms/${encodeURIComponent(roomId)}`

/** All events of a room, oldest first. */
export const wholeTimeline = async (reader: Caller, roomId: string): Promise<SeenEvent[]> => {
  const events: SeenEvent[] = []
  for (let from = ''; ; ) {
    const page = await reader.ok(
      'GET',
      `${inRoom(roomId)}/messages?dir=f&limit=500${from === '' ? '' : `&from=${encodeURIComponent(from)}`}`,
    )
    events.push(...page.chunk)
    if (page.end === undefined) return events
    from = page.end
  }
}

/** What a sync gives after a token: the next token, and by room all events, gaps filled from `/messages`. */
export const newsAfter = async (
  reader: Caller,
  since: string | undefined,
  timeout = 0,
): Promise<{ next: string; rooms: Map<string, SeenEvent[]> }> => {
  const query = `timeout=${timeout}${since === undefined ? '' : `&since=${encodeURIComponent(since)}`}`
  const answer = await reader.ok('GET', `v3/sync?${query}`)
  const rooms = new Map<string, SeenEvent[]>()
  for (const [roomId, room] of Object.entries<{ timeline: { events: SeenEvent[]; limited: boolean; prev_batch: string } }>(
    answer.rooms?.join ?? {},
  )) {
    const { events, limited, prev_batch: before } = room.timeline
    rooms.set(roomId, [...(limited ? await between(reader, roomId, before, since) : []), ...events])
  }
  return { next: answer.next_batch, rooms }
}

/** The events from a sync token (or the beginning) up to `before`, oldest first. */
const between = async (reader: Caller, roomId: string, before: string, since: string | undefined): Promise<SeenEvent[]> => {
  const newestFirst: SeenEvent[] = []
  for (let from = before; ; ) {
    const to = since === undefined ? '' : `&to=${encodeURIComponent(since)}`
    const page = await reader.ok('GET', `${inRoom(roomId)}/messages?dir=b&limit=100&from=${encodeURIComponent(from)}${to}`)
    newestFirst.push(...page.chunk)
    if (page.end === undefined) return newestFirst.reverse()
    from = page.end
  }
}
