import test from 'ava'
import { forEachEngine } from '../storage/test-database.ts'
import { StaleBuildError } from '../storage/group-commit.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { createRoomStates } from './room-state.ts'
import { testRooms } from './test-rooms.ts'

const alice: UserId = '@alice:hs'
const events = [
  { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: '12' } },
  { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join' } },
]
const message = (roomId: RoomId) => ({ roomId, sender: alice, type: 'm.room.message', content: { body: 'hello' } })

forEachEngine(
  'a room that is read while it comes into memory is the one in memory, so that nobody writes beside it',
  async (t, database) => {
    const { newRoom, roomStates, sendEvent } = testRooms(database)
    const { room } = await newRoom(roomVersion('12')!, events)
    roomStates.discard(room)
    const reading = roomStates.open(room.roomId)
    room.broken = false
    roomStates.add(room)
    t.is(await reading, room)
    t.is(roomStates.known(room.roomId), room)
    await sendEvent(message(room.roomId))
  },
)

forEachEngine('nothing is built on a room that has left memory', async (t, database) => {
  const { newRoom, appendEvents, memberships, state } = testRooms(database)
  const { room } = await newRoom(roomVersion('12')!, events)
  const small = createRoomStates({ rooms: { head: async () => undefined } as never, state, memberships, capacity: 1 })
  small.add(room)
  small.add({ ...room, roomId: '!another' })
  t.is(small.known(room.roomId), undefined)
  await t.throwsAsync(
    appendEvents(room, () => {}),
    { instanceOf: StaleBuildError },
  )
})

test('a room whose events are on their way stays in memory', (t) => {
  const small = createRoomStates({ rooms: {} as never, state: {} as never, memberships: {} as never, capacity: 1 })
  const room = { roomId: '!busy', waiting: 1, broken: false } as never
  small.add(room)
  small.add({ roomId: '!another', waiting: 0, broken: false } as never)
  t.is(small.known('!busy'), room)
})
