import test from 'ava'
import type { Event } from '../protocol/event.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { lookupIn } from '../protocol/state-map.ts'
import { joinRulesIn, namesAmong } from './successor-events.ts'
import { successorLevels } from './successor-levels.ts'

const [alice, bob, carol] = ['@alice:hs', '@bob:hs', '@carol:hs'] as const

/** The levels after an upgrade by `creators[0]` of a room that alice made. */
const after = (
  from: string,
  to: string,
  content: object | undefined,
  creators: readonly string[] = [alice],
  banned: readonly string[] = [],
) => {
  const event = (type: string, given: object): Event =>
    ({ eventId: '$', roomId: '!a', pdu: { type, state_key: '', sender: alice, content: given } }) as unknown as Event
  const create = event('m.room.create', { creator: alice, ...(from === '12' && { additional_creators: [carol] }) })
  const state = lookupIn([create, ...(content === undefined ? [] : [event('m.room.power_levels', content)])])
  return successorLevels({ from: roomVersion(from)!, to: roomVersion(to)!, state, creators }, (userId) => banned.includes(userId))
}

test('levels stay as they are, and nobody but a creator of version 12 loses a number', (t) => {
  const content = { users: { [alice]: 100, [bob]: 50 }, ban: 75, events: { 'm.room.name': 30 }, notifications: { room: 20 } }
  t.deepEqual(after('10', '11', content), content)
  const young = after('11', '12', content)
  t.deepEqual(young, { ...content, users: { [bob]: 50 }, events: { 'm.room.name': 30, 'm.room.tombstone': 150 } })
  t.deepEqual(after('11', '12', content, [bob, alice])['users'], {})
})

test('creators of version 12 who are creators no more get a number: that of owners, or one above all demands', (t) => {
  const content = { users: { [bob]: 50 }, events: { 'm.room.tombstone': 150 } }
  t.deepEqual(after('12', '12', content, [bob])['users'], { [alice]: 100, [carol]: 100 })
  t.deepEqual(after('12', '11', content)['users'], { [bob]: 50, [alice]: 150, [carol]: 150 })
  t.deepEqual(after('12', '12', content, [alice, carol])['users'], { [bob]: 50 })
})

test('numbers in strings and with fractions become integers, and what is none goes', (t) => {
  const content = {
    users: { [alice]: '100', [bob]: 'high', nobody: 5 },
    kick: ' 40 ',
    ban: 7.9,
    events: { 'm.room.name': '30', 'm.x': null },
  }
  t.deepEqual(after('5', '11', content), { users: { [alice]: 100 }, kick: 40, ban: 7, events: { 'm.room.name': 30 } })
})

test('the tombstone of version 12 always demands more than other state', (t) => {
  const tombstone = (content: object, from = '12') =>
    (after(from, '12', content)['events'] as { [type: string]: number })['m.room.tombstone']
  t.is(tombstone({}), 150)
  t.is(tombstone({ state_default: 200 }), 201)
  t.is(tombstone({ events: { 'm.room.tombstone': 60 } }), 60)
  t.is(tombstone({ events: { 'm.room.tombstone': 100 } }, '11'), 150)
  t.is(tombstone({ events: { 'm.room.tombstone': 500 } }, '11'), 500)
})

test('who is banned has no number, and the founder of a room without levels keeps that of an owner', (t) => {
  t.deepEqual(after('11', '11', { users: { [alice]: 100, [bob]: 100 } }, [alice], [bob])['users'], { [alice]: 100 })
  t.deepEqual(after('11', '11', undefined, [bob])['users'], { [alice]: 100 })
})

test('a join rule that the version does not know becomes the nearest stricter one', (t) => {
  const rule = (version: string, join_rule: string) => joinRulesIn(roomVersion(version)!, { join_rule, allow: [] })?.['join_rule']
  t.deepEqual(
    ['6', '7', '8', '9', '10'].map((version) => [rule(version, 'knock_restricted'), rule(version, 'restricted'), rule(version, 'knock')]),
    [
      ['invite', 'invite', 'invite'],
      ['knock', 'invite', 'knock'],
      ['restricted', 'restricted', 'knock'],
      ['restricted', 'restricted', 'knock'],
      ['knock_restricted', 'restricted', 'knock'],
    ],
  )
  t.is(rule('1', 'public'), 'public')
})

test('of a canonical alias those names move that lead to the new room', (t) => {
  const content = { alias: '#a:hs', alt_aliases: ['#b:hs', '#c:elsewhere', 7] }
  t.deepEqual(namesAmong(content, ['#a:hs', '#b:hs']), { alias: '#a:hs', alt_aliases: ['#b:hs'] })
  t.deepEqual(namesAmong(content, ['#b:hs']), { alt_aliases: ['#b:hs'] })
  t.is(namesAmong(content, []), undefined)
})
