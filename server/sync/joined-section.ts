import type { UserId } from '../../spec/identifiers.ts'
import type { EventFilter } from '../protocol/event-filter.ts'
import type { Room } from '../rooms/room.ts'
import type { Typing } from '../rooms/typing.ts'
import type { AccountDataEntry } from '../storage/account-data.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { ReceiptEntry } from '../storage/streams.ts'
import { receiptContent } from './recent-receipts.ts'
import { createToldMembers } from './told-members.ts'
import { hasName, type Heroes } from './room-summary.ts'
import type { StateDelta } from './room-state-delta.ts'
import { visibleSlice, type RoomTimeline, type TimelineSlice } from './room-timeline.ts'
import { addTallies, type RoomUnread, type UnreadCounts, type UnreadTally } from './unread-counts.ts'

/** Who reads, on which device. */
export interface Viewer {
  readonly userId: UserId
  readonly userNid: number
  readonly deviceNid: number
  /** Of whom the user wants to read nothing. */
  readonly ignored: ReadonlySet<UserId>
}

/** The client's text of events, as one viewer gets them; at once where nothing must be looked up. */
export type EventTexts = (room: Room, events: readonly StoredEvent[], viewer: Viewer) => readonly string[] | Promise<readonly string[]>
/** The events among these that the viewer may see. */
export type VisibleEvents = (
  room: Room,
  events: readonly StoredEvent[],
  viewer: Viewer,
) => readonly StoredEvent[] | Promise<readonly StoredEvent[]>
/** Counts under the reader's level for the room. */
export type NotificationCounts = (userId: UserId, room: Room, tally: UnreadTally) => { notification_count: number; highlight_count: number }

/** The filters of one room section. */
export interface SectionFilters {
  readonly timeline: EventFilter
  readonly state: EventFilter
  readonly ephemeral: EventFilter
  readonly accountData: EventFilter
}

export interface SectionRequest {
  readonly viewer: Viewer
  readonly room: Room
  /** News after this position; 0 for everything. */
  readonly from: number
  readonly upTo: number
  /** The room is new to the client, or `full_state` was asked: the whole state, and `from` counts for the timeline alone. */
  readonly whole: boolean
  readonly filters: SectionFilters
  readonly useStateAfter: boolean
  readonly receipts: readonly ReceiptEntry[]
  /** Who types, if that has changed. */
  readonly typing: boolean
  /** Counts may have changed, though nothing else has: they are told anyway. */
  readonly recounted: boolean
  readonly accountData: readonly AccountDataEntry[]
}

/** A section of `rooms.join` as JSON text; `undefined` when there is nothing to tell. */
export type JoinedSection = (request: SectionRequest) => Promise<string | undefined>

interface Needs {
  timeline: RoomTimeline
  stateDelta: StateDelta
  heroes: Heroes
  unread: UnreadCounts
  typing: Typing
  texts: EventTexts
  stateTexts: EventTexts
  visible: VisibleEvents
  notificationCounts: NotificationCounts
}

const wrap = (texts: readonly string[]): string => `{"events":[${texts.join(',')}]}`

export function createJoinedSection(needs: Needs): JoinedSection {
  const { timeline, stateDelta, heroes, unread, typing, texts, stateTexts, visible, notificationCounts } = needs

  const timelineOf = ({ room, from, upTo, filters }: SectionRequest) =>
    timeline(room, {
      after: from,
      upTo,
      limit: filters.timeline.limit,
      allows: filters.timeline.passesAll
        ? undefined
        : (event) => filters.timeline.allows({ type: event.type, sender: event.sender, roomId: room.roomId, content: event.pdu.content }),
    })

  const toldMembers = createToldMembers()

  /** The memberships of who speaks, without those that the client was told of. */
  const newMembers = async (
    { room, viewer, filters, useStateAfter }: SectionRequest,
    slice: TimelineSlice,
    speakers: readonly UserId[],
  ): Promise<readonly StoredEvent[]> => {
    if (speakers.length === 0) return []
    const redundant = filters.state.includeRedundantMembers
    return (await stateDelta.members(room, slice, speakers, !useStateAfter)).filter(
      (event) => redundant || !toldMembers.knows(viewer.deviceNid, room.nid, event),
    )
  }

  const stateOf = async (request: SectionRequest, slice: TimelineSlice): Promise<readonly StoredEvent[]> => {
    const { room, from, upTo, whole, filters, useStateAfter, viewer } = request
    const atStart = !useStateAfter
    const lazy = filters.state.lazyLoadMembers
    const speakers = [...new Set([viewer.userId, ...slice.events.map(({ sender }) => sender)])]
    let events: readonly StoredEvent[]
    if (whole) toldMembers.forget(viewer.deviceNid, room.nid)
    else if (lazy) toldMembers.resume(viewer.deviceNid, room.nid, from)
    if (whole) events = await stateDelta.full(room, slice, lazy ? speakers : 'all', atStart)
    else {
      const changed = await stateDelta.since(room, slice, from, upTo, atStart)
      // Who speaks may be new to a client that was not told of all members.
      const members = lazy ? await newMembers(request, slice, speakers.slice(1)) : []
      events = lazy ? [...changed.filter((event) => !members.includes(event)), ...members] : changed
    }
    if (lazy) toldMembers.note(viewer.deviceNid, room.nid, upTo, events)
    return filters.state.passesAll
      ? events
      : events.filter((event) =>
          filters.state.allows({ type: event.type, sender: event.sender, roomId: room.roomId, content: event.pdu.content }),
        )
  }

  const ephemeralOf = ({ room, receipts, typing: typingChanged, filters }: SectionRequest): string[] => {
    const found: string[] = []
    if (typingChanged && filters.ephemeral.allowsType('m.typing'))
      found.push(JSON.stringify({ type: 'm.typing', content: { user_ids: typing.usersIn(room.roomId) } }))
    if (receipts.length > 0 && filters.ephemeral.allowsType('m.receipt'))
      found.push(JSON.stringify({ type: 'm.receipt', content: receiptContent(receipts) }))
    return found
  }

  const summaryOf = async ({ room, viewer, whole }: SectionRequest, slice: TimelineSlice): Promise<string> => {
    if (!whole && !slice.limited && !slice.events.some(({ type }) => type === 'm.room.member')) return '{}'
    return JSON.stringify({
      ...(!hasName(room) && { 'm.heroes': await heroes.of(room, viewer.userId) }),
      'm.joined_member_count': room.counts.join,
      'm.invited_member_count': room.counts.invite,
    })
  }

  return async (request) => {
    const { room, viewer, whole, filters, useStateAfter, accountData } = request
    const found = timelineOf(request)
    const whole_ = found instanceof Promise ? await found : found
    const shown = visible(room, whole_.events, viewer)
    const slice = visibleSlice(whole_, shown instanceof Promise ? await shown : shown)
    const state = whole || slice.limited || filters.state.lazyLoadMembers || useStateAfter ? await stateOf(request, slice) : []
    const ephemeral = ephemeralOf(request)
    const personal = accountData.filter(({ type, content }) => filters.accountData.allows({ type, content, roomId: room.roomId }))
    if (
      !whole &&
      !request.recounted &&
      slice.events.length === 0 &&
      !slice.limited &&
      state.length === 0 &&
      ephemeral.length === 0 &&
      personal.length === 0 &&
      request.receipts.length === 0
    )
      return undefined
    const eventTexts = texts(room, slice.events, viewer)
    const lines = eventTexts instanceof Promise ? await eventTexts : eventTexts
    const stateLines = state.length === 0 ? [] : await stateTexts(room, state, viewer)
    const counts = unread.of(viewer, room)
    const parts = [
      `"timeline":{"events":[${lines.join(',')}],"limited":${slice.limited},"prev_batch":"t${slice.before}"}`,
      `"${useStateAfter ? 'state_after' : 'state'}":${wrap(stateLines)}`,
      `"ephemeral":${wrap(ephemeral)}`,
      `"account_data":${wrap(personal.map(({ type, content }) => JSON.stringify({ type, content })))}`,
      `"summary":${await summaryOf(request, slice)}`,
      notificationTexts(notificationCounts, viewer.userId, room, counts, filters.timeline.unreadThreadNotifications),
    ]
    return `{${parts.join(',')}}`
  }
}

/** The counts of a room, apart from its threads if the client asked for that. client-server-api/#receiving-notifications */
function notificationTexts(
  countsOf: NotificationCounts,
  userId: UserId,
  room: Room,
  { main, threads }: RoomUnread,
  byThread: boolean,
): string {
  if (threads.size === 0) return `"unread_notifications":${JSON.stringify(countsOf(userId, room, main))}`
  if (!byThread) {
    const all = [main, ...threads.values()].reduce(addTallies)
    return `"unread_notifications":${JSON.stringify(countsOf(userId, room, all))}`
  }
  const apart = Object.fromEntries([...threads].map(([root, tally]) => [root, countsOf(userId, room, tally)]))
  return `"unread_notifications":${JSON.stringify(countsOf(userId, room, main))},"unread_thread_notifications":${JSON.stringify(apart)}`
}
