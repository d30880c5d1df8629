import { setTimeout as pause } from 'node:timers/promises'
import { sync } from '../spec/client/sync.ts'
import type { ResponseOf } from '../spec/endpoint.ts'
import type { SyncEvent } from '../spec/event.ts'
import type { RoomId } from '../spec/identifiers.ts'
import type { Caller, Input } from './client.ts'
import { shown, Unmet } from './expect.ts'

export type SyncResponse = ResponseOf<typeof sync>
type Rooms = NonNullable<SyncResponse['rooms']>
export type JoinedRoom = NonNullable<Rooms['join']>[string]

/** A client's syncing, from one token to the next. */
export interface Syncing {
  /** The token that the next sync is made from. */
  readonly since: () => string
  /** All timeline events of a room that this syncing has been given, in order. */
  readonly timeline: (roomId: RoomId) => SyncEvent[]
  /** One sync from the last token, which waits at most `timeout` milliseconds. */
  readonly next: (options?: { timeout?: number; full_state?: boolean }) => Promise<SyncResponse>
  /** Syncs until `seen` gives a value, and gives that. @throws Unmet, saying `what`, when patience is at its end. */
  readonly until: <T>(what: string, seen: (response: SyncResponse) => T | undefined | false | null) => Promise<T>
  /** Syncs until an event of a room's timeline passes. */
  readonly untilEvent: (roomId: RoomId, what: string, passes: (event: SyncEvent) => boolean) => Promise<SyncEvent>
}

interface Needs {
  readonly caller: Caller
  readonly patience: number
  readonly filter?: string | undefined
}

/** Begins with an initial sync; its answer is `first`. */
export const startSyncing = async ({ caller, patience, filter }: Needs): Promise<Syncing & { first: SyncResponse }> => {
  const timelines = new Map<string, SyncEvent[]>()
  const query = filter === undefined ? {} : { filter }
  const take = (response: SyncResponse): SyncResponse => {
    for (const [roomId, room] of Object.entries(response.rooms?.join ?? {})) {
      timelines.set(roomId, [...(timelines.get(roomId) ?? []), ...(room.timeline?.events ?? [])])
    }
    return response
  }
  const first = take(await caller.ok(sync, { ...query, timeout: 0 } as Input<typeof sync>))
  let since = first.next_batch
  const next: Syncing['next'] = async (more = {}) => {
    const response = take(await caller.ok(sync, { ...query, since, timeout: 0, ...more } as Input<typeof sync>))
    since = response.next_batch
    return response
  }
  const until: Syncing['until'] = async (what, seen) => {
    const deadline = Date.now() + patience
    for (;;) {
      const started = Date.now()
      const response = await next({ timeout: Math.min(1000, Math.max(50, deadline - Date.now())) })
      const value = seen(response)
      if (value !== undefined && value !== false && value !== null) return value
      if (Date.now() > deadline)
        throw new Unmet(`Expected by sync: ${what}; it did not come within ${patience} ms. The last answer: ${shown(response)}.`)
      if (Date.now() - started < 20) await pause(20)
    }
  }
  const untilEvent: Syncing['untilEvent'] = (roomId, what, passes) =>
    until(what, (response) => response.rooms?.join?.[roomId]?.timeline?.events.find(passes))
  return { first, since: () => since, timeline: (roomId) => timelines.get(roomId) ?? [], next, until, untilEvent }
}

/** Asks again and again until `seen` gives a value. @throws Unmet, saying `what`, when patience is at its end. */
export const eventually = async <T>(patience: number, what: string, seen: () => Promise<T | undefined | false>): Promise<T> => {
  const deadline = Date.now() + patience
  for (let wait = 10; ; wait = Math.min(250, wait * 2)) {
    const value = await seen()
    if (value !== undefined && value !== false) return value
    if (Date.now() > deadline) throw new Unmet(`Expected within ${patience} ms: ${what}.`)
    await pause(wait)
  }
}
