/** An event as the client-server API gives it, inside a room. client-server-api/#room-event-format */
export interface RoomEvent {
  readonly event_id: string
  readonly type: string
  readonly sender: string
  /** Milliseconds since the epoch, by the clock of the sender's server. */
  readonly origin_server_ts: number
  readonly content: Content
  readonly state_key?: string
  readonly redacts?: string
  readonly unsigned?: Unsigned
}

/** The content of an event: any JSON object. */
export type Content = { readonly [key: string]: unknown }

interface Unsigned {
  readonly transaction_id?: string
  readonly redacted_because?: unknown
  readonly prev_content?: Content
  readonly 'm.relations'?: { readonly 'm.replace'?: unknown }
}

/** A state event without its ID, as invites show it. */
export type StrippedEvent = Pick<RoomEvent, 'type' | 'sender' | 'content'> & { readonly state_key: string }

interface Relation {
  readonly type?: string
  readonly target?: string
  /** The emoji of a reaction. */
  readonly key?: string
  /** The event that this one replies to. */
  readonly replyTo?: string
}

const isObject = (value: unknown): value is Content => typeof value === 'object' && value !== null && !Array.isArray(value)
const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** `content[key]` if it is a string, else `undefined`. */
export const textOf = (content: Content | undefined, key: string): string | undefined => asString(content?.[key])

/** `content[key]` if it is an object, else `undefined`. */
export const objectOf = (content: Content | undefined, key: string): Content | undefined => {
  const value = content?.[key]
  return isObject(value) ? value : undefined
}

/** `content[key]` as a list of the strings in it. */
export const textsOf = (content: Content | undefined, key: string): string[] => {
  const value = content?.[key]
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}

/** What an event's `m.relates_to` says; empty fields for what it does not say or says wrongly. */
export const relationOf = (content: Content): Relation => {
  const relates = objectOf(content, 'm.relates_to')
  if (!relates) return {}
  const type = textOf(relates, 'rel_type')
  const target = textOf(relates, 'event_id')
  const key = textOf(relates, 'key')
  const replyTo = relates['is_falling_back'] === true ? undefined : textOf(objectOf(relates, 'm.in_reply_to'), 'event_id')
  return { ...(type && { type }), ...(target && { target }), ...(key && { key }), ...(replyTo && { replyTo }) }
}

/** The ID of the event that a redaction removes: in the content since room version 11, beside it before. */
export const redactedBy = (event: RoomEvent): string | undefined =>
  event.type === 'm.room.redaction' ? (textOf(event.content, 'redacts') ?? event.redacts) : undefined

/** Whether the event was redacted before the server gave it to us. */
export const isRedacted = (event: RoomEvent): boolean => event.unsigned?.redacted_because !== undefined

/** The newest edit that the server bundled with the event, if any. client-server-api/#event-replacements */
export const bundledEdit = (event: RoomEvent): RoomEvent | undefined => {
  const edit = event.unsigned?.['m.relations']?.['m.replace']
  return isObject(edit) && isObject(edit['content']) && typeof edit['sender'] === 'string' ? (edit as unknown as RoomEvent) : undefined
}

/** The localpart of a user ID, for people whose name is not known. */
export const localpart = (userId: string): string => {
  const colon = userId.indexOf(':')
  return colon > 1 ? userId.slice(1, colon) : userId
}
