import { bundledEdit, type Content, isRedacted, objectOf, type RoomEvent, redactedBy, relationOf } from './event.ts'
import type { OutboxEntry } from './outbox.ts'

/** One emoji under a message. */
export interface Reaction {
  readonly key: string
  /** User IDs, in the order of their reactions. */
  readonly senders: readonly string[]
  /** The reader's own reaction: its event, if acknowledged, and its outbox entry, if under way. */
  readonly mine?: { readonly eventId?: string; readonly entryId?: string }
}

interface Edit {
  readonly content: Content
  readonly ts: number
  readonly state: 'sent' | 'sending' | 'failed'
  readonly entryId?: string
  readonly reason?: string
}

/** What a room's events and the outbox say about other events, by the ID of the event they are about. */
export interface Folded {
  readonly edits: ReadonlyMap<string, Edit>
  readonly reactions: ReadonlyMap<string, Reaction[]>
  readonly redacted: ReadonlySet<string>
}

interface Vote {
  readonly sender: string
  readonly eventId?: string
  readonly entryId?: string
}

const redactions = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[]): Set<string> => {
  const redacted = new Set<string>()
  for (const event of events) {
    const target = redactedBy(event)
    if (target !== undefined) redacted.add(target)
    if (isRedacted(event)) redacted.add(event.event_id)
  }
  for (const entry of outbox) if (entry.redacts !== undefined && entry.state !== 'failed') redacted.add(entry.redacts)
  return redacted
}

const newContent = (edit: Content): Content | undefined => objectOf(edit, 'm.new_content')

/** An edit counts if its sender wrote the original; the newest wins. client-server-api/#validity-of-replacement-events */
const editsOf = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[], redacted: Set<string>): Map<string, Edit> => {
  const authors = new Map(events.map((event) => [event.event_id, event.sender]))
  const edits = new Map<string, Edit>()
  const offer = (target: string, edit: RoomEvent) => {
    const content = newContent(edit.content)
    const known = edits.get(target)
    if (!content || authors.get(target) !== edit.sender || (known && known.ts > edit.origin_server_ts)) return
    edits.set(target, { content, ts: edit.origin_server_ts, state: 'sent' })
  }
  for (const event of events) {
    const bundled = bundledEdit(event)
    if (bundled && !redacted.has(bundled.event_id)) offer(event.event_id, bundled)
    const relation = relationOf(event.content)
    if (relation.type === 'm.replace' && relation.target && !redacted.has(event.event_id)) offer(relation.target, event)
  }
  for (const entry of outbox) {
    const relation = relationOf(entry.content)
    const content = newContent(entry.content)
    if (relation.type !== 'm.replace' || !relation.target || !content) continue
    const state = entry.state === 'waiting' ? 'sending' : entry.state
    edits.set(relation.target, {
      content,
      ts: entry.createdAt,
      state,
      entryId: entry.id,
      ...(entry.reason && { reason: entry.reason }),
    })
  }
  return edits
}

const votesOf = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[], redacted: Set<string>, me: string) => {
  const votes = new Map<string, Map<string, Vote[]>>()
  const count = (target: string, key: string, vote: Vote) => {
    const keys = votes.get(target) ?? votes.set(target, new Map()).get(target)
    const list = keys?.get(key) ?? []
    if (list.some((known) => known.sender === vote.sender)) return
    keys?.set(key, [...list, vote])
  }
  for (const event of events) {
    const { type, target, key } = relationOf(event.content)
    if (event.type !== 'm.reaction' || type !== 'm.annotation' || !target || !key || redacted.has(event.event_id)) continue
    count(target, key, { sender: event.sender, eventId: event.event_id })
  }
  for (const entry of outbox) {
    const { target, key } = relationOf(entry.content)
    if (entry.type !== 'm.reaction' || entry.state === 'failed' || !target || !key) continue
    if (entry.eventId !== undefined && redacted.has(entry.eventId)) continue
    count(target, key, { sender: me, entryId: entry.id, ...(entry.eventId && { eventId: entry.eventId }) })
  }
  return votes
}

const reactionOf = (key: string, votes: readonly Vote[], me: string): Reaction => {
  const mine = votes.find((vote) => vote.sender === me)
  return {
    key,
    senders: votes.map((vote) => vote.sender),
    ...(mine && { mine: { ...(mine.eventId && { eventId: mine.eventId }), ...(mine.entryId && { entryId: mine.entryId }) } }),
  }
}

/** Gathers edits, reactions and redactions, those of the outbox as if they had been sent. */
export const foldRelations = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[], me: string): Folded => {
  const redacted = redactions(events, outbox)
  const reactions = new Map<string, Reaction[]>()
  for (const [target, keys] of votesOf(events, outbox, redacted, me)) {
    reactions.set(
      target,
      [...keys].map(([key, votes]) => reactionOf(key, votes, me)),
    )
  }
  return { edits: editsOf(events, outbox, redacted), reactions, redacted }
}
