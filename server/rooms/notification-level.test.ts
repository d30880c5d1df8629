import test from 'ava'
import type { PushRule, PushRuleset } from '../protocol/push-rule.ts'
import { changePushRule, noPushRuleChanges, pushRulesetOf, putPushRule, type PushRuleChanges } from '../protocol/push-rules.ts'
import { compileReaderRules, defaultLevel, notificationCounts } from './notification-level.ts'

const alice = '@alice:hs'
const kitchen = '!kitchen:hs'
const own = (rule_id: string, more: Partial<PushRule> = {}): PushRule => ({ rule_id, default: false, enabled: true, actions: [], ...more })
const inKitchen = { kind: 'event_match', key: 'room_id', pattern: kitchen }
const urgent = { kind: 'event_match', key: 'content.body', pattern: 'urgent' }
const level = (changes: PushRuleChanges, roomId = kitchen, members = 3) => {
  const ruleset: PushRuleset = pushRulesetOf(alice, changes)
  return compileReaderRules(ruleset).levelIn(roomId, members)
}
const unread = { plain: 5, encrypted: 3, roomMention: 2, singled: 4, highlights: 1 }

test('the default rules notify of every message, and highlight what is for the whole room', (t) => {
  t.deepEqual(level(noPushRuleChanges), defaultLevel)
  t.deepEqual(notificationCounts(defaultLevel, unread), { notification_count: 14, highlight_count: 3 })
})

test('a room rule without notify leaves mentions, of oneself and of the room', (t) => {
  const changes = putPushRule(noPushRuleChanges, 'room', own(kitchen))
  t.deepEqual(level(changes), { name: 'mentions', plain: 'silent', encrypted: 'silent', roomMention: 'highlight' })
  t.deepEqual(notificationCounts(level(changes), unread), { notification_count: 6, highlight_count: 3 })
  t.deepEqual(level(changes, '!hall:hs'), defaultLevel)
  t.is(level(putPushRule(changes, 'room', own(kitchen, { actions: ['notify'] }))).name, 'all')
})

test('an override rule without notify turns a room off, and what singled the reader out before with it', (t) => {
  const changes = putPushRule(noPushRuleChanges, 'override', own('off', { conditions: [inKitchen] }))
  t.is(level(changes).name, 'none')
  t.deepEqual(notificationCounts(level(changes), unread), { notification_count: 0, highlight_count: 0 })
  t.is(level(changes, '!hall:hs').name, 'all')
  t.is(level(changePushRule(alice, changes, 'override', 'off', { enabled: false })).name, 'all')
})

test('a rule that comes before still gets through to a room that is off', (t) => {
  const off = putPushRule(noPushRuleChanges, 'override', own('off', { conditions: [inKitchen] }))
  const changes = putPushRule(off, 'override', own('urgent', { conditions: [urgent], actions: ['notify'] }))
  t.deepEqual(notificationCounts(level(changes), unread), { notification_count: 4, highlight_count: 1 })
  const after = putPushRule(off, 'override', own('urgent', { conditions: [urgent], actions: ['notify'] }), { after: 'off' })
  t.is(level(after).name, 'none')
})

test('the master rule turns everything off', (t) => {
  t.is(level(changePushRule(alice, noPushRuleChanges, 'override', '.m.rule.master', { enabled: true })).name, 'none')
})

test('what the default rules are changed to holds for each class by itself', (t) => {
  const quiet = changePushRule(alice, noPushRuleChanges, 'underride', '.m.rule.message', { actions: [] })
  t.deepEqual(level(quiet), { name: 'mentions', plain: 'silent', encrypted: 'notify', roomMention: 'highlight' })
  // A conversation of two has a rule of its own.
  t.is(level(quiet, kitchen, 2).plain, 'notify')
  const noRoom = changePushRule(alice, noPushRuleChanges, 'override', '.m.rule.is_room_mention', { enabled: false })
  t.deepEqual(notificationCounts(level(noRoom), unread), { notification_count: 14, highlight_count: 1 })
})
