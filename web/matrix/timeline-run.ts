import { computed, type ReadonlySignal, signal } from './changes.ts'
import type { History } from './history.ts'
import { joinedItems } from './joined-items.ts'
import type { Room } from './room.ts'
import { type Succession, upgradeEvents } from './succession.ts'
import { type TimelineItem, timelineItems } from './timeline-items.ts'

/** What was said in a room, and before that in the rooms whose place it took, as far back as was asked for. */
export interface TimelineRun {
  readonly items: ReadonlySignal<TimelineItem[]>
  /** The room that an item is of. */
  roomOf(item: TimelineItem): Room
  has(eventId: string): boolean
  /** Whether there is more before the first item, or may be. */
  hasEarlier(): boolean
  /** Loads what comes before the first item. Rejects with the server's CallError. */
  earlier(): Promise<void>
  /** Loads what is missing before an event. Rejects with the server's CallError. */
  fill(eventId: string): Promise<void>
  /** Puts the unread mark behind an event of the room itself. */
  mark(eventId: string | undefined): void
}

interface Needs {
  readonly room: Room
  readonly me: string
  readonly history: Pick<History, 'older'>
  readonly succession: Pick<Succession, 'mayHaveEarlier' | 'seek'>
}

/** Creates it for a room; it begins with that room alone. */
export const createTimelineRun = ({ room, me, history, succession }: Needs): TimelineRun => {
  const rooms = signal<readonly Room[]>([room])
  const readUpTo = signal<string | undefined>(undefined)
  // Rooms that name each other in a circle lead nowhere.
  const isCircle = signal(false)

  const itemsOf = (shown: Room): TimelineItem[] => {
    const events = shown.timeline.events.value
    return timelineItems({
      events,
      outbox: shown.outbox.value,
      me,
      gaps: shown.timeline.gaps(),
      readUpTo: shown === room ? readUpTo.value : undefined,
      notices: shown.kind.value !== 'dm',
      untold: upgradeEvents(events, shown !== room),
    })
  }
  const items = computed(() => joinedItems(rooms.value.map((shown) => ({ roomId: shown.roomId, items: itemsOf(shown) }))))

  const missingAtTop = ({ timeline }: Room): string | undefined => {
    const first = timeline.events.value[0]?.event_id
    return first !== undefined && timeline.missingBefore(first) !== undefined ? first : undefined
  }
  const top = (): Room => rooms.value[0] ?? room

  return {
    items,
    roomOf: ({ roomId }) => rooms.value.find((shown) => shown.roomId === roomId) ?? room,
    has: (eventId) => rooms.value.some(({ timeline }) => timeline.has(eventId)),
    hasEarlier: () => {
      if (top().timeline.events.value.length === 0) return false
      return missingAtTop(top()) !== undefined || (!isCircle.value && succession.mayHaveEarlier(top()))
    },
    earlier: async () => {
      const missing = missingAtTop(top())
      if (missing !== undefined) return history.older(top(), missing)
      const before = await succession.seek(top())
      if (before === undefined) return
      if (rooms.value.includes(before)) isCircle.value = true
      else rooms.value = [before, ...rooms.value]
    },
    fill: async (eventId) => {
      const shown = rooms.value.find(({ timeline }) => timeline.has(eventId))
      if (shown !== undefined) await history.older(shown, eventId)
    },
    mark: (eventId) => {
      readUpTo.value = eventId
    },
  }
}
