import { getDirectoryVisibility, getRoomAlias } from '../../spec/client/directory.ts'
import { createRoom, listJoinedRooms, listRoomAliases } from '../../spec/client/rooms.ts'
import { getState, getStateEvent } from '../../spec/client/room-state.ts'
import type { RoomAlias } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, holds, sameMembers } from '../expect.ts'

const made = [createRoom, getState, getStateEvent]
const presets = {
  private_chat: ['invite', 'shared', 'can_join'],
  trusted_private_chat: ['invite', 'shared', 'can_join'],
  public_chat: ['public', 'shared', 'forbidden'],
} as const

export const roomChecks = [
  ...Object.entries(presets).map(([preset, [joinRule, visibility, guests]]) =>
    check(
      `rooms/preset-${preset.replaceAll('_', '-')}`,
      { clause: createRoom, about: made },
      `The preset ${preset} sets join rule ${joinRule}, history visibility ${visibility} and guest access ${guests}.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ preset })
        const state = await alice.state(roomId)
        const of = (name: string, key: string) => state.find(({ type }) => type === name)?.content[key]
        // client-server-api/#mroomguest_access: absent means forbidden.
        equal(
          [
            of('m.room.join_rules', 'join_rule'),
            of('m.room.history_visibility', 'history_visibility'),
            of('m.room.guest_access', 'guest_access') ?? 'forbidden',
          ],
          [joinRule, visibility, guests],
          'Join rule, history visibility, guest access',
        )
      },
    ),
  ),
  ...(
    [
      ['public', 'public'],
      ['private', 'invite'],
    ] as const
  ).map(([visibility, joinRule]) =>
    check(
      `rooms/visibility-${visibility}-chooses-a-preset`,
      { clause: createRoom, about: [getStateEvent] },
      `Without a preset, visibility ${visibility} gives the join rule ${joinRule}.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ visibility })
        equal((await alice.stateContent(roomId, 'm.room.join_rules'))['join_rule'], joinRule, 'The join rule')
      },
    ),
  ),
  ...(['public', 'private'] as const).map((visibility) =>
    check(
      `rooms/visibility-${visibility}-in-the-directory`,
      { clause: createRoom, about: [createRoom, getDirectoryVisibility] },
      `A room that is made ${visibility} is so in the directory.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ visibility })
        equal((await alice.ok(getDirectoryVisibility, { roomId })).visibility, visibility, 'The visibility')
      },
    ),
  ),
  check(
    'rooms/creator-is-joined',
    { clause: createRoom, about: [listJoinedRooms, getStateEvent] },
    'Who makes a room is its member.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom()
      holds((await alice.joinedRooms()).includes(roomId), 'the room among the joined ones')
      equal(await alice.membershipOf(roomId, alice), 'join', 'The membership')
    },
  ),
  check(
    'rooms/name-and-topic',
    { clause: createRoom, about: made },
    'Name and topic of the request are those of the room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ name: 'The kitchen', topic: 'What is for lunch' })
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'The kitchen', 'The name')
      equal((await alice.stateContent(roomId, 'm.room.topic'))['topic'], 'What is for lunch', 'The topic')
    },
  ),
  check(
    'rooms/no-name-unless-given',
    { clause: createRoom, about: [getStateEvent] },
    'A room that is made without name and topic has neither.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom()
      for (const eventType of ['m.room.name', 'm.room.topic'])
        await alice.refused(getStateEvent, { roomId, eventType, stateKey: '' }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'rooms/initial-state',
    { clause: createRoom, about: made },
    'The events of initial_state are in the room, with their state keys.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({
        initial_state: [
          { type: 'org.example.shelf', state_key: 'left', content: { books: 3 } },
          { type: 'org.example.shelf', content: { books: 5 } },
        ],
      })
      equal(await alice.stateContent(roomId, 'org.example.shelf', 'left'), { books: 3 }, 'The state with a key')
      equal(await alice.stateContent(roomId, 'org.example.shelf'), { books: 5 }, 'The state without')
    },
  ),
  check(
    'rooms/initial-state-wins-over-preset',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'What initial_state says of join rules and history stands, whatever the preset.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({
        preset: 'private_chat',
        initial_state: [
          { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } },
          { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } },
        ],
      })
      equal((await alice.stateContent(roomId, 'm.room.join_rules'))['join_rule'], 'public', 'The join rule')
      equal((await alice.stateContent(roomId, 'm.room.history_visibility'))['history_visibility'], 'joined', 'The history visibility')
    },
  ),
  check(
    'rooms/name-wins-over-initial-state',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'The name of the request wins over one in initial_state.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({
        name: 'The kitchen',
        initial_state: [{ type: 'm.room.name', state_key: '', content: { name: 'The cellar' } }],
      })
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'The kitchen', 'The name')
    },
  ),
  check(
    'rooms/order-of-the-first-events',
    { clause: createRoom, about: made },
    'The first events come in the specified order: create, join, power levels, alias, preset, initial state, name and topic, invites.',
    async ({ people, unique }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({
        preset: 'private_chat',
        room_alias_name: unique('order'),
        name: 'N',
        topic: 'T',
        initial_state: [{ type: 'org.example.shelf', content: {} }],
        invite: [bob.userId],
      })
      const types = (await alice.messages(roomId)).reverse().map(({ type }) => type)
      const rank = [
        'm.room.create',
        'm.room.member',
        'm.room.power_levels',
        'm.room.canonical_alias',
        'm.room.join_rules',
        'org.example.shelf',
        'm.room.name',
      ]
      equal(
        types.filter((type, index) => rank.includes(type) && types.indexOf(type) === index),
        rank,
        'The order',
      )
      equal(types.at(-1), 'm.room.member', 'The last event')
    },
  ),
  check(
    'rooms/invites',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'All who are named in invite are invited.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await alice.createRoom({ invite: [bob.userId, carol.userId] })
      for (const guest of [bob, carol]) equal(await alice.membershipOf(roomId, guest), 'invite', 'The membership')
      await bob.join(roomId)
      holds((await bob.joinedRooms()).includes(roomId), 'the room among those of the invited')
    },
  ),
  check(
    'rooms/direct-invites',
    { clause: createRoom, about: [createRoom, getStateEvent] },
    'With is_direct, the invites say that they are for a direct conversation.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ is_direct: true, invite: [bob.userId] })
      equal((await alice.stateContent(roomId, 'm.room.member', bob.userId))['is_direct'], true, 'is_direct')
    },
  ),
  check(
    'rooms/alias',
    { clause: createRoom, about: [createRoom, getStateEvent, getRoomAlias] },
    'The alias of the request leads to the room and is its canonical one.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const localpart = unique('alias')
      const roomAlias = `#${localpart}:${serverName}` as RoomAlias
      const roomId = await alice.createRoom({ room_alias_name: localpart })
      equal((await alice.stateContent(roomId, 'm.room.canonical_alias'))['alias'], roomAlias, 'The canonical alias')
      equal((await alice.ok(getRoomAlias, { roomAlias })).room_id, roomId, 'The room of the alias')
      equal((await alice.ok(listRoomAliases, { roomId })).aliases, [roomAlias], 'The aliases')
    },
  ),
  check(
    'rooms/alias-taken',
    { clause: createRoom },
    'An alias that is taken makes no room: 400 M_ROOM_IN_USE.',
    async ({ people, unique }) => {
      const [alice] = await people('alice')
      const body = { room_alias_name: unique('alias') }
      await alice.createRoom(body)
      const before = await alice.joinedRooms()
      await alice.refused(createRoom, { body }, [400, 409], 'M_ROOM_IN_USE')
      sameMembers(await alice.joinedRooms(), before, 'The rooms')
    },
  ),
]
