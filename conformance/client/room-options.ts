import { createRoom, listJoinedRooms, listRoomAliases } from '../../spec/client/rooms.ts'
import { getState, getStateEvent } from '../../spec/client/room-state.ts'
import { check } from '../check.ts'
import { equal, holds, matches, present, sameMembers, shown } from '../expect.ts'

export const roomOptionChecks = [
  check(
    'rooms/creation-content',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'Keys of creation_content stand in the create event.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ creation_content: { type: 'm.space', 'm.federate': false, 'org.example.colour': 'green' } })
      matches(
        await alice.stateContent(roomId, 'm.room.create'),
        { type: 'm.space', 'm.federate': false, 'org.example.colour': 'green' },
        'The create event',
      )
    },
  ),
  check(
    'rooms/power-levels-override',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'Keys of power_level_content_override replace those of the power levels, and no others.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ power_level_content_override: { events_default: 25, invite: 75 } })
      const levels = await alice.stateContent(roomId, 'm.room.power_levels')
      matches(levels, { events_default: 25, invite: 75 }, 'The levels')
      holds(typeof levels['ban'] === 'number' && typeof levels['events'] === 'object', `the other levels too, in ${shown(levels)}`)
    },
  ),
  check(
    'rooms/unknown-version',
    { clause: createRoom },
    'A room version that the server does not know is refused with 400 M_UNSUPPORTED_ROOM_VERSION.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(createRoom, { body: { room_version: 'org.example.99' } }, 400, 'M_UNSUPPORTED_ROOM_VERSION')
    },
  ),
  check(
    'rooms/no-room-from-a-bad-override',
    { clause: createRoom, about: [createRoom, listJoinedRooms], level: 'should' },
    'Power levels that are none make no room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const before = await alice.joinedRooms()
      const { status } = await alice.call(createRoom, { body: { power_level_content_override: { events_default: 'fifty' } } })
      holds(status >= 400 && status < 500, `a refusal, not ${status}`)
      sameMembers(await alice.joinedRooms(), before, 'The rooms')
    },
  ),
  ...Object.entries({
    'invite of no user': { invite: ['bob'] },
    'invite that is no list': { invite: '@bob:hs1' },
    'preset of no kind': { preset: 'castle' },
    'visibility of no kind': { visibility: 'misty' },
    'version that is a number': { room_version: 11 },
    'initial state that is no list': { initial_state: {} },
    'initial state without a type': { initial_state: [{ content: {} }] },
  }).map(([what, body]) =>
    check(
      `rooms/${what.replaceAll(' ', '-')}`,
      { clause: createRoom, level: what.includes('kind') ? 'should' : 'must' },
      `To make a room with an ${what} is an error of the caller.`.replace(/an ([^aeiou])/, 'a $1'),
      async ({ people }) => {
        const [alice] = await people('alice')
        equal((await alice.call(createRoom, { body })).status, 400, 'The status')
      },
    ),
  ),
  check(
    'rooms/joined-rooms',
    { clause: listJoinedRooms },
    'The list holds the rooms that the user is joined to, and neither left nor invited ones.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const before = await alice.joinedRooms()
      const [one, two, left] = [await alice.createRoom(), await alice.createRoom(), await alice.createRoom()]
      await bob.createRoom({ invite: [alice.userId] })
      await alice.leave(left)
      sameMembers((await alice.ok(listJoinedRooms, {})).joined_rooms, [...before, one, two], 'The rooms')
    },
  ),
  check(
    'rooms/aliases-are-for-members',
    { clause: listRoomAliases },
    'Who is not a member does not read the aliases of a room.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom()
      await bob.refused(listRoomAliases, { roomId }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'rooms/create-event-is-complete',
    { clause: 'client-server-api/#mroomcreate', about: [getState] },
    'The create event is sent by the creator and names the room version.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom()
      const create = present(
        (await alice.state(roomId)).find(({ type }) => type === 'm.room.create'),
        'a create event',
      )
      equal([create.sender, create.state_key], [alice.userId, ''], 'Sender and state key')
      holds(typeof create.content['room_version'] === 'string', `a room version in ${shown(create.content)}`)
    },
  ),
]
