import type { Draft, JsonObject } from '../protocol/event.ts'
import { own, ownString } from '../protocol/json-values.ts'
import type { PushCondition, PushRule } from '../protocol/push-rule.ts'
import type { PushRuleChanges } from '../protocol/push-rules.ts'
import { asksRoomOnly } from '../rooms/notification-level.ts'

/**
 * Where to look a rule up: whatever a rule makes of an event, the event shows one of the rule's triggers, or the rule treats it as
 * it does every event of its class in the room. A trigger is a kind and a value, such as `word:lunch`, `sender:@bob:example.org`.
 */
export type Trigger = `${'word' | 'sign' | 'sender' | 'room' | 'type' | 'is'}:${string}` | 'any'

const classTypes: readonly string[] = ['m.room.message', 'm.room.encrypted']

/** Default rules, and the events that something else happens to once they are changed. Those absent decide by class alone. */
const triggersOfDefaults: { readonly [ruleId: string]: readonly Trigger[] } = {
  '.m.rule.master': [],
  '.m.rule.suppress_notices': ['is:notice'],
  '.m.rule.invite_for_me': ['type:m.room.member'],
  '.m.rule.member_event': ['type:m.room.member'],
  // Who is named in an event is looked at anyway.
  '.m.rule.is_user_mention': [],
  '.m.rule.is_room_mention': ['is:room-mention', 'type:m.room.tombstone'],
  '.m.rule.tombstone': ['type:m.room.tombstone'],
  '.m.rule.reaction': ['type:m.reaction'],
  '.m.rule.room.server_acl': ['type:m.room.server_acl'],
  '.m.rule.suppress_edits': ['is:edit'],
  // A call is of the class of messages.
  '.m.rule.call': ['type:m.call.invite'],
  '.m.rule.room_one_to_one': ['type:m.call.invite'],
  '.m.rule.message': ['type:m.call.invite'],
  '.m.rule.encrypted_room_one_to_one': [],
  '.m.rule.encrypted': [],
}

/** All triggers of what a user has made of the default rules, each once. */
export function triggersOf({ own: rules, defaults }: PushRuleChanges): readonly Trigger[] {
  const found = new Set<Trigger>()
  for (const ruleId of Object.keys(defaults)) for (const trigger of triggersOfDefaults[ruleId] ?? (['any'] as const)) found.add(trigger)
  const enabled = (kind: keyof typeof rules): readonly PushRule[] => (rules[kind] ?? []).filter((rule) => rule.enabled)
  for (const { pattern } of enabled('content')) found.add(textTrigger(pattern ?? '') ?? 'any')
  for (const { rule_id } of enabled('sender')) found.add(`sender:${rule_id.toLowerCase()}`)
  for (const rule of [...enabled('override'), ...enabled('underride')]) {
    // Those that look at the room alone are asked again where counts are read.
    if (!asksRoomOnly(rule)) found.add(conditionTrigger(rule.conditions ?? []))
  }
  return [...found]
}

/** One trigger that is in every event for which all of the conditions hold: the most telling one. */
const conditionTrigger = (conditions: readonly PushCondition[]): Trigger => {
  const triggers = conditions.map(triggerOf)
  const order = ['word:', 'sign:', 'sender:', 'type:', 'room:']
  for (const kind of order) {
    const found = triggers.find((trigger) => trigger?.startsWith(kind))
    if (found !== undefined) return found
  }
  return 'any'
}

const triggerOf = ({ kind, key, pattern, value }: PushCondition): Trigger | undefined => {
  const text = kind === 'event_match' ? pattern : kind === 'event_property_is' && typeof value === 'string' ? value : undefined
  if (text === undefined) return undefined
  if (key === 'content.body') return textTrigger(text)
  if (kind === 'event_match' && /[*?]/.test(text)) return undefined
  if (key === 'sender') return `sender:${text.toLowerCase()}`
  if (key === 'room_id') return `room:${text.toLowerCase()}`
  // What asks for an ordinary message decides by class, but for a few of the class.
  return key === 'type' && !classTypes.includes(text.toLowerCase()) ? `type:${text.toLowerCase()}` : undefined
}

/** The longest word that a text must have to match the glob; where there is none, a sign beyond ASCII. */
const textTrigger = (pattern: string): Trigger | undefined => {
  const sought = pattern.toLowerCase()
  const isGlob = (at: number) => sought[at] === '*' || sought[at] === '?'
  let longest = ''
  for (const { 0: word, index } of sought.matchAll(words)) {
    if (word.length > longest.length && !isGlob(index - 1) && !isGlob(index + word.length)) longest = word
  }
  if (longest !== '') return `word:${longest}`
  const [sign] = sought.match(signs) ?? []
  return sign === undefined ? undefined : `sign:${sign}`
}

// What globs take for words.
const words = /[a-z0-9_]+/g
const signs = /[\u0080-\uffff]/g

/**
 * The triggers that an event shows.
 * @param isSought whether there is any trigger that begins so; what nobody seeks is not looked for
 */
export function triggersIn({ roomId, sender, type, content }: Draft, isSought: (kind: 'word' | 'sign') => boolean): readonly Trigger[] {
  const found: Trigger[] = ['any', `sender:${sender.toLowerCase()}`, `room:${roomId.toLowerCase()}`, `type:${type.toLowerCase()}`]
  if (ownString(content, 'msgtype')?.toLowerCase() === 'm.notice') found.push('is:notice')
  if (own(own(content, 'm.relates_to'), 'rel_type') === 'm.replace') found.push('is:edit')
  if (own(own(content, 'm.mentions'), 'room') === true) found.push('is:room-mention')
  found.push(...textTriggers(content, isSought))
  return found
}

const textTriggers = (content: JsonObject, isSought: (kind: 'word' | 'sign') => boolean): readonly Trigger[] => {
  const body = ownString(content, 'body')?.toLowerCase() ?? ''
  const each = (kind: 'word' | 'sign', pattern: RegExp): Trigger[] =>
    isSought(kind) ? [...new Set(body.match(pattern))].map((text): Trigger => `${kind}:${text}`) : []
  return [...each('word', words), ...each('sign', signs)]
}
