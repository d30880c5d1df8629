import test from 'ava'
import fc from 'fast-check'
import type { UserId } from '../../spec/identifiers.ts'
import type { Event, JsonObject } from './event.ts'
import { classify } from './notification-class.ts'
import { compilePath, type PushContext } from './push-conditions.ts'
import { compilePushRules } from './push-evaluation.ts'
import { readPushRule } from './push-rule-input.ts'
import {
  changePushRule,
  findPushRule,
  maxOwnPushRules,
  noPushRuleChanges,
  type PushRuleChanges,
  pushRulesetOf,
  putPushRule,
  removePushRule,
} from './push-rules.ts'
import { errcodeOf, testEvent } from './test-event.ts'

const me = '@me:x'
const event = (type: string, content: JsonObject, { stateKey, sender = '@other:x' }: { stateKey?: string; sender?: string } = {}): Event =>
  testEvent({ type, content, sender: sender as UserId, ...(stateKey !== undefined && { state_key: stateKey }) })
const context: PushContext = { memberCount: 3, mayNotify: () => true }
const verdict = (one: Event, changes: PushRuleChanges = noPushRuleChanges, about: Partial<PushContext> = {}) =>
  compilePushRules(pushRulesetOf(me, changes))(one, { ...context, ...about })
const nameOf = (...given: Parameters<typeof verdict>) => verdict(...given)?.rule.rule_id
const text = (body: string, more: JsonObject = {}) => event('m.room.message', { msgtype: 'm.text', body, ...more })

const defaults: [title: string, event: Event, rule: string | undefined, about?: Partial<PushContext>][] = [
  ['a message', text('hi'), '.m.rule.message'],
  ['a message between two', text('hi'), '.m.rule.room_one_to_one', { memberCount: 2 }],
  ['an encrypted event', event('m.room.encrypted', {}), '.m.rule.encrypted'],
  ['an encrypted event between two', event('m.room.encrypted', {}), '.m.rule.encrypted_room_one_to_one', { memberCount: 2 }],
  ['a notice', event('m.room.message', { msgtype: 'm.notice', 'm.mentions': { room: true } }), '.m.rule.suppress_notices'],
  ['my invitation', event('m.room.member', { membership: 'invite' }, { stateKey: me }), '.m.rule.invite_for_me'],
  ["somebody's invitation", event('m.room.member', { membership: 'invite' }, { stateKey: '@other:x' }), '.m.rule.member_event'],
  ['a mention of me', text('hi', { 'm.mentions': { user_ids: ['@a:x', me] } }), '.m.rule.is_user_mention'],
  ['a mention of another', text('hi', { 'm.mentions': { user_ids: ['@a:x'] } }), '.m.rule.message'],
  ['a mention of all', text('hi', { 'm.mentions': { room: true } }), '.m.rule.is_room_mention'],
  ['a mention of all by one who may not', text('hi', { 'm.mentions': { room: true } }), '.m.rule.message', { mayNotify: () => false }],
  ['a mention that is not quite true', text('hi', { 'm.mentions': { room: 1 } }), '.m.rule.message'],
  ['my name in the text alone', text(`hi ${me}`), '.m.rule.message', { displayName: 'hi' }],
  ['a tombstone', event('m.room.tombstone', {}, { stateKey: '' }), '.m.rule.tombstone'],
  ['a tombstone that is no state', event('m.room.tombstone', {}), undefined],
  ['a reaction', event('m.reaction', {}), '.m.rule.reaction'],
  ['access lists', event('m.room.server_acl', {}, { stateKey: '' }), '.m.rule.room.server_acl'],
  ['an edit', text('* hi', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } }), '.m.rule.suppress_edits'],
  ['a call', event('m.call.invite', {}), '.m.rule.call'],
  ['a topic', event('m.room.topic', {}, { stateKey: '' }), undefined],
  ['a redaction', event('m.room.redaction', {}), undefined],
]
for (const [title, one, rule, about] of defaults)
  test(`by default the rule for ${title} is ${rule ?? 'none'}`, (t) => t.is(nameOf(one, noPushRuleChanges, about), rule))

test('a verdict says whether to notify, to highlight, and with what sound', (t) => {
  t.like(verdict(text('x', { 'm.mentions': { user_ids: [me] } })), { kind: 'override', notify: true, highlight: true, sound: 'default' })
  t.like(verdict(text('x')), { kind: 'underride', notify: true, highlight: false })
  t.like(verdict(event('m.reaction', {})), { notify: false, highlight: false })
})

const put = (
  changes: PushRuleChanges,
  kind: Parameters<typeof readPushRule>[0],
  id: string,
  body: JsonObject,
  place?: Parameters<typeof putPushRule>[3],
) => putPushRule(changes, kind, readPushRule(kind, id, body), place)

test("the user's own rules come before the defaults, and the master rule before all", (t) => {
  const own = put(put(noPushRuleChanges, 'room', '!r:x', { actions: [] }), 'content', 'cake', {
    pattern: 'c?ke*',
    actions: ['notify', { set_tweak: 'highlight' }],
  })
  t.is(nameOf(text('some Cakes!'), own), 'cake')
  t.is(nameOf(text('nothing'), own), '!r:x')
  t.is(nameOf(text('cake', { 'm.mentions': { user_ids: [me] } }), own), '.m.rule.is_user_mention')
  const mute = put(own, 'override', 'mute', { actions: [], conditions: [{ kind: 'event_match', key: 'room_id', pattern: '!r:x' }] })
  t.is(nameOf(text('cake', { 'm.mentions': { user_ids: [me] } }), mute), 'mute')
  t.is(nameOf(text('cake'), changePushRule(me, mute, 'override', '.m.rule.master', { enabled: true })), '.m.rule.master')
  t.is(nameOf(text('cake'), put(noPushRuleChanges, 'sender', '@other:x', { actions: [] })), '@other:x')
})

test('rules of one kind keep the order they are given', (t) => {
  const ids = (changes: PushRuleChanges) => changes.own.content?.map(({ rule_id }) => rule_id).join('')
  const rule = { pattern: 'x', actions: [] }
  let changes = put(put(put(noPushRuleChanges, 'content', 'c', rule), 'content', 'b', rule), 'content', 'a', rule)
  t.is(ids(changes), 'abc')
  t.is(ids(put(changes, 'content', 'd', rule, { before: 'b' })), 'adbc')
  t.is(ids(put(changes, 'content', 'd', rule, { after: 'b' })), 'abdc')
  t.is(ids(put(changes, 'content', 'a', rule, { after: 'c' })), 'bca')
  t.is(ids(put(changes, 'content', 'd', rule, { before: 'b', after: 'a' })), 'adbc')
  changes = put(changePushRule(me, changes, 'content', 'b', { enabled: false }), 'content', 'b', { pattern: 'y', actions: ['notify'] })
  t.is(ids(changes), 'abc')
  t.like(findPushRule(me, changes, 'content', 'b'), { pattern: 'y', enabled: false })
  t.is(ids(removePushRule(changes, 'content', 'b')), 'ac')
  t.is(
    errcodeOf(() => put(changes, 'content', 'd', rule, { before: '.m.rule.x' })),
    'M_UNKNOWN',
  )
  t.is(
    errcodeOf(() => removePushRule(changes, 'content', 'zz')),
    'M_NOT_FOUND',
  )
  t.is(
    errcodeOf(() => removePushRule(changes, 'override', '.m.rule.master')),
    'M_NOT_FOUND',
  )
  t.is(
    errcodeOf(() => changePushRule(me, changes, 'override', 'zz', { enabled: true })),
    'M_NOT_FOUND',
  )
})

test('default rules can be switched off, and given other actions', (t) => {
  const off = changePushRule(me, noPushRuleChanges, 'override', '.m.rule.suppress_edits', { enabled: false })
  t.is(nameOf(text('* hi', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } }), off), '.m.rule.message')
  const quiet = changePushRule(me, off, 'underride', '.m.rule.message', { actions: [] })
  t.is(verdict(text('hi'), quiet)?.notify, false)
  t.like(findPushRule(me, quiet, 'override', '.m.rule.suppress_edits'), { enabled: false, default: true })
})

test('conditions hold when they should', (t) => {
  const holds = (condition: JsonObject, one: Event, about: Partial<PushContext> = {}) =>
    nameOf(one, put(noPushRuleChanges, 'override', 'own', { actions: [], conditions: [condition] }), about) === 'own'
  t.true(holds({ kind: 'event_match', key: 'content.body', pattern: 'tea' }, text('Time for TEA')))
  t.false(holds({ kind: 'event_match', key: 'content.body', pattern: 'tea' }, text('steam')))
  t.false(holds({ kind: 'event_match', key: 'content.n', pattern: '*' }, event('x', { n: 1 })))
  t.false(holds({ kind: 'event_match', key: 'content.toString', pattern: '*' }, event('x', {})))
  t.true(holds({ kind: 'event_property_is', key: 'content.n', value: null }, event('x', { n: null })))
  t.false(holds({ kind: 'event_property_is', key: 'content.n', value: null }, event('x', {})))
  t.false(holds({ kind: 'event_property_is', key: 'content.n', value: [] }, event('x', { n: [] })))
  t.true(holds({ kind: 'event_property_contains', key: 'content.n', value: 2 }, event('x', { n: [1, 2] })))
  t.false(holds({ kind: 'event_property_contains', key: 'content.n', value: '2' }, event('x', { n: [1, 2] })))
  t.true(holds({ kind: 'contains_display_name' }, text('hello A. Name!'), { displayName: 'a. name' }))
  t.false(holds({ kind: 'contains_display_name' }, text('hello'), { displayName: '' }))
  for (const [is, count, wanted] of [
    ['3', 3, true],
    ['==3', 4, false],
    ['<3', 2, true],
    ['<=3', 3, true],
    ['>3', 3, false],
    ['>=3', 3, true],
    ['=3', 3, false],
    ['x', 3, false],
  ] as const) {
    t.is(holds({ kind: 'room_member_count', is }, text('x'), { memberCount: count }), wanted, is)
  }
  t.false(holds({ kind: 'x.unknown' }, text('x')))
})

test('paths read escaped names', (t) => {
  const one = event('x', { 'm.a': { 'b\\c': 1 }, '\\x': 2 })
  t.is(compilePath('content.m\\.a.b\\\\c')(one), 1)
  t.is(compilePath('content.\\x')(one), 2)
  t.is(compilePath('room_id')(one), '!r:x')
  t.is(compilePath('content.m.a')(one), undefined)
})

test('a rule that will not do is refused', (t) => {
  const bad: [Parameters<typeof readPushRule>[0], string, JsonObject][] = [
    ['override', '.m.rule.mine', { actions: [] }],
    ['override', 'a/b', { actions: [] }],
    ['override', 'a\\b', { actions: [] }],
    ['override', '', { actions: [] }],
    ['override', 'x', {}],
    ['override', 'x', { actions: ['shout'] }],
    ['override', 'x', { actions: [{}] }],
    ['override', 'x', { actions: [], conditions: {} }],
    ['override', 'x', { actions: [], conditions: [{}] }],
    ['override', 'x', { actions: [], conditions: [{ kind: 'event_match', key: 1 }] }],
    ['content', 'x', { actions: [] }],
    ['content', 'x', { actions: [], pattern: 'x'.repeat(256) }],
    ['room', 'x', { actions: [] }],
    ['sender', '!r:x', { actions: [] }],
  ]
  for (const [kind, id, body] of bad)
    t.is(
      errcodeOf(() => readPushRule(kind, id, body)),
      'M_INVALID_PARAM',
      JSON.stringify([kind, id, body]),
    )
  t.is(
    errcodeOf(() => readPushRule('override', 'x', { actions: [{ set_tweak: 'x', value: 'y'.repeat(5000) }] })),
    'M_TOO_LARGE',
  )
})

test('actions of older versions are dropped', (t) =>
  t.deepEqual(readPushRule('override', 'x', { actions: ['dont_notify', 'coalesce', 'notify'] }).actions, ['notify']))

test('there is a most to the rules of a user', (t) => {
  let changes = noPushRuleChanges
  for (let count = 0; count < maxOwnPushRules; count++) changes = put(changes, 'content', `r${count}`, { pattern: 'x', actions: [] })
  t.is(
    errcodeOf(() => put(changes, 'override', 'more', { actions: [] })),
    'M_TOO_LARGE',
  )
  t.notThrows(() => put(changes, 'content', 'r1', { pattern: 'y', actions: [] }))
})

test('the class of an event is what the default rules say to somebody not singled out', (t) => {
  const types = fc.constantFrom(
    'm.room.message',
    'M.ROOM.message',
    'm.room.encrypted',
    'm.reaction',
    'm.room.member',
    'm.room.tombstone',
    'm.room.server_acl',
    'm.call.invite',
    'm.room.topic',
    'x',
  )
  const contents = fc.record(
    {
      msgtype: fc.constantFrom('m.text', 'm.notice', 'M.Notice', 7),
      'm.mentions': fc.constantFrom({}, { room: true }, { room: 'true' }, { user_ids: ['@a:x'] }, null),
      'm.relates_to': fc.constantFrom({ rel_type: 'm.replace' }, { rel_type: 'm.thread' }, 'm.replace'),
    },
    { requiredKeys: [] },
  )
  const stateKeys = fc.constantFrom(undefined, '', '@a:x')
  fc.assert(
    fc.property(
      types,
      contents,
      stateKeys,
      fc.boolean(),
      fc.integer({ min: 2, max: 3 }),
      (type, content, stateKey, mayNotify, memberCount) => {
        const found = verdict(event(type, content, stateKey === undefined ? {} : { stateKey }), noPushRuleChanges, {
          memberCount,
          mayNotify: () => mayNotify,
        })
        const wanted = !found?.notify
          ? 'silent'
          : found.highlight
            ? 'room-mention'
            : found.rule.rule_id.includes('encrypted')
              ? 'encrypted'
              : 'message'
        t.is(
          classify({ type, content, stateKey }, () => mayNotify),
          wanted,
        )
      },
    ),
    { numRuns: 1000 },
  )
})
