import test from 'ava'
import { judgedOf } from './judged.ts'
import { testEvent } from './test-event.ts'

test('what the rules look at in an event is the same in either format of citations', (t) => {
  const fields = { type: 'm.room.redaction', sender: '@a:x', room_id: '!r:x', state_key: 'k', content: { a: 1 }, redacts: '$t:x' } as const
  const wanted = {
    type: 'm.room.redaction',
    sender: '@a:x',
    roomId: '!r:x',
    stateKey: 'k',
    content: { a: 1 },
    prevEvents: ['$p:x', '$q:x'],
    eventId: '$e:x',
    redacts: '$t:x',
  }
  t.deepEqual(judgedOf(testEvent({ ...fields, prev_events: ['$p:x', '$q:x'] }, { eventId: '$e:x' })), wanted)
  const pairs = (['$p:x', '$q:x'] as const).map((id) => [id, { sha256: 'h' }] as const)
  t.deepEqual(judgedOf(testEvent({ ...fields, prev_events: pairs }, { eventId: '$e:x' })), wanted)
})

test('a create event of version 12 bears no room ID, and is judged without one', (t) => {
  t.is(judgedOf(testEvent({ type: 'm.room.create', sender: '@a:x' }, { roomId: '!e' })).roomId, undefined)
})
