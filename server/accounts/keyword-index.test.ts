import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import { readPushRule } from '../protocol/push-rule-input.ts'
import type { PushRuleKind } from '../protocol/push-rule.ts'
import { noPushRuleChanges, putPushRule, type PushRuleChanges } from '../protocol/push-rules.ts'
import { createRuleIndex } from './keyword-index.ts'
import { triggersOf } from './rule-triggers.ts'

const bob: UserId = '@bob:hs'
const rule = (kind: PushRuleKind, ruleId: string, body: JsonObject): PushRuleChanges =>
  putPushRule(noPushRuleChanges, kind, readPushRule(kind, ruleId, { actions: ['notify'], ...body }))
const keyword = (pattern: string) => rule('content', 'k', { pattern })
const message = (body: string, more: JsonObject = {}) =>
  ({ roomId: '!r:hs', sender: '@alice:hs', type: 'm.room.message', content: { msgtype: 'm.text', body, ...more } }) as const

/** Whether the index finds somebody with these changes for a message. */
const finds = (changes: PushRuleChanges, body: string): boolean => {
  const index = createRuleIndex()
  index.set(bob, changes)
  return index.usersFor(message(body)).includes(bob)
}

test('a keyword is looked up by its longest word, whatever the script and case', (t) => {
  for (const [pattern, body] of [
    ['Lunch', 'is LUNCH ready?'],
    ['deploy now', 'please deploy now'],
    ['Grüße', 'viele grüße'],
    ['привет', 'Привет!'],
    ['東京', 'in 東京'],
    ['at lunch*', 'at lunchtime'],
  ] as const) {
    t.true(finds(keyword(pattern), body), pattern)
    t.false(finds(keyword(pattern), 'nothing of the sort'), pattern)
  }
  t.deepEqual(triggersOf(keyword('deploy now')), ['word:deploy'])
})

test('a keyword without a whole word is asked of every message', (t) => {
  for (const pattern of ['lun*', '*', 'l?nch', '...']) t.deepEqual(triggersOf(keyword(pattern)), ['any'], pattern)
})

test('rules are looked up by what is most telling of them, and rules of a room by nothing', (t) => {
  const match = (key: string, pattern: string) => ({ kind: 'event_match', key, pattern })
  const of = (...conditions: object[]) => triggersOf(rule('override', 'o', { conditions }))
  t.deepEqual(of(match('room_id', '!r:hs'), match('content.body', 'lunch')), ['word:lunch'])
  t.deepEqual(of(match('sender', '@Alice:hs'), match('room_id', '!R:hs')), ['sender:@alice:hs'])
  t.deepEqual(of(match('type', 'm.reaction')), ['type:m.reaction'])
  t.deepEqual(of(match('type', 'm.room.message')), ['any'])
  t.deepEqual(of(match('sender', '@a*:hs')), ['any'])
  t.deepEqual(of(match('room_id', '!r:hs'), { kind: 'room_member_count', is: '2' }), [])
  t.deepEqual(triggersOf(rule('room', '!r:hs', {})), [])
  t.deepEqual(triggersOf(rule('sender', '@alice:hs', {})), ['sender:@alice:hs'])
})

test('who takes a rule away, or switches it off, is found no more', (t) => {
  const index = createRuleIndex()
  index.set(bob, keyword('lunch'))
  index.set(bob, keyword('dinner'))
  t.deepEqual(index.usersFor(message('lunch')), [])
  t.deepEqual(index.usersFor(message('dinner')), [bob])
  index.set(bob, { ...noPushRuleChanges, own: { content: keyword('dinner').own.content!.map((one) => ({ ...one, enabled: false })) } })
  t.deepEqual([index.usersFor(message('dinner')), index.has(bob)], [[], true])
  index.set(bob, undefined)
  t.false(index.has(bob))
})
