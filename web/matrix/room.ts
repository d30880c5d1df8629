import type { SlidingRoom } from '../../spec/client/sliding-sync.ts'
import type { UnreadRoom } from '../../spec/extensions/unread.ts'
import { batch, computed, type ReadonlySignal, signal } from './changes.ts'
import { type RoomEvent, type StrippedEvent, textOf } from './event.ts'
import type { OutboxEntry } from './outbox.ts'
import { createReceipts, type Receipts } from './receipts.ts'
import { functionalMembers, givenName, kindOf, type Member, membersOf, type RoomKind, type StateMap, withState } from './room-state.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import { isMessage, nameOf } from './timeline-items.ts'

/** Unread messages and mentions. */
export interface Unread {
  readonly messages: number
  readonly mentions: number
}

/** One room as the reader knows it. Everything in it is a signal or made of signals. */
export interface Room {
  readonly roomId: string
  readonly membership: ReadonlySignal<string>
  readonly state: ReadonlySignal<StateMap>
  readonly members: ReadonlySignal<ReadonlyMap<string, Member>>
  readonly kind: ReadonlySignal<RoomKind>
  readonly name: ReadonlySignal<string>
  readonly unread: ReadonlySignal<Unread>
  /** Greater: more recent. */
  readonly activity: ReadonlySignal<number>
  readonly memberCount: ReadonlySignal<number>
  readonly lastMessage: ReadonlySignal<RoomEvent | undefined>
  /** User IDs of those who type now, the reader left out. */
  readonly typing: ReadonlySignal<readonly string[]>
  /** The reader's `m.fully_read` mark. */
  readonly readUpTo: ReadonlySignal<string | undefined>
  readonly timeline: Timeline
  readonly receipts: Receipts
  /** What the reader has said here and the server has not shown yet. */
  readonly outbox: ReadonlySignal<readonly OutboxEntry[]>
  nameOf(userId: string): string
  /** Merges what a sync says; gives back the events that were new. */
  apply(news: SlidingRoom): RoomEvent[]
  applyTyping(userIds: readonly string[]): void
  applyAccountData(type: string, content: { readonly [key: string]: unknown }): void
  applyUnread(counts: UnreadRoom): void
  /** State read otherwise than by sync: the whole list of members, or a room that is only looked at. */
  addState(events: readonly (RoomEvent | StrippedEvent)[]): void
  setMembership(membership: string): void
  /** The reader has read everything: shown at once, before the server says so. */
  clearUnread(): void
}

interface Needs {
  readonly roomId: string
  readonly me: string
  readonly outbox: ReadonlySignal<readonly OutboxEntry[]>
  /** A name from elsewhere, for members whose event is not here. */
  readonly knownName: (userId: string) => string | undefined
}

interface Summary {
  readonly name: string | undefined
  readonly heroes: SlidingRoom['heroes']
  readonly isDirect: boolean
  readonly joined: number | undefined
  readonly invited: number
  readonly bump: number
}

const emptySummary: Summary = { name: undefined, heroes: undefined, isDirect: false, joined: undefined, invited: 0, bump: 0 }

const summaryOf = (before: Summary, news: SlidingRoom): Summary => ({
  name: news.name === undefined ? before.name : (news.name ?? undefined),
  heroes: news.heroes ?? before.heroes,
  isDirect: news.is_dm ?? before.isDirect,
  joined: news.joined_count ?? before.joined,
  invited: news.invited_count ?? before.invited,
  bump: news.bump_stamp ?? before.bump,
})

const isStateEvent = (event: RoomEvent) => event.state_key !== undefined

/** Creates a room of which nothing is known yet. */
export const createRoom = ({ roomId, me, outbox, knownName }: Needs): Room => {
  const summary = signal(emptySummary)
  const state = signal<StateMap>(new Map())
  const membership = signal('join')
  const unread = signal<Unread>({ messages: 0, mentions: 0 })
  const typing = signal<readonly string[]>([])
  const readUpTo = signal<string | undefined>(undefined)
  const timeline = createTimeline()
  const receipts = createReceipts(me)
  let counted = false

  const members = computed(() => membersOf(state.value))
  const personName = (userId: string) => nameOf(userId, members.value.get(userId)?.name ?? knownName(userId))

  const heroNames = (): string[] => {
    const functional = functionalMembers(state.value)
    const heroes = (summary.value.heroes ?? []).filter((hero) => hero.user_id !== me && !functional.has(hero.user_id))
    if (heroes.length > 0) return heroes.map((hero) => nameOf(hero.user_id, hero.displayname ?? members.value.get(hero.user_id)?.name))
    const present = [...members.value.values()].filter((member) => ['join', 'invite'].includes(member.membership))
    const others = present.filter(({ userId }) => userId !== me && !functional.has(userId))
    return others.slice(0, 5).map((member) => nameOf(member.userId, member.name ?? knownName(member.userId)))
  }

  const apply = (news: SlidingRoom): RoomEvent[] =>
    batch(() => {
      const events = (news.timeline ?? []) as readonly RoomEvent[]
      summary.value = summaryOf(news.initial ? { ...emptySummary, bump: summary.value.bump } : summary.value, news)
      const before = news.initial ? new Map() : state.value
      // A room that is named anew keeps the members it had: they come lazily.
      const kept = news.initial ? [...state.value.values()].filter((entry) => entry.type === 'm.room.member') : []
      const stripped = (news.invite_state ?? []) as readonly StrippedEvent[]
      const required = (news.required_state ?? []) as unknown as readonly RoomEvent[]
      state.value = withState(before, [...(kept as RoomEvent[]), ...stripped, ...required, ...events.filter(isStateEvent)])
      const own = membersOf(state.value).get(me)?.membership
      membership.value = news.membership ?? own ?? (news.invite_state ? 'invite' : membership.value)
      const fresh = timeline.addLive({ events, prevBatch: news.prev_batch, gap: news.limited === true || news.initial === true })
      if (!counted && news.notification_count !== undefined) {
        unread.value = { messages: news.notification_count, mentions: news.highlight_count ?? 0 }
      }
      if (fresh.length > 0) typing.value = typing.value.filter((userId) => !fresh.some((event) => event.sender === userId))
      return fresh
    })

  return {
    roomId,
    membership,
    state,
    members,
    unread,
    typing,
    readUpTo,
    timeline,
    receipts,
    apply,
    kind: computed(() => kindOf(state.value, summary.value.isDirect)),
    name: computed(() => givenName(state.value) ?? summary.value.name ?? heroNames().join(', ')),
    activity: computed(() => summary.value.bump),
    memberCount: computed(() => Math.max(0, (summary.value.joined ?? members.value.size) - functionalMembers(state.value).size)),
    lastMessage: computed(() => timeline.events.value.findLast(isMessage)),
    outbox: computed(() => outbox.value.filter((entry) => entry.roomId === roomId)),
    nameOf: personName,
    applyTyping: (userIds) => {
      typing.value = userIds.filter((userId) => userId !== me)
    },
    applyAccountData: (type, content) => {
      if (type === 'm.fully_read') readUpTo.value = textOf(content, 'event_id')
    },
    applyUnread: (counts) => {
      counted = true
      const threads = Object.values(counts.threads ?? {})
      const sum = (key: keyof Unread) => threads.reduce((total, thread) => total + thread[key], counts[key])
      unread.value = { messages: sum('messages'), mentions: sum('mentions') }
    },
    addState: (events) => {
      state.value = withState(state.value, events)
    },
    setMembership: (next) => {
      membership.value = next
    },
    clearUnread: () => {
      unread.value = { messages: 0, mentions: 0 }
    },
  }
}
