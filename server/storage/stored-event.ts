import type { EventId, UserId } from '../../spec/identifiers.ts'
import type { Event, Pdu } from '../protocol/event.ts'
import { relationOf } from '../protocol/relations.ts'
import { maxIdBytes } from '../protocol/seal-event.ts'

/** What an event means to unread counts under the default rules; the order is the order of importance. */
export const eventClass = { silent: 0, message: 1, encrypted: 2, roomMention: 3 } as const

/** What became of an event on receipt, where it is not an ordinary part of its room. */
export const eventStatus = {
  /** Held for what cites it; the state before it is unknown. */
  outlier: 1,
  /** The rules forbid it by the events it cites, or by the state before it. */
  rejected: 2,
  /** The room's state at its arrival forbids it. */
  softFailed: 3,
  /** Its arrival changed the room's state otherwise than by taking its own place in it: two branches met. */
  turning: 4,
  /** A redaction whose target is not held, or that its sender had no power for: clients do not see it. */
  withheld: 5,
  /** What our server says to let branches meet: nobody sees it. */
  dummy: 6,
  /** State that did not become the room's, or not it alone: a timeline that tells changes of state goes on after it. */
  past: 7,
} as const

/** The version of the room's state from which a timeline goes on that begins with the event. */
export const versionMetBy = ({ met, stateBefore }: Pick<StoredEvent, 'met' | 'stateBefore'>): number => met ?? stateBefore

/** The state event that another one replaced. */
export interface ReplacedState {
  readonly eventId: EventId
  readonly sender: UserId
  readonly content: Pdu['content']
}

/** An event as the database has it. */
export interface StoredEvent extends Event {
  /** The exact canonical, signed text. */
  readonly json: string
  /** Its number in storage: the position of the commit that stored it. 0 until it is committed. */
  readonly nid: number
  /** Its position in the log as clients see it; `undefined` for events that no timeline has. 0 until it is committed. */
  readonly pos: number | undefined
  readonly roomNid: number
  readonly senderNid: number
  readonly type: string
  readonly sender: UserId
  readonly stateKey: string | undefined
  /** Milliseconds since the Unix epoch. */
  readonly ts: number
  /**
   * The version of the room's state that it found; a state event makes the next one. With an overlay the version that this changes;
   * −1 for outliers.
   */
  readonly stateBefore: number
  /** The number of the overlay that makes the state before it, for an event off the main line. */
  readonly overlay: number | undefined
  /** The version of the room's state from which a timeline that begins with it goes on, where that is not the one before it. */
  readonly met: number | undefined
  /** One of `eventStatus`; `undefined` for an ordinary event. */
  readonly status: number | undefined
  /** One of `eventClass`. */
  readonly class: number
  readonly relation: { readonly type: string; readonly eventId: EventId } | undefined
  /** The ID of the redaction's target, if it is a redaction. */
  readonly redacts: EventId | undefined
  /** The device and the transaction ID with which a client of ours sent it. */
  readonly transaction: { readonly deviceNid: number; readonly txnId: string } | undefined
  /** The number of the redaction that took its content away; the text is the redacted one then. */
  readonly redactedBy: number | undefined
  /** What the rules go on to see of its content, once it is redacted; nobody is shown it. */
  readonly ruled?: Pdu['content']
  /** What it replaced, where it is state and that was looked up. */
  readonly replaced: ReplacedState | undefined
  /** The users it singles out: ID, display name, keyword or a rule of their own. Known while it is recent. */
  readonly mentions: readonly Mention[]
}

/** What an event does to one user's counts, where that is something else than its class does. It notifies, unless `silenced`. */
export interface Mention {
  readonly userNid: number
  readonly highlight: boolean
  /** A rule of the user's own takes the notification away. */
  readonly silenced?: true
}

/** The event as the rules see it: with what it said, though it be redacted. */
export const asRuled = (event: StoredEvent): StoredEvent =>
  event.ruled === undefined ? event : { ...event, pdu: { ...event.pdu, content: event.ruled } }

/** How the column `highlight` of a mention has it. */
export const mentionCode = ({ highlight, silenced }: Mention): number => (silenced === true ? -1 : highlight ? 1 : 0)

/** The relation that columns keep: one whose names fit an index. */
export function storedRelation(content: Pdu['content']): StoredEvent['relation'] {
  const relation = relationOf(content)
  const fits = (text: string) => Buffer.byteLength(text) <= maxIdBytes
  return relation && fits(relation.eventId) && fits(relation.relType) ? { type: relation.relType, eventId: relation.eventId } : undefined
}
