import test from 'ava'
import { signal } from './changes.ts'
import { createRooms, type SyncAnswer } from './rooms.ts'
import { said } from '../testing/test-events.ts'

const [me, alice, bob, roomId] = ['@me:example.org', '@alice:example.org', '@bob:example.org', '!room:example.org']

const openRooms = () => createRooms({ me, outbox: signal([]), serverCounts: signal(true), onEvents: () => {} })

/** An answer about one room: what it gives of the room, who types in it, and who has read which event. */
const answer = (pos: string, room: object, typing?: readonly string[], read?: { readonly [eventId: string]: readonly string[] }) =>
  ({
    pos,
    rooms: { [roomId]: room },
    extensions: {
      ...(typing && { typing: { rooms: { [roomId]: { type: 'm.typing', content: { user_ids: typing } } } } }),
      ...(read && { receipts: { rooms: { [roomId]: { type: 'm.receipt', content: receipts(read) } } } }),
    },
  }) as unknown as SyncAnswer

const receipts = (read: { readonly [eventId: string]: readonly string[] }) =>
  Object.fromEntries(
    Object.entries(read).map(([eventId, userIds]) => [
      eventId,
      { 'm.read': Object.fromEntries(userIds.map((userId) => [userId, { ts: 1 }])) },
    ]),
  )

test('a room that begins anew forgets who typed and who had read what', (t) => {
  const rooms = openRooms()
  rooms.apply(answer('1', { initial: true, timeline: [said('$a', 'hello')] }, [alice], { $a: [alice, me] }))
  const room = rooms.get(roomId)!
  t.deepEqual([room.typing.value, [...room.receipts.readers.value.keys()], room.receipts.own.value], [[alice], [alice], '$a'])
  rooms.apply(answer('2', { timeline: [said('$b', 'more', bob)] }))
  t.deepEqual([room.typing.value, [...room.receipts.readers.value.keys()], room.receipts.own.value], [[alice], [alice], '$a'])
  rooms.apply(answer('3', { initial: true, timeline: [said('$c', 'later', bob)] }))
  t.deepEqual([room.typing.value, [...room.receipts.readers.value.keys()], room.receipts.own.value], [[], [], undefined])
})

test('who types and has read by the answer that begins a room anew is kept', (t) => {
  const rooms = openRooms()
  rooms.apply(answer('1', { initial: true, timeline: [said('$a', 'hello'), said('$b', 'more', bob)] }, [alice], { $b: [alice] }))
  rooms.apply(answer('2', { initial: true, timeline: [said('$b', 'more', bob)] }, [bob], { $a: [bob] }))
  const room = rooms.get(roomId)!
  t.deepEqual(room.typing.value, [bob])
  t.deepEqual([...room.receipts.readers.value], [[bob, { eventId: '$a', ts: 1 }]])
})
