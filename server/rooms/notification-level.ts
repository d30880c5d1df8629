import type { Event, JsonObject } from '../protocol/event.ts'
import { compilePushRules, type PushEvaluation, type PushVerdict } from '../protocol/push-evaluation.ts'
import type { PushRule, PushRuleset } from '../protocol/push-rule.ts'

/** What an event does to a reader's counts. */
export type Effect = 'silent' | 'notify' | 'highlight'

/** What a room's events do to a reader's counts, by their class; the rows of those whom an event singles out come on top. */
export interface NotificationLevel {
  /** As people call it: every message notifies, only what singles the reader out does, or nothing. */
  readonly name: 'all' | 'mentions' | 'none'
  readonly plain: Effect
  readonly encrypted: Effect
  readonly roomMention: Effect
}

/** A reader's push rules, ready to ask. */
export interface ReaderRules {
  readonly evaluate: PushEvaluation
  levelIn(roomId: string, memberCount: number): NotificationLevel
}

/** What is unread of a room or thread. Events with a row of the reader's own count as that says, and not by their class. */
export interface UnreadByClass {
  readonly plain: number
  readonly encrypted: number
  readonly roomMention: number
  /** Events that single the reader out and notify, whatever their class. */
  readonly singled: number
  /** Those among them that highlight. */
  readonly highlights: number
}

/** Under the default rules. */
export const defaultLevel: NotificationLevel = { name: 'all', plain: 'notify', encrypted: 'notify', roomMention: 'highlight' }

/** The counts that syncs tell. client-server-api/#receiving-notifications */
export function notificationCounts(
  level: NotificationLevel,
  unread: UnreadByClass,
): { notification_count: number; highlight_count: number } {
  // Who turns a room off wants no badge for what singled them out before either.
  if (level.name === 'none') return { notification_count: 0, highlight_count: 0 }
  let notifying = unread.singled
  let highlighting = unread.highlights
  for (const name of ['plain', 'encrypted', 'roomMention'] as const) {
    if (level[name] !== 'silent') notifying += unread[name]
    if (level[name] === 'highlight') highlighting += unread[name]
  }
  return { notification_count: notifying, highlight_count: highlighting }
}

/**
 * What a verdict does to counts.
 * NOTSPEC: a rule that looks at nothing but the room does not make edits, reactions, redactions and other state into something unread.
 */
export function effectOf(verdict: PushVerdict | undefined, isSilentClass: boolean): Effect {
  if (verdict === undefined || !verdict.notify) return 'silent'
  if (isSilentClass && (verdict.kind === 'room' || asksRoomOnly(verdict.rule))) return 'silent'
  return verdict.highlight ? 'highlight' : 'notify'
}

/** Whether a rule's conditions can tell nothing but rooms apart. */
export const asksRoomOnly = ({ conditions }: PushRule): boolean =>
  conditions?.every(({ kind, key }) => kind === 'room_member_count' || (kind === 'event_match' && key === 'room_id')) ?? false

// An event of each class that no keyword, name or sender is in.
const samples: { readonly [name in 'plain' | 'encrypted' | 'roomMention']: { type: string; content: JsonObject } } = {
  plain: { type: 'm.room.message', content: { msgtype: 'm.text', body: '' } },
  encrypted: { type: 'm.room.encrypted', content: {} },
  roomMention: { type: 'm.room.message', content: { msgtype: 'm.text', body: '', 'm.mentions': { room: true } } },
}

const levelsKept = 2000

/** Compiles a user's rules. */
export function compileReaderRules(ruleset: PushRuleset): ReaderRules {
  const evaluate = compilePushRules(ruleset)
  // Rules that could let something through before a rule that turns a room off.
  const overrides = ruleset.override.filter(({ enabled }) => enabled)
  const firstSelective = overrides.findIndex((rule) => !asksRoomOnly(rule))
  const unconditional = compilePushRules({
    override: overrides.slice(0, firstSelective < 0 ? undefined : firstSelective),
    content: [],
    room: [],
    sender: [],
    underride: [],
  })
  const levels = new Map<string, NotificationLevel>()

  const compute = (roomId: string, memberCount: number): NotificationLevel => {
    const context = { memberCount, mayNotify: () => true }
    const event = ({ type, content }: { type: string; content: JsonObject }) =>
      ({ eventId: '$', roomId, pdu: { type, content, sender: '' } }) as unknown as Event
    const effect = (name: keyof typeof samples): Effect => effectOf(evaluate(event(samples[name]), context), false)
    const [plain, encrypted, roomMention] = [effect('plain'), effect('encrypted'), effect('roomMention')]
    const off = unconditional(event(samples.plain), context)
    return { name: off?.notify === false ? 'none' : plain === 'silent' ? 'mentions' : 'all', plain, encrypted, roomMention }
  }

  return {
    evaluate,
    levelIn: (roomId, memberCount) => {
      const name = `${roomId} ${memberCount}`
      let level = levels.get(name)
      if (level === undefined) {
        if (levels.size >= levelsKept) levels.clear()
        levels.set(name, (level = compute(roomId, memberCount)))
      }
      return level
    },
  }
}
