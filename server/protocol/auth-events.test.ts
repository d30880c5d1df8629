import test from 'ava'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { authKeys, type Citing, checkAuthEvents, selectAuthEvents } from './auth-events.ts'
import type { Event } from './event.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { lookupIn } from './state-map.ts'
import { testEvent } from './test-event.ts'

const v11 = roomVersion('11') as RoomVersion
const v12 = roomVersion('12') as RoomVersion
const event = (type: string, stateKey: string | undefined, roomId: RoomId = '!r'): Event =>
  testEvent(
    { type, sender: '@a:x', ...(stateKey !== undefined && { state_key: stateKey }) },
    { eventId: `$${type}${stateKey}` as EventId, roomId },
  )
const member = (content: Citing['content'], stateKey = '@b:x'): Citing => ({ type: 'm.room.member', sender: '@a:x', stateKey, content })
const message: Citing = { type: 'm.room.message', sender: '@a:x', content: {} }
const create = ['m.room.create', '']
const levels = ['m.room.power_levels', '']
const joinRules = ['m.room.join_rules', '']
const of = (userId: string) => ['m.room.member', userId]

test('a create event cites nothing', (t) => t.deepEqual(authKeys(v11, { ...message, type: 'm.room.create', stateKey: '' }), []))

test('a message cites levels and sender, and the create event in version 11 alone', (t) => {
  t.deepEqual(authKeys(v11, message), [create, levels, of('@a:x')] as never)
  t.deepEqual(authKeys(v12, message), [levels, of('@a:x')] as never)
})

test('a membership cites its target, and the join rules where they count', (t) => {
  t.deepEqual(authKeys(v12, member({ membership: 'invite' })), [levels, of('@a:x'), of('@b:x'), joinRules] as never)
  t.deepEqual(authKeys(v12, member({ membership: 'knock' }, '@a:x')), [levels, of('@a:x'), joinRules] as never)
  t.deepEqual(authKeys(v12, member({ membership: 'ban' })), [levels, of('@a:x'), of('@b:x')] as never)
})

test('an invitation by a third party cites the offer, and no other membership does', (t) => {
  const third_party_invite = { signed: { token: 'tok' } }
  t.deepEqual(authKeys(v12, member({ membership: 'invite', third_party_invite })).at(-1), ['m.room.third_party_invite', 'tok'])
  t.deepEqual(authKeys(v12, member({ membership: 'leave', third_party_invite })).at(-1), ['m.room.member', '@b:x'])
})

test('a join cites who authorised it, and no other membership does', (t) => {
  const join_authorised_via_users_server = '@c:y'
  t.deepEqual(authKeys(v12, member({ membership: 'join', join_authorised_via_users_server }, '@a:x')).at(-1), ['m.room.member', '@c:y'])
  t.deepEqual(authKeys(v12, member({ membership: 'leave', join_authorised_via_users_server }, '@a:x')).at(-1), ['m.room.member', '@a:x'])
  const self = authKeys(v12, member({ membership: 'join', join_authorised_via_users_server: '@a:x' }, '@a:x'))
  t.is(self.filter(([type]) => type === 'm.room.member').length, 1)
})

test('only what the state holds is cited', (t) => {
  const lookup = lookupIn([event('m.room.create', ''), event('m.room.member', '@a:x'), event('m.room.member', '@z:x')])
  t.deepEqual(
    selectAuthEvents(v11, message, lookup).map(({ eventId }) => eventId),
    ['$m.room.create', '$m.room.member@a:x'],
  )
})

const judged = { ...message, roomId: '!r' }
const held = (...events: Event[]) => events.map((one) => ({ event: one, rejected: false }))
const good = held(event('m.room.create', ''), event('m.room.member', '@a:x'))
for (const [title, version, cited, rule] of [
  ['nothing amiss', v11, good, undefined],
  ['one key twice', v11, [...good, ...held(event('m.room.member', '@a:x'))], '2.1'],
  ['a message', v11, [...good, ...held(event('m.room.message', undefined))], '2.2'],
  ['the member event of another', v11, [...good, ...held(event('m.room.member', '@b:x'))], '2.2'],
  ['a rejected event', v11, [...good, { event: event('m.room.power_levels', ''), rejected: true }], '2.3'],
  ['no create event', v11, good.slice(1), '2.4'],
  ['an event of another room', v11, [...good, ...held(event('m.room.power_levels', '', '!other'))], '2.5'],
  ['nothing amiss', v12, good.slice(1), undefined],
  ['the create event', v12, good, '3.2'],
  ['an event of another room', v12, held(event('m.room.power_levels', '', '!other')), '3.5'],
] as const) {
  test(`in version ${version.id} citing ${title} is ${rule === undefined ? 'allowed' : `against ${rule}`}`, (t) => {
    t.is(checkAuthEvents(version, judged, cited)?.rule, rule)
  })
}
