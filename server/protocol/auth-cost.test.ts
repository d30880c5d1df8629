import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import { authorise } from './auth-rules.ts'
import type { JsonObject } from './event.ts'
import { roomVersions } from './room-versions.ts'
import { lookupIn } from './state-map.ts'
import { testEvent } from './test-event.ts'

/** The object, and how often anybody has looked at one of its keys. */
const counted = (object: JsonObject) => {
  let looks = 0
  const look = <T>(seen: T): T => {
    looks++
    return seen
  }
  const proxy = new Proxy(object, {
    get: (target, key: string) => look(target[key]),
    has: (target, key) => look(key in target),
    getOwnPropertyDescriptor: (target, key) => look(Object.getOwnPropertyDescriptor(target, key)),
  })
  return { proxy, looks: () => looks }
}

/** Looks at the users of the old and the new levels, while a moderator changes the last of them; creators as many again. */
const looksAt = (count: number, id: number): number => {
  const users = (last: number) =>
    counted(
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`@u${at}:x`, at === count - 1 ? last : 10]).concat([['@mod:x', 50]])),
    )
  const [before, after] = [users(10), users(20)]
  const version = roomVersions[id - 1]
  if (version === undefined) throw new Error(`There is no room version ${id}.`)
  const state = (type: string, state_key: string, content: JsonObject, sender: UserId = '@a:x') =>
    testEvent({ type, state_key, sender, content, room_id: '!c' }, { eventId: type === 'm.room.create' ? '$c' : '$e', roomId: '!c' })
  const lookup = lookupIn([
    state('m.room.create', '', { creator: '@a:x', additional_creators: Array.from({ length: count }, (_, at) => `@c${at}:x`) }),
    state('m.room.member', '@mod:x', { membership: 'join' }, '@mod:x'),
    state('m.room.power_levels', '', { users: before.proxy }),
  ])
  const judged = {
    type: 'm.room.power_levels',
    sender: '@mod:x',
    roomId: '!c',
    stateKey: '',
    content: { users: after.proxy },
    prevEvents: ['$p'],
  }
  const rejection = authorise(version, judged, lookup, { signedBy: () => false })
  if (rejection !== undefined) throw new Error(rejection.reason)
  return before.looks() + after.looks()
}

test('levels of ten times as many users and creators take ten times as many looks, in every version', (t) => {
  for (const { id } of roomVersions) {
    const few = looksAt(300, Number(id))
    const many = looksAt(3000, Number(id))
    t.true(few >= 600, `version ${id}: ${few}`)
    t.true(many <= few * 10.5, `version ${id}: ${few}, then ${many}`)
  }
})

test('levels of every user are not looked through for a message', (t) => {
  const users = counted(Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`@u${at}:x`, 10])))
  const version = roomVersions[10]
  if (version === undefined) throw new Error('There is no room version 11.')
  const lookup = lookupIn([
    testEvent({ type: 'm.room.create', state_key: '', sender: '@a:x' }),
    testEvent({ type: 'm.room.member', state_key: '@u7:x', sender: '@u7:x', content: { membership: 'join' } }),
    testEvent({ type: 'm.room.power_levels', state_key: '', sender: '@a:x', content: { users: users.proxy, events_default: 10 } }),
  ])
  const judged = { type: 'm.room.message', sender: '@u7:x', roomId: '!r:x', content: {}, prevEvents: ['$p'] }
  t.is(authorise(version, judged, lookup, { signedBy: () => false }), undefined)
  t.true(users.looks() < 10)
})
