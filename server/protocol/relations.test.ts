import test from 'ava'
import { mentionedUsers } from './notification-class.ts'
import { relationOf } from './relations.ts'

const relates = (value: unknown) => ({ 'm.relates_to': value })

test('a relation has a kind and a target', (t) => {
  t.deepEqual(relationOf(relates({ rel_type: 'm.annotation', event_id: '$a', key: '👍' })), {
    relType: 'm.annotation',
    eventId: '$a',
    key: '👍',
  })
  for (const value of [
    undefined,
    null,
    'x',
    [],
    {},
    { rel_type: 'm.thread' },
    { event_id: '$a' },
    { rel_type: 1, event_id: '$a' },
    { rel_type: 'x', event_id: 'a' },
  ]) {
    t.is(relationOf(relates(value)), undefined, JSON.stringify(value))
  }
})

test('mentioned users are listed once, whatever else is in the list', (t) => {
  t.deepEqual(mentionedUsers({ 'm.mentions': { user_ids: ['@a:x', 1, '@a:x', null, '@b:x'] } }), ['@a:x', '@b:x'])
  t.deepEqual(mentionedUsers({ 'm.mentions': { user_ids: '@a:x' } }), [])
})
