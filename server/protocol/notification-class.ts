import type { JsonObject } from './event.ts'
import { own, ownString } from './json-values.ts'

/**
 * What an event is to somebody whom nothing in it singles out, under the default push rules:
 * `silent` (notifies nobody), `message`, `encrypted` (notify), `room-mention` (notifies and highlights).
 * Stored with each event, so that unread counts are range counts.
 */
export type NotificationClass = 'silent' | 'message' | 'encrypted' | 'room-mention'

/** What decides the class. */
export interface Classified {
  readonly type: string
  readonly stateKey?: string | undefined
  readonly content: JsonObject
}

/**
 * The class of an event: what the default rules come to, in their order, without those that ask who the reader is.
 * client-server-api/#predefined-rules
 * @param mayNotifyRoom whether the sender's power level reaches that for `room` notifications; asked only where it matters
 */
export const classify = ({ type, stateKey, content }: Classified, mayNotifyRoom: () => boolean): NotificationClass => {
  // Rules compare whatever the case.
  const kind = type.toLowerCase()
  // .m.rule.suppress_notices
  if (ownString(content, 'msgtype')?.toLowerCase() === 'm.notice') return 'silent'
  // .m.rule.member_event
  if (kind === 'm.room.member') return 'silent'
  // .m.rule.is_room_mention
  if (own(own(content, 'm.mentions'), 'room') === true && mayNotifyRoom()) return 'room-mention'
  // .m.rule.tombstone
  if (kind === 'm.room.tombstone' && stateKey === '') return 'room-mention'
  // .m.rule.suppress_edits; .m.rule.reaction and .m.rule.room.server_acl silence what no later rule would notify of
  if (own(own(content, 'm.relates_to'), 'rel_type') === 'm.replace') return 'silent'
  // .m.rule.call, .m.rule.room_one_to_one, .m.rule.message
  if (kind === 'm.call.invite' || kind === 'm.room.message') return 'message'
  // .m.rule.encrypted_room_one_to_one, .m.rule.encrypted
  return kind === 'm.room.encrypted' ? 'encrypted' : 'silent'
}

/** The users whom an event mentions by ID, each once. client-server-api/#user-and-room-mentions */
export const mentionedUsers = (content: JsonObject): readonly string[] => {
  const listed = own(own(content, 'm.mentions'), 'user_ids')
  return Array.isArray(listed) ? [...new Set(listed.filter((userId): userId is string => typeof userId === 'string'))] : []
}
