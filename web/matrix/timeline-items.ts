import { type Content, localpart, type RoomEvent, relationOf, textOf } from './event.ts'
import { foldRelations, type Folded, type Reaction } from './relations.ts'
import { isNotice, worthShowing } from './notices.ts'
import type { OutboxEntry } from './outbox.ts'

/** A message as it is to be shown: edits applied, reactions gathered, local echoes included. */
export interface MessageItem {
  readonly kind: 'message'
  /** Stays the same when an echo becomes an event. */
  readonly key: string
  /** Absent while the server has not acknowledged it. */
  readonly eventId?: string
  /** The outbox entry that is under way for it: its own, or its newest edit's. */
  readonly entryId?: string
  readonly sender: string
  readonly ts: number
  readonly type: string
  readonly content: Content
  readonly edited: boolean
  readonly redacted: boolean
  readonly reactions: readonly Reaction[]
  readonly replyTo?: string
  readonly state: 'sent' | 'sending' | 'failed'
  readonly reason?: string
  readonly mine: boolean
  /** Follows a message of the same person within minutes: shown without a head. */
  readonly continued: boolean
}

/** Changes of the room that people should see: joins, names, topics. Neighbours stand together. */
export interface NoticeItem {
  readonly kind: 'notice'
  readonly key: string
  readonly events: readonly RoomEvent[]
}
/** The beginning of a day in the viewer's time zone. */
export interface DayItem {
  readonly kind: 'day'
  readonly key: string
  readonly ts: number
}
/** Where the unread messages begin. */
export interface UnreadItem {
  readonly kind: 'unread'
  readonly key: string
}
/** Events are missing here; the token fetches them. */
export interface GapItem {
  readonly kind: 'gap'
  readonly key: string
  readonly eventId: string
}
/** Where the conversation moved from one room to the next. */
export interface UpgradeItem {
  readonly kind: 'upgrade'
  readonly key: string
}
export type TimelineItem = (MessageItem | NoticeItem | DayItem | UnreadItem | GapItem | UpgradeItem) & {
  /** The room that it is of, where that is one whose place the shown room took. */
  readonly roomId?: string
}

export interface ItemsInput {
  readonly events: readonly RoomEvent[]
  readonly outbox: readonly OutboxEntry[]
  readonly me: string
  /** The event after which messages are new to the reader. */
  readonly readUpTo?: string | undefined
  readonly gaps: readonly string[]
  /** Whether changes of the room are told; between two people they say nothing. */
  readonly notices?: boolean
  /** Events that are told of otherwise than by a notice. */
  readonly untold?: ReadonlySet<string>
}

const continuesWithinMs = 5 * 60_000
const messageTypes = new Set(['m.room.message', 'm.room.encrypted', 'm.sticker'])
/** Whether the event is one that people read, and not one that changes another. */
export const isMessage = (event: RoomEvent): boolean =>
  messageTypes.has(event.type) && event.state_key === undefined && relationOf(event.content).type !== 'm.replace'

/** One text for each day in the viewer's time zone. */
export const dayOf = (ts: number): string => {
  const date = new Date(ts)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

const optional = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }

const messageOf = (event: RoomEvent, folded: Folded, me: string): MessageItem => {
  const edit = folded.edits.get(event.event_id)
  const redacted = folded.redacted.has(event.event_id)
  const original = relationOf(event.content)
  return {
    kind: 'message',
    key: event.unsigned?.transaction_id && event.sender === me ? event.unsigned.transaction_id : event.event_id,
    eventId: event.event_id,
    sender: event.sender,
    ts: event.origin_server_ts,
    type: event.type,
    content: redacted ? {} : (edit?.content ?? event.content),
    edited: !redacted && edit !== undefined,
    redacted,
    reactions: redacted ? [] : (folded.reactions.get(event.event_id) ?? []),
    state: edit?.state ?? 'sent',
    mine: event.sender === me,
    continued: false,
    ...optional({ entryId: edit?.entryId, reason: edit?.reason, replyTo: redacted ? undefined : original.replyTo }),
  }
}

const echoOf = (entry: OutboxEntry, me: string): MessageItem => ({
  kind: 'message',
  key: entry.id,
  entryId: entry.id,
  sender: me,
  ts: entry.createdAt,
  type: entry.type,
  content: entry.content,
  edited: false,
  redacted: false,
  reactions: [],
  state: entry.state === 'failed' ? 'failed' : entry.state === 'sent' ? 'sent' : 'sending',
  mine: true,
  continued: false,
  ...optional({ eventId: entry.eventId, replyTo: relationOf(entry.content).replyTo, reason: entry.reason }),
})

const isEcho = (entry: OutboxEntry, events: readonly RoomEvent[]): boolean =>
  messageTypes.has(entry.type) &&
  relationOf(entry.content).type !== 'm.replace' &&
  !events.some((event) => event.event_id === entry.eventId || event.unsigned?.transaction_id === entry.id)

const idsOf = (item: MessageItem | NoticeItem | GapItem): (string | undefined)[] =>
  item.kind === 'message' ? [item.eventId] : item.kind === 'notice' ? item.events.map((event) => event.event_id) : []

/** Joins neighbouring notices of a day into one. */
const gatherNotices = (plain: readonly (MessageItem | NoticeItem | GapItem)[]): (MessageItem | NoticeItem | GapItem)[] => {
  const gathered: (MessageItem | NoticeItem | GapItem)[] = []
  for (const item of plain) {
    const last = gathered.at(-1)
    const [first] = item.kind === 'notice' ? item.events : []
    const [before] = last?.kind === 'notice' ? last.events : []
    if (first && before && last?.kind === 'notice' && dayOf(first.origin_server_ts) === dayOf(before.origin_server_ts)) {
      gathered[gathered.length - 1] = { ...last, events: [...last.events, first] }
    } else gathered.push(item)
  }
  return gathered.map((item) => (item.kind === 'notice' ? { ...item, events: worthShowing(item.events) } : item))
}

/** Adds day marks, the unread mark and the grouping of neighbours. */
const arrange = (plain: readonly (MessageItem | NoticeItem | GapItem)[], { me, readUpTo }: ItemsInput): TimelineItem[] => {
  const items: TimelineItem[] = []
  let day = ''
  let passed = false
  let marked = readUpTo === undefined
  let previous: MessageItem | undefined
  for (const item of plain) {
    const ts = item.kind === 'message' ? item.ts : item.kind === 'notice' ? item.events[0]?.origin_server_ts : undefined
    if (ts !== undefined && dayOf(ts) !== day) {
      day = dayOf(ts)
      items.push({ kind: 'day', key: `day ${day} ${item.key}`, ts })
      previous = undefined
    }
    if (!marked && passed && item.kind === 'message' && item.sender !== me) {
      items.push({ kind: 'unread', key: 'unread' })
      marked = true
      previous = undefined
    }
    if (readUpTo !== undefined && idsOf(item).includes(readUpTo)) passed = true
    if (item.kind !== 'message') {
      items.push(item)
      previous = undefined
      continue
    }
    const continued = previous?.sender === item.sender && item.ts - previous.ts < continuesWithinMs && item.replyTo === undefined
    items.push(continued ? { ...item, continued } : item)
    previous = item
  }
  return items
}

/**
 * What a room's timeline shows, oldest first: messages with their edits and reactions, notices, local echoes at the end,
 * days, the unread mark and the gaps. Pure: the same input gives the same items.
 */
export const timelineItems = (input: ItemsInput): TimelineItem[] => {
  const { events, outbox, me, gaps, readUpTo, notices = true, untold } = input
  const folded = foldRelations(events, outbox, me)
  const missing = new Set(gaps)
  const plain: (MessageItem | NoticeItem | GapItem)[] = []
  // A read mark may stand on an event that shows nothing (a reaction, an edit): it then holds for what was shown before it.
  let shownReadUpTo = readUpTo
  let lastShown: string | undefined
  for (const event of events) {
    if (missing.has(event.event_id) && event !== events[0]) {
      plain.push({ kind: 'gap', key: `gap ${event.event_id}`, eventId: event.event_id })
    }
    if (isMessage(event)) plain.push(messageOf(event, folded, me))
    else if (notices && isNotice(event) && !untold?.has(event.event_id))
      plain.push({ kind: 'notice', key: event.event_id, events: [event] })
    else {
      if (event.event_id === readUpTo) shownReadUpTo = lastShown
      continue
    }
    lastShown = event.event_id
  }
  for (const entry of outbox) if (isEcho(entry, events)) plain.push(echoOf(entry, me))
  return arrange(gatherNotices(plain), { ...input, readUpTo: shownReadUpTo })
}

/** The words of a message for lists and labels: its body without the quoted fallback of older clients. */
export const plainBody = (content: Content): string => {
  const body = textOf(content, 'body') ?? ''
  return relationOf(content).replyTo ? body.replace(/^(> .*\n)+\n/, '') : body
}

/** The name for a person whose profile is not known. */
export const nameOf = (userId: string, displayName: string | undefined): string => displayName?.trim() || localpart(userId)
