import test from 'ava'
import { compileEventFilter } from './event-filter.ts'
import type { JsonObject } from './event.ts'

const bounds = { defaultLimit: 20, maxLimit: 100 }
const filter = (json: JsonObject) => compileEventFilter(json, bounds)
const message = { type: 'm.room.message', sender: '@a:x', roomId: '!r', content: { body: 'hi' } }

test('an empty filter lets everything pass', (t) => {
  t.true(filter({}).passesAll)
  t.true(filter({ limit: 5, lazy_load_members: true }).passesAll)
  t.true(filter({}).allows(message))
})

const cases: [title: string, json: JsonObject, passes: boolean][] = [
  ['a listed type', { types: ['x', 'm.room.message'] }, true],
  ['a type not listed', { types: ['m.room'] }, false],
  ['no types at all', { types: [] }, false],
  ['a type by star', { types: ['m.room.*'] }, true],
  ['a type by stars within', { types: ['m.*.mess*e'] }, true],
  ['a type by star, in another case', { types: ['M.*'] }, false],
  ['a question mark, which means itself', { types: ['m.room.messag?*'] }, false],
  ['an excluded type', { types: ['*'], not_types: ['m.room.message'] }, false],
  ['an excluded type by star', { not_types: ['m.*'] }, false],
  ['a listed sender', { senders: ['@a:x'] }, true],
  ['a sender not listed', { senders: ['@b:x', '@*'] }, false],
  ['an excluded sender', { senders: ['@a:x'], not_senders: ['@a:x'] }, false],
  ['a listed room', { rooms: ['!r'] }, true],
  ['an excluded room', { rooms: ['!r'], not_rooms: ['!r'] }, false],
  ['a URL wanted', { contains_url: true }, false],
  ['no URL wanted', { contains_url: false }, true],
  ['lists that are none', { types: 'x', senders: [1], contains_url: 'yes' }, true],
]
for (const [title, json, passes] of cases)
  test(`a message ${passes ? 'passes' : 'fails'}: ${title}`, (t) => t.is(filter(json).allows(message), passes))

test('a URL counts however empty', (t) => t.true(filter({ contains_url: true }).allows({ ...message, content: { url: null } })))

test('what an event does not have is no reason to drop it', (t) =>
  t.true(filter({ senders: ['@a:x'], rooms: ['!r'], contains_url: true }).allows({ type: 'm.tag' })))

test('the limit stays within its bounds', (t) => {
  for (const [limit, wanted] of [
    [undefined, 20],
    [5, 5],
    [1000, 100],
    [0, 20],
    [-1, 20],
    [1.5, 20],
    ['5', 20],
  ] as const)
    t.is(filter({ limit }).limit, wanted, String(limit))
})

test('switches are off unless true', (t) => {
  t.like(filter({ lazy_load_members: true, include_redundant_members: true, unread_thread_notifications: true }), {
    lazyLoadMembers: true,
    includeRedundantMembers: true,
    unreadThreadNotifications: true,
  })
  t.like(filter({ lazy_load_members: 1 }), { lazyLoadMembers: false, includeRedundantMembers: false, unreadThreadNotifications: false })
})

test('related events are asked for by sender and kind', (t) => {
  const related = filter({ related_by_senders: ['@a:x'], related_by_rel_types: ['m.thread'] })
  t.like(related, { relatedBySenders: ['@a:x'], relatedByRelTypes: ['m.thread'], passesAll: false })
})
