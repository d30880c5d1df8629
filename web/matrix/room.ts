import type { SlidingRoom } from '../../spec/client/sliding-sync.ts'
import { batch, computed, type ReadonlySignal, signal } from './changes.ts'
import { type RoomEvent, type StrippedEvent, textOf } from './event.ts'
import type { OutboxEntry } from './outbox.ts'
import { createReceipts, type Receipts } from './receipts.ts'
import { type Heroes, roomNameOf } from './room-name.ts'
import { functionalMembers, kindOf, type Member, membersOf, type RoomKind, type StateMap, withState } from './room-state.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import { isMessage, nameOf } from './timeline-items.ts'
import { createUnreadCount, type UnreadCount } from './unread.ts'

/** One room as the reader knows it. Everything in it is a signal or made of signals. */
export interface Room {
  readonly roomId: string
  readonly membership: ReadonlySignal<string>
  readonly state: ReadonlySignal<StateMap>
  readonly members: ReadonlySignal<ReadonlyMap<string, Member>>
  readonly kind: ReadonlySignal<RoomKind>
  readonly name: ReadonlySignal<string>
  readonly unread: UnreadCount
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
  /** State read otherwise than by sync: the whole list of members, or a room that is only looked at. */
  addState(events: readonly (RoomEvent | StrippedEvent)[]): void
  setMembership(membership: string): void
}

/** What a room is made with. */
export interface RoomNeeds {
  readonly roomId: string
  readonly me: string
  readonly outbox: ReadonlySignal<readonly OutboxEntry[]>
  /** Whether the server counts what is unread. */
  readonly serverCounts: ReadonlySignal<boolean>
  /** A name from elsewhere, for members whose event is not here. */
  readonly knownName: (userId: string) => string | undefined
}

interface Summary {
  readonly name: string | undefined
  readonly heroes: Heroes
  readonly isDirect: boolean
  readonly joined: number | undefined
  readonly bump: number
}

const emptySummary: Summary = { name: undefined, heroes: [], isDirect: false, joined: undefined, bump: 0 }

const summaryOf = (before: Summary, news: SlidingRoom): Summary => ({
  name: news.name === undefined ? before.name : (news.name ?? undefined),
  heroes: news.heroes ?? before.heroes,
  isDirect: news.is_dm ?? before.isDirect,
  joined: news.joined_count ?? before.joined,
  bump: news.bump_stamp ?? before.bump,
})

/** The state after the news. A room that begins anew keeps the members it had: they come lazily. */
const stateAfter = (before: StateMap, news: SlidingRoom, events: readonly RoomEvent[]): StateMap => {
  const kept = news.initial ? [...before.values()].filter((entry) => entry.type === 'm.room.member') : []
  const stripped = (news.invite_state ?? []) as readonly StrippedEvent[]
  const required = (news.required_state ?? []) as unknown as readonly RoomEvent[]
  const changes = events.filter((event) => event.state_key !== undefined)
  return withState(news.initial ? new Map() : before, [...(kept as RoomEvent[]), ...stripped, ...required, ...changes])
}

const joinedIn = (members: ReadonlyMap<string, Member>) => [...members.values()].filter(({ membership }) => membership === 'join').length

/** What a room holds; `createRoom` adds what follows from it. */
const createHeld = ({ me, serverCounts }: RoomNeeds) => {
  const timeline = createTimeline()
  const receipts = createReceipts(me)
  const unread = createUnreadCount({ me, events: timeline.events, ownReceipt: receipts.own, serverCounts })
  return {
    timeline,
    receipts,
    unread,
    summary: signal(emptySummary),
    state: signal<StateMap>(new Map()),
    membership: signal('join'),
    typing: signal<readonly string[]>([]),
    readUpTo: signal<string | undefined>(undefined),
  }
}

const createApply =
  ({ me }: RoomNeeds, held: ReturnType<typeof createHeld>) =>
  (news: SlidingRoom): RoomEvent[] =>
    batch(() => {
      const { summary, state, membership, timeline, typing, receipts } = held
      const events = (news.timeline ?? []) as readonly RoomEvent[]
      // Of a room that begins anew the same answer tells who types and who has read; nobody tells who has stopped meanwhile.
      if (news.initial) {
        typing.value = []
        receipts.clear()
      }
      summary.value = summaryOf(news.initial ? { ...emptySummary, bump: summary.value.bump } : summary.value, news)
      state.value = stateAfter(state.value, news, events)
      const own = membersOf(state.value).get(me)?.membership
      membership.value = news.membership ?? own ?? (news.invite_state ? 'invite' : membership.value)
      const fresh = timeline.addLive({ events, prevBatch: news.prev_batch, gap: news.limited === true || news.initial === true })
      // Whoever has spoken has ceased to type.
      if (fresh.length > 0) typing.value = typing.value.filter((userId) => !fresh.some((event) => event.sender === userId))
      return fresh
    })

/** Creates a room of which nothing is known yet. */
export const createRoom = (needs: RoomNeeds): Room => {
  const { roomId, me, outbox, knownName } = needs
  const held = createHeld(needs)
  const { summary, state, membership, typing, readUpTo, timeline, receipts, unread } = held
  const members = computed(() => membersOf(state.value))
  const naming = () => {
    const { heroes, name: served } = summary.value
    return { state: state.value, members: members.value, heroes, served, me, knownName }
  }
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
    kind: computed(() => kindOf(state.value, summary.value.isDirect)),
    name: computed(() => roomNameOf(naming())),
    activity: computed(() => summary.value.bump),
    memberCount: computed(() => Math.max(0, (summary.value.joined ?? joinedIn(members.value)) - functionalMembers(state.value).size)),
    lastMessage: computed(() => timeline.events.value.findLast(isMessage)),
    outbox: computed(() => outbox.value.filter((entry) => entry.roomId === roomId)),
    nameOf: (userId) => nameOf(userId, members.value.get(userId)?.name ?? knownName(userId)),
    apply: createApply(needs, held),
    applyTyping: (userIds) => {
      typing.value = userIds.filter((userId) => userId !== me)
    },
    applyAccountData: (type, content) => {
      if (type === 'm.fully_read') readUpTo.value = textOf(content, 'event_id')
    },
    addState: (events) => {
      state.value = withState(state.value, events)
    },
    setMembership: (next) => {
      membership.value = next
    },
  }
}
