import test from 'ava'
import { forEachEngine } from '../storage/test-database.ts'
import { StaleBuildError } from '../storage/group-commit.ts'
import { createRoomStore } from '../storage/rooms.ts'
import { citedIds } from '../protocol/event.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { createAppendEvents } from './append-event.ts'
import { noteMember, type Room } from './room.ts'
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
  const { newRoom, appendEvents, memberships, state, events: stored } = testRooms(database)
  const { room } = await newRoom(roomVersion('12')!, events)
  const small = createRoomStates({ rooms: { head: async () => undefined } as never, events: stored, state, memberships, capacity: 1 })
  small.add(room)
  small.add({ ...room, roomId: '!another' })
  t.is(small.known(room.roomId), undefined)
  await t.throwsAsync(
    appendEvents(room, () => {}),
    { instanceOf: StaleBuildError },
  )
})

test('a room whose events are on their way stays in memory', (t) => {
  const small = createRoomStates({ rooms: {} as never, events: {} as never, state: {} as never, memberships: {} as never, capacity: 1 })
  const room = { roomId: '!busy', waiting: 1, broken: false } as never
  small.add(room)
  small.add({ roomId: '!another', waiting: 0, broken: false } as never)
  t.is(small.known('!busy'), room)
})

forEachEngine('a room that memory kept for events on their way is let go once they are committed', async (t, database) => {
  const { newRoom, identifiers, groupCommit, buildEvent, state, memberships, events: stored } = testRooms(database)
  const { room } = await newRoom(roomVersion('12')!, events)
  const small = createRoomStates({ rooms: createRoomStore(database), events: stored, state, memberships, capacity: 1 })
  const appendEvents = createAppendEvents({ roomStates: small, identifiers, groupCommit })
  small.add(room)
  const senderNid = await identifiers.user(alice)
  const say = (body: string) =>
    appendEvents(room, (next) => {
      next(buildEvent(room, { ...message(room.roomId), content: { body } }, { senderNid }))
    })
  const sending = [say('one'), say('two')]
  small.add({ ...room, roomId: '!another', waiting: 0 })
  t.false(room.broken)
  await Promise.all(sending)
  t.is(small.known(room.roomId), undefined)
  t.true(room.broken, 'nobody builds on it beside the one that is read anew')
  const again = (await small.open(room.roomId))!
  const sent = await stored.byId(citedIds(again.next.extremities)[0]!)
  t.deepEqual(sent?.pdu.content, { body: 'two' })
})

forEachEngine('a room made here knows who never was a member without asking; one that was read asks', async (t, database) => {
  const { newRoom, state, memberships, events: stored } = testRooms(database)
  const rooms = createRoomStore(database)
  const { room } = await newRoom(roomVersion('12')!, events)
  const asked: unknown[] = []
  const current: typeof state.current = (roomNid, wish) => {
    asked.push(wish)
    return state.current(roomNid, wish)
  }
  const again = createRoomStates({ rooms, events: stored, state: { ...state, current }, memberships })
  again.add(room)
  await again.loadMembers(room, ['@bob:hs'])
  t.deepEqual(asked, [])
  t.true(room.members.has('@bob:hs'))
  again.discard(room)
  const read = (await again.open(room.roomId))!
  await again.loadMembers(read, ['@bob:hs', alice])
  t.is(read.members.get(alice)?.pdu.content['membership'], 'join')
  t.deepEqual(asked.at(-1), { kind: 'members', userIds: ['@bob:hs', alice] })
})

test('a room whose members are too many for memory no longer counts as whole', (t) => {
  const room = { members: new Map(), membersComplete: true } as unknown as Room
  for (let number = 0; number < 5000; number++) noteMember(room, `@nobody${number}:hs`, undefined)
  noteMember(room, alice, { eventId: '$a' } as never)
  t.true(room.membersComplete, 'only people who never were members were dropped')
  for (let number = 0; number < 5000; number++) noteMember(room, `@other${number}:hs`, undefined)
  t.false(room.membersComplete)
  t.is(room.members.size, 5000)
})
