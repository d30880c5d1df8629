import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from './event.ts'
import { compileEventFilter, maxTypePatterns } from './event-filter.ts'
import { compilePath } from './push-conditions.ts'
import { compilePushRules, maxUnitsRead } from './push-evaluation.ts'
import type { PushRuleset } from './push-rule.ts'
import { readPushRule } from './push-rule-input.ts'
import { noPushRuleChanges, pushRulesetOf, putPushRule } from './push-rules.ts'
import { errcodeOf, testEvent } from './test-event.ts'
import { readsIn } from './test-steps.ts'

const long = 60_000
const event = (content: JsonObject) => testEvent({ type: 'm.room.message', sender: '@other:x' as UserId, content })
const context = { memberCount: 3, mayNotify: () => true }
const only = (part: Partial<PushRuleset>): PushRuleset => ({ override: [], content: [], room: [], sender: [], underride: [], ...part })
const contents = (patterns: readonly string[]): PushRuleset =>
  only({ content: patterns.map((pattern, index) => readPushRule('content', `r${index}`, { actions: [], pattern })) })
const override = (conditions: readonly JsonObject[]): PushRuleset =>
  only({ override: [{ rule_id: 'x', default: false, enabled: true, actions: [], conditions: conditions as never }] })
const many = <T>(make: (index: number) => T, count = 500): T[] => Array.from({ length: count }, (_, index) => make(index))

const hostile: [title: string, rules: PushRuleset, content: JsonObject, displayName?: string][] = [
  ['question marks', contents(many((index) => `${'a?'.repeat(20)}b${index}`)), { body: 'a'.repeat(long) }],
  ['stars and question marks', contents(many((index) => `a?*${'a*'.repeat(20)}b?${index}`)), { body: 'a'.repeat(long) }],
  ['keywords that no boundary surrounds', contents(many((index) => 'a'.repeat(1 + (index % 90)))), { body: `b${'a'.repeat(long)}b` }],
  [
    'conditions that hold at the end of a text',
    override(many(() => ({ kind: 'event_match', key: 'content.x', pattern: '*a?b*' }), 1000)),
    { x: `${'a'.repeat(long)}xb` },
  ],
  [
    'conditions on words that hold at the end of a text',
    override(many(() => ({ kind: 'event_match', key: 'content.body', pattern: 'a?b' }))),
    { body: `${'a'.repeat(long)} axb` },
  ],
  [
    'a display name that is almost everywhere',
    only({
      underride: many((index) => ({
        ...readPushRule('underride', `r${index}`, { actions: [], conditions: [{ kind: 'contains_display_name' }] }),
      })),
    }),
    { body: `b${'a'.repeat(long)}b` },
    'a'.repeat(30_000),
  ],
]
for (const [title, rules, content, displayName] of hostile)
  test(`hundreds of hostile rules read a long message so much at most: ${title}`, (t) => {
    const evaluate = compilePushRules(rules)
    const reads = readsIn(() => evaluate(event(content), { ...context, displayName }))
    t.true(reads <= 10 * maxUnitsRead, `${reads} reads`)
  })

test('a few dozen patterns see the whole of the largest message', (t) => {
  const evaluate = compilePushRules(contents([...many((index) => `nothing${index}`, 59), 'needl?']))
  t.is(evaluate(event({ body: `${'a '.repeat(32_000)}needle` }), context)?.rule.rule_id, 'r59')
})

test('hundreds of patterns still see the beginning of a message', (t) => {
  const evaluate = compilePushRules(contents([...many((index) => `nothing${index}`, 499), 'needl?']))
  t.is(evaluate(event({ body: `${'a '.repeat(4000)}needle` }), context)?.rule.rule_id, 'r499')
})

test('rules that search no text take no share from those that do', (t) => {
  const rules = contents(['needl?'])
  const override = many((index) =>
    readPushRule('override', `o${index}`, { actions: [], conditions: [{ kind: 'event_match', key: 'room_id', pattern: `!${index}:x` }] }),
  )
  t.is(compilePushRules({ ...rules, override })(event({ body: `${'a '.repeat(32_000)}needle` }), context)?.rule.rule_id, 'r0')
})

test('a rule is as large as its limit at most, patterns and paths too', (t) => {
  const rule = (condition: JsonObject) => () => readPushRule('override', 'x', { actions: [], conditions: [condition] })
  t.notThrows(rule({ kind: 'event_match', key: 'content.body', pattern: 'x'.repeat(255) }))
  t.throws(rule({ kind: 'event_match', key: 'content.body', pattern: 'ä'.repeat(128) }))
  t.throws(rule({ kind: 'event_match', key: 'a.'.repeat(2048), pattern: 'x' }))
  t.throws(rule({ kind: 'event_property_is', key: 'x', value: 'x'.repeat(4096) }))
  t.throws(rule({ kind: 'x', whatever: 'x'.repeat(4096) }))
  t.throws(rule({ kind: 'room_member_count', is: `>${'0'.repeat(4096)}` }))
})

test('a path of many names is read name by name', (t) => {
  const depth = 1000
  let content: JsonObject = { end: true }
  for (let level = 0; level < depth; level++) content = { a: content }
  t.is(compilePath(`content.${'a.'.repeat(depth)}end`)(event(content)), true)
  t.is(compilePath(`content.${'a.'.repeat(depth + 1)}end`)(event(content)), undefined)
})

test('a path leads through objects alone, by their own names', (t) => {
  const content = { list: [{ name: 1 }], text: 'abc', inner: { 'a.b': { '\\': 2 }, '': 3 } }
  for (const [path, wanted] of [
    ['content.list.0', undefined],
    ['content.list.0.name', undefined],
    ['content.list.length', undefined],
    ['content.text.length', undefined],
    ['content.inner.a\\.b.\\\\', 2],
    ['content.inner.a.b', undefined],
    ['content.inner.', 3],
    ['content.__proto__', undefined],
    ['content.constructor.name', undefined],
    ['content', content],
    ['', undefined],
    ['content.inner.a\\', undefined],
  ] as const)
    t.deepEqual(compilePath(path)(event(content)), wanted, path)
})

test('what a property must be, or a list contain, is compared exactly', (t) => {
  const put = (condition: JsonObject) =>
    compilePushRules(
      pushRulesetOf(
        '@me:x',
        putPushRule(noPushRuleChanges, 'override', readPushRule('override', 'own', { actions: [], conditions: [condition] })),
      ),
    )
  const holds = (kind: string, value: unknown, found: unknown): boolean =>
    put({ kind, key: 'content.x', value })(event({ x: found }), context)?.rule.rule_id === 'own'
  const plain = ['', 'a', 'A', '1', 0, 1, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, true, false, null]
  for (const value of plain) {
    for (const found of plain) {
      t.is(holds('event_property_is', value, found), value === found, JSON.stringify([value, found]))
      t.is(holds('event_property_contains', value, ['z', found]), value === found, JSON.stringify([value, found]))
      t.false(holds('event_property_contains', value, found))
      t.false(holds('event_property_is', value, [found]))
    }
  }
  for (const value of [[], {}, ['a'], { a: 1 }, 1.5, 2 ** 53]) {
    t.false(holds('event_property_is', value, value))
    t.false(holds('event_property_contains', value, [value]))
  }
  t.false(holds('event_property_contains', 'a', [['a'], { a: 'a' }]))
})

const filter = (json: JsonObject) => compileEventFilter(json, { defaultLimit: 10, maxLimit: 10 })
const type = `${'a.'.repeat(126)}abc`

test('hostile types in a filter read the type of an event a few times each', (t) => {
  for (const make of [
    (index: number) => `${'a*'.repeat(120)}b${index}`,
    (index: number) => `*${'a?'.repeat(50)}*${index}`,
    (index: number) => `*${'a.'.repeat(100)}${index}*`,
  ])
    for (const key of ['types', 'not_types']) {
      const { allows } = filter({ [key]: many(make, maxTypePatterns) })
      const reads = readsIn(() => t.is(allows({ type }), key === 'not_types'))
      t.true(reads <= 4 * maxTypePatterns * type.length, `${reads} reads`)
    }
})

test('a list holds so many types with a star at most, and any number of others', (t) => {
  for (const key of ['types', 'not_types']) {
    const starred = many((index) => `*${index}`, maxTypePatterns)
    t.notThrows(() => filter({ [key]: [...starred, ...many((index) => `m.${index}`, 5000)] }))
    t.is(
      errcodeOf(() => filter({ [key]: [...starred, 'x*'] })),
      'M_TOO_LARGE',
    )
    const { allows } = filter({ [key]: many((index) => `${type}${index}`, 5000) })
    t.true(readsIn(() => allows({ type })) <= type.length)
  }
})

test('senders and rooms in a filter are looked up, whatever they look like', (t) => {
  const { allows } = filter({ senders: many((index) => `${'*'.repeat(100)}${index}`), not_rooms: many((index) => `!*${index}`) })
  t.is(
    readsIn(() => t.false(allows({ type, sender: '@a:x', roomId: '!r:x' }))),
    0,
  )
  t.true(filter({ senders: ['@*:x'] }).allows({ type, sender: '@*:x' }))
  t.false(filter({ senders: ['@*:x'] }).allows({ type, sender: '@a:x' }))
})

test('filters whose lists hold something else than texts do not filter by them', (t) => {
  for (const key of ['types', 'not_types', 'senders', 'not_senders', 'rooms', 'not_rooms'])
    t.true(filter({ [key]: ['x', null] }).allows({ type, sender: '@a:x', roomId: '!r:x' }), key)
})
