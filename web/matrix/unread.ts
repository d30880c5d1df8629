import type { UnreadRoom } from '../../spec/extensions/unread.ts'
import { computed, type ReadonlySignal, signal } from './changes.ts'
import { objectOf, type RoomEvent, textsOf } from './event.ts'
import { isMessage } from './timeline-items.ts'

/** Unread messages and mentions. */
export interface Unread {
  readonly messages: number
  readonly mentions: number
}

/** What is unread in a room: the server's count where it counts, else our own over the events that we hold. */
export interface UnreadCount {
  readonly current: ReadonlySignal<Unread>
  /** The server's counts, those of threads included. */
  apply(counts: UnreadRoom): void
  /** All is read: shown at once, before the server says so. */
  clear(): void
}

interface Needs {
  readonly me: string
  readonly events: ReadonlySignal<readonly RoomEvent[]>
  /** The event up to which the reader's own receipt says he has read. */
  readonly ownReceipt: ReadonlySignal<string | undefined>
  /** Whether the server counts (the sync extension `chat.hallway.unread`). */
  readonly serverCounts: ReadonlySignal<boolean>
}

const nothing: Unread = { messages: 0, mentions: 0 }

const isMention = (event: RoomEvent, me: string): boolean => {
  const mentions = objectOf(event.content, 'm.mentions')
  return textsOf(mentions, 'user_ids').includes(me) || mentions?.['room'] === true
}

/** Messages of others after the reader's mark, his own last message or his own join, whichever came last. */
export const countUnread = (events: readonly RoomEvent[], me: string, mark: string | undefined): Unread => {
  const from = events.findLastIndex((event) => event.event_id === mark || event.sender === me || event.state_key === me)
  if (from < 0) return nothing
  const later = events.slice(from + 1).filter((event) => isMessage(event) && event.unsigned?.redacted_because === undefined)
  return { messages: later.length, mentions: later.filter((event) => isMention(event, me)).length }
}

/** Creates the count of one room. */
export const createUnreadCount = ({ me, events, ownReceipt, serverCounts }: Needs): UnreadCount => {
  const counted = signal(nothing)
  const cleared = signal<string | undefined>(undefined)
  const current = computed(() => {
    if (serverCounts.value) return counted.value
    const own = countUnread(events.value, me, ownReceipt.value)
    const afterClearing = countUnread(events.value, me, cleared.value)
    return afterClearing.messages < own.messages && cleared.value !== undefined ? afterClearing : own
  })
  return {
    current,
    apply: (counts) => {
      const threads = Object.values(counts.threads ?? {})
      const sum = (key: keyof Unread) => threads.reduce((total, thread) => total + thread[key], counts[key])
      counted.value = { messages: sum('messages'), mentions: sum('mentions') }
    },
    clear: () => {
      counted.value = nothing
      cleared.value = events.value.at(-1)?.event_id
    },
  }
}
