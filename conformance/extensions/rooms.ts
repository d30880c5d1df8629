import { getCapabilities } from '../../spec/client/discovery.ts'
import { joinRoom, listJoinedMembers } from '../../spec/client/membership.ts'
import { createRoom, listJoinedRooms } from '../../spec/client/rooms.ts'
import type { PowerLevelsContent } from '../../spec/events/power-levels.ts'
import { createPresetRoom } from '../../spec/extensions/rooms.ts'
import { type PresetName, presetNames } from '../../spec/extensions/presets.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, present, shown } from '../expect.ts'
import { made } from './made-room.ts'

const needs: readonly Feature[] = ['chat.hallway']
const clause = createPresetRoom

/** Join rule, who adds, removes, renames, posts, kind. */
const table = {
  'channel.public': ['restricted', 0, 50, 50, 0, 'channel'],
  'channel.private': ['invite', 50, 50, 50, 0, 'channel'],
  announcement: ['restricted', 50, 50, 50, 50, 'announcement'],
  'group.open': ['invite', 0, undefined, 0, 0, 'group'],
  'group.fixed': ['invite', 0, 101, 0, 0, 'group'],
} as const

export const presetRoomChecks = [
  ...Object.entries(table).map(([preset, [joinRule, invite, kick, name, post, kind]]) =>
    check(
      `presets/${preset.replace('.', '-')}-has-its-levels`,
      { clause, needs },
      `A room of the preset ${preset} has the join rule, levels and kind of the table.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await made(alice, preset as PresetName)
        const levels = (await alice.stateContent(roomId, 'm.room.power_levels')) as PowerLevelsContent
        equal((await alice.stateContent(roomId, 'm.room.join_rules'))['join_rule'], joinRule, 'The join rule')
        equal(
          [levels.invite ?? 0, levels.events?.['m.room.name'] ?? levels.state_default ?? 50, levels.events_default ?? 0],
          [invite, name, post],
          'Who adds, renames, posts',
        )
        if (kick !== undefined) equal([levels.kick ?? 50, levels.ban ?? 50], [kick, kick], 'Who removes')
        equal((await alice.stateContent(roomId, 'chat.hallway.kind'))['kind'], kind, 'The kind')
        equal((await alice.stateContent(roomId, 'm.room.history_visibility'))['history_visibility'], 'shared', 'The history visibility')
      },
    ),
  ),
  check(
    'presets/owner-and-creator',
    { clause, needs },
    "The server's system user makes the room, and whoever asked owns it with level 100.",
    async ({ people, serverName }) => {
      const [alice] = await people('alice')
      const roomId = await made(alice, 'channel.private')
      const create = present(
        (await alice.state(roomId)).find(({ type }) => type === 'm.room.create'),
        'a create event',
      )
      equal(create.sender, `@_system:${serverName}`, 'The creator')
      equal(
        ((await alice.stateContent(roomId, 'm.room.power_levels')) as PowerLevelsContent).users?.[alice.userId],
        100,
        'The level of the owner',
      )
      const { service_members: members = [] } = await alice.stateContent(roomId, 'io.element.functional_members')
      holds((members as string[]).includes(`@_system:${serverName}`), `the system user among the functional members ${shown(members)}`)
    },
  ),
  check(
    'presets/invited-are-members-at-once',
    { clause, about: [createPresetRoom, listJoinedMembers], needs },
    'People of this server who are invited, at creation or later, are members without accepting.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await made(alice, 'channel.private', { invite: [bob.userId] })
      await alice.invite(roomId, carol)
      const { joined = {} } = await alice.ok(listJoinedMembers, { roomId })
      for (const { userId } of [alice, bob, carol]) holds(userId in joined, `${userId} among ${shown(Object.keys(joined))}`)
      await carol.say(roomId, 'here already')
    },
  ),
  check(
    'presets/public-channels-are-open-to-all',
    { clause, about: [joinRoom], needs },
    'Any account joins a public channel without an invite, and none a private one.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const open = await made(alice, 'channel.public')
      const closed = await made(alice, 'channel.private')
      await bob.join(open)
      await bob.refused(joinRoom, { roomIdOrAlias: closed, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'presets/everyone-is-in-the-space',
    { clause: 'spec/extensions/README.md#capabilities', about: [getCapabilities, listJoinedRooms], needs },
    "Every account is a member of the organisation's Space.",
    async ({ people }) => {
      const [alice] = await people('alice')
      const { capabilities } = await alice.ok(getCapabilities, {})
      const space = capabilities['chat.hallway.space'] as { room_id?: RoomId } | undefined
      const roomId = present(space?.room_id, `a Space in ${shown(capabilities)}`)
      holds((await alice.ok(listJoinedRooms, {})).joined_rooms.includes(roomId), 'the Space among the joined rooms')
      equal((await alice.stateContent(roomId, 'm.room.create'))['type'], 'm.space', 'The type')
    },
  ),
  check(
    'presets/are-told',
    { clause: 'spec/extensions/README.md#capabilities', about: [getCapabilities], needs },
    'The capabilities list the presets that may be used, all of them known, groups and direct conversations among them.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { capabilities } = await alice.ok(getCapabilities, {})
      const presets = capabilities['chat.hallway.presets'] as { available?: string[] } | undefined
      const available = presets?.available ?? []
      for (const name of available) holds((presetNames as readonly string[]).includes(name), `a known preset, not ${name}`)
      for (const name of ['group.open', 'dm']) holds(available.includes(name), `${name} among ${shown(available)}`)
    },
  ),
  check(
    'presets/in-plain-create-room',
    { clause: createRoom, about: [createRoom], needs },
    'A preset may also stand in a plain createRoom.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ name: 'Kitchen', 'chat.hallway.preset': 'channel.private' })
      equal((await alice.stateContent(roomId, 'chat.hallway.kind'))['kind'], 'channel', 'The kind')
    },
  ),
  check(
    'presets/name-and-topic',
    { clause, needs },
    'Name, topic and alias of the request are those of the room.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const alias = unique('kitchen')
      const roomId = await made(alice, 'channel.public', { topic: 'Lunch', alias })
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'Kitchen', 'The name')
      equal((await alice.stateContent(roomId, 'm.room.topic'))['topic'], 'Lunch', 'The topic')
      equal((await alice.stateContent(roomId, 'm.room.canonical_alias'))['alias'], `#${alias}:${serverName}`, 'The alias')
    },
  ),
  check('presets/overrides', { clause, needs }, 'Overrides depart from the preset.', async ({ people }) => {
    const [alice] = await people('alice')
    const roomId = await made(alice, 'channel.private', {
      overrides: { invite_level: 0, post_level: 50, name_level: 100, remove_level: 100 },
    })
    const levels = (await alice.stateContent(roomId, 'm.room.power_levels')) as PowerLevelsContent
    equal(
      [levels.invite, levels.events_default, levels.events?.['m.room.name'], levels.kick],
      [0, 50, 100, 100],
      'Who adds, posts, renames, removes',
    )
  }),
  ...(
    [
      ['channel.public', {}, 400, 'M_MISSING_PARAM', 'a channel without a name'],
      ['castle', { name: 'x' }, 400, 'M_INVALID_PARAM', 'an unknown preset'],
      ['channel.public', { name: 'x', alias: 'Not An Alias' }, 400, 'M_INVALID_PARAM', 'an alias with blanks'],
    ] as const
  ).map(([preset, more, status, errcode, what]) =>
    check(
      `presets/${what.replaceAll(' ', '-')}`,
      { clause, needs },
      `A request for ${what} is refused with ${status} ${errcode}.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        await alice.refused(createPresetRoom, { body: { preset, ...more } }, status, [errcode, 'M_BAD_JSON'])
      },
    ),
  ),
  check(
    'presets/alias-taken',
    { clause, needs },
    'An alias that is taken makes no room: 400 M_ROOM_IN_USE.',
    async ({ people, unique }) => {
      const [alice] = await people('alice')
      const body = { preset: 'channel.public', name: 'Kitchen', alias: unique('kitchen') }
      await alice.ok(createPresetRoom, { body })
      const before = (await alice.ok(listJoinedRooms, {})).joined_rooms.length
      await alice.refused(createPresetRoom, { body }, 400, 'M_ROOM_IN_USE')
      equal((await alice.ok(listJoinedRooms, {})).joined_rooms.length, before, 'The number of rooms')
    },
  ),
  check(
    'presets/invite-of-nobody',
    { clause, needs },
    'An invite of an account that does not exist makes no room: 404 M_NOT_FOUND.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const before = (await alice.ok(listJoinedRooms, {})).joined_rooms.length
      await alice.refused(
        createPresetRoom,
        { body: { preset: 'group.open', invite: [`@${unique('ghost')}:${serverName}`] } },
        404,
        'M_NOT_FOUND',
      )
      equal((await alice.ok(listJoinedRooms, {})).joined_rooms.length, before, 'The number of rooms')
    },
  ),
]
