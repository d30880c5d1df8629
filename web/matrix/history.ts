import { getEvent, getMessages } from '../../spec/client/timeline.ts'
import type { Call } from './call.ts'
import { type ReadonlySignal, signal } from './changes.ts'
import type { RoomEvent } from './event.ts'
import type { Room } from './room.ts'

/** Reads what came before: pages of a room's history, and single events that replies point at. */
export interface History {
  /**
   * Fills the gap before an event, or (for `undefined`) begins to read a room that has shown nothing yet. Calls for a gap that is
   * being filled join it. Rejects with the server's CallError.
   */
  older(room: Room, beforeEventId: string | undefined): Promise<void>
  /** The event, once it is known; fetched if the timeline lacks it. `null`: there is none for us. */
  event(room: Room, eventId: string): ReadonlySignal<RoomEvent | null | undefined>
}

interface Needs {
  readonly call: Call
  readonly onEvents: (events: readonly RoomEvent[]) => void
}

const pageSize = 50
const lazyMembers = JSON.stringify({ lazy_load_members: true })

/** Creates the reader of history. */
export const createHistory = ({ call, onEvents }: Needs): History => {
  const running = new Map<string, Promise<void>>()
  const single = new Map<string, ReadonlySignal<RoomEvent | null | undefined>>()

  const load = async (room: Room, before: string | undefined) => {
    const from = before === undefined ? undefined : room.timeline.missingBefore(before)
    if (before !== undefined && from === undefined) return
    const page = await call(getMessages, {
      params: { roomId: room.roomId },
      query: { dir: 'b', limit: pageSize, filter: lazyMembers, ...(from && { from }) },
    })
    const state = (page.state ?? []) as unknown as RoomEvent[]
    const known = room.members.value
    room.addState(state.filter((event) => event.type !== 'm.room.member' || !known.has(event.state_key ?? '')))
    const events = page.chunk as unknown as RoomEvent[]
    room.timeline.addOlder(before, events, page.end)
    onEvents(events)
  }

  return {
    older: (room, before) => {
      const key = `${room.roomId} ${before ?? ''}`
      const known = running.get(key)
      if (known) return known
      const loading = load(room, before).finally(() => running.delete(key))
      running.set(key, loading)
      return loading
    },
    event: (room, eventId) => {
      const known = single.get(eventId)
      if (known) return known
      const held = signal<RoomEvent | null | undefined>(room.timeline.get(eventId))
      single.set(eventId, held)
      if (held.value === undefined) {
        call(getEvent, { params: { roomId: room.roomId, eventId } }).then(
          (event) => {
            held.value = event as unknown as RoomEvent
          },
          () => {
            held.value = null
          },
        )
      }
      return held
    },
  }
}
