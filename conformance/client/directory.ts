import {
  deleteRoomAlias,
  getDirectoryVisibility,
  getRoomAlias,
  getRoomSummary,
  listPublicRooms,
  queryPublicRooms,
  setDirectoryVisibility,
  setRoomAlias,
} from '../../spec/client/directory.ts'
import { listRoomAliases } from '../../spec/client/rooms.ts'
import type { RoomAlias } from '../../spec/identifiers.ts'
import { check, type Stage } from '../check.ts'
import { equal, holds, matches, present, sameMembers } from '../expect.ts'
import type { Person } from '../people.ts'
import { eventually } from '../sync-until.ts'

/** The published rooms that a search finds, once all that are wanted have come into the directory. */
const searched = ({ patience }: Stage, person: Person, word: string, wanted: readonly string[], more: object = {}): Promise<string[]> =>
  eventually(patience, `${wanted.length} rooms in the directory`, async () => {
    const { chunk } = await person.ok(queryPublicRooms, { body: { filter: { generic_search_term: word, ...more } } })
    const ids = chunk.map((room) => room.room_id)
    return wanted.every((id) => ids.some((one) => one === id)) && ids
  })

const aliasOf = ({ unique, serverName }: Stage): RoomAlias => `#${unique('alias')}:${serverName}`

export const directoryChecks = [
  check(
    'directory/alias',
    { clause: setRoomAlias, about: [setRoomAlias, getRoomAlias] },
    'An alias that is set leads to the room, for anyone, and names servers that know it.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      const roomAlias = aliasOf(stage)
      await alice.ok(setRoomAlias, { roomAlias, body: { room_id: roomId } })
      const found = await stage.nobody.ok(getRoomAlias, { roomAlias })
      equal(found.room_id, roomId, 'The room')
      holds(found.servers?.includes(stage.serverName), `${stage.serverName} among the servers`)
    },
  ),
  check(
    'directory/alias-unknown',
    { clause: getRoomAlias },
    'An alias that nobody has set is answered with 404 M_NOT_FOUND.',
    async (stage) => {
      await stage.nobody.refused(getRoomAlias, { roomAlias: aliasOf(stage) }, 404, 'M_NOT_FOUND')
    },
  ),
  check('directory/alias-that-is-none', { clause: getRoomAlias }, 'What is no alias is an error of the caller.', async ({ people }) => {
    const [alice] = await people('alice')
    await alice.refused(getRoomAlias, { roomAlias: 'kitchen' as RoomAlias }, 400, ['M_INVALID_PARAM', 'M_UNKNOWN', 'M_BAD_JSON'])
  }),
  check('directory/alias-taken', { clause: setRoomAlias }, 'An alias that is taken is refused with 409.', async (stage) => {
    const [roomId, alice] = await stage.room('alice')
    const call = { roomAlias: aliasOf(stage), body: { room_id: roomId } }
    await alice.ok(setRoomAlias, call)
    await alice.refused(setRoomAlias, call, 409, 'M_UNKNOWN')
  }),
  check(
    'directory/alias-of-another-server',
    { clause: setRoomAlias },
    'An alias of another server cannot be set here.',
    async ({ room, unique }) => {
      const [roomId, alice] = await room('alice')
      const { status } = await alice.call(setRoomAlias, { roomAlias: `#${unique('alias')}:elsewhere.test`, body: { room_id: roomId } })
      holds(status === 400 || status === 403, `a refusal, not ${status}`)
    },
  ),
  check(
    'directory/alias-deleted',
    { clause: deleteRoomAlias, about: [deleteRoomAlias, getRoomAlias] },
    'An alias that is deleted leads nowhere.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      const roomAlias = aliasOf(stage)
      await alice.ok(setRoomAlias, { roomAlias, body: { room_id: roomId } })
      await alice.ok(deleteRoomAlias, { roomAlias })
      await stage.nobody.refused(getRoomAlias, { roomAlias }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'directory/alias-deleted-by-another',
    { clause: deleteRoomAlias },
    'Who neither made an alias nor has power in the room does not delete it.',
    async (stage) => {
      const [roomId, alice, bob] = await stage.room('alice', 'bob')
      const roomAlias = aliasOf(stage)
      await alice.ok(setRoomAlias, { roomAlias, body: { room_id: roomId } })
      await bob.refused(deleteRoomAlias, { roomAlias }, 403, 'M_FORBIDDEN')
      equal((await alice.ok(getRoomAlias, { roomAlias })).room_id, roomId, 'The room')
    },
  ),
  check(
    'directory/alias-deleted-that-is-none',
    { clause: deleteRoomAlias },
    'To delete an alias that does not exist is answered with 404 M_NOT_FOUND.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      await alice.refused(deleteRoomAlias, { roomAlias: aliasOf(stage) }, 404, 'M_NOT_FOUND')
    },
  ),
  check('directory/aliases-of-a-room', { clause: listRoomAliases }, 'Members read all aliases of a room.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    const aliases = [aliasOf(stage), aliasOf(stage)]
    for (const roomAlias of aliases) await alice.ok(setRoomAlias, { roomAlias, body: { room_id: roomId } })
    sameMembers((await bob.ok(listRoomAliases, { roomId })).aliases, aliases, 'The aliases')
  }),
  check('directory/aliases-need-a-token', { clause: setRoomAlias }, 'Nobody sets an alias without a token.', async (stage) => {
    await stage.nobody.refused(setRoomAlias, { roomAlias: aliasOf(stage), body: { room_id: '!x:y' } }, 401, 'M_MISSING_TOKEN')
  }),
  check(
    'directory/publish',
    { clause: setDirectoryVisibility, about: [setDirectoryVisibility, getDirectoryVisibility] },
    'A room can be published and taken back.',
    async ({ room, nobody }) => {
      const [roomId, alice] = await room('alice')
      for (const visibility of ['public', 'private'] as const) {
        await alice.ok(setDirectoryVisibility, { roomId, body: { visibility } })
        equal((await nobody.ok(getDirectoryVisibility, { roomId })).visibility, visibility, 'The visibility')
      }
    },
  ),
  check(
    'directory/publish-without-power',
    { clause: setDirectoryVisibility },
    'Who has no power in a room does not publish it.',
    async ({ room }) => {
      const [roomId, , bob] = await room('alice', 'bob')
      await bob.refused(setDirectoryVisibility, { roomId, body: { visibility: 'public' } }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'directory/visibility-of-no-room',
    { clause: getDirectoryVisibility },
    'The visibility of a room that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ nobody, unique, serverName }) => {
      await nobody.refused(getDirectoryVisibility, { roomId: `!${unique('no')}:${serverName}` }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'directory/published-rooms',
    { clause: queryPublicRooms },
    'A published room is found by a word of its name, with what there is to know of it.',
    async (stage) => {
      const [alice, bob] = await stage.people('alice', 'bob')
      const word = stage.unique('zebra')
      const roomId = await alice.createRoom({ visibility: 'public', name: `The ${word} club`, topic: 'Stripes' })
      await bob.join(roomId)
      const found = await eventually(stage.patience, 'the room in the directory', async () => {
        const { chunk } = await bob.ok(queryPublicRooms, { body: { filter: { generic_search_term: word.toUpperCase() } } })
        return chunk.find((room) => room.room_id === roomId && room.num_joined_members === 2)
      })
      matches(
        found,
        { name: `The ${word} club`, topic: 'Stripes', num_joined_members: 2, world_readable: false, guest_can_join: false },
        'The room',
      )
    },
  ),
  check('directory/unpublished-rooms', { clause: queryPublicRooms }, 'A room that is not published is not found.', async (stage) => {
    const [alice] = await stage.people('alice')
    const word = stage.unique('okapi')
    const listed = await alice.createRoom({ visibility: 'public', name: `${word} one` })
    await alice.createRoom({ preset: 'public_chat', name: `${word} two` })
    equal(await searched(stage, alice, word, [listed]), [listed], 'The rooms')
  }),
  check(
    'directory/by-topic-and-alias',
    { clause: queryPublicRooms },
    'The search looks at topics and canonical aliases too.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      const word = stage.unique('gnu')
      const rooms = [
        await alice.createRoom({ visibility: 'public', topic: `all about the ${word}` }),
        await alice.createRoom({ visibility: 'public', room_alias_name: word }),
      ]
      sameMembers(await searched(stage, alice, word, rooms), rooms, 'The rooms')
    },
  ),
  check(
    'directory/by-room-type',
    { clause: queryPublicRooms, since: 'v1.4' },
    'The search can be narrowed to Spaces, or to rooms without a type.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      const word = stage.unique('eland')
      const space = await alice.createRoom({ visibility: 'public', name: `${word} space`, creation_content: { type: 'm.space' } })
      const plain = await alice.createRoom({ visibility: 'public', name: `${word} room` })
      const found = (types: (string | null)[], wanted: string[]) => searched(stage, alice, word, wanted, { room_types: types })
      equal(await found(['m.space'], [space]), [space], 'The Spaces')
      equal(await found([null], [plain]), [plain], 'The rooms without a type')
      sameMembers(await found(['m.space', null], [space, plain]), [space, plain], 'Both')
    },
  ),
  check('directory/pages', { clause: queryPublicRooms }, 'Page by page every published room is given once.', async (stage) => {
    const [alice] = await stage.people('alice')
    const word = stage.unique('lynx')
    const rooms = [1, 2, 3].map((number) => alice.createRoom({ visibility: 'public', name: `${word} ${number}` }))
    const all = await Promise.all(rooms)
    await searched(stage, alice, word, all)
    const seen: string[] = []
    for (let since: string | undefined, page = 0; page < 9; page++) {
      const body = { limit: 1, filter: { generic_search_term: word }, ...(since === undefined ? {} : { since }) }
      const { chunk, next_batch: next } = await alice.ok(queryPublicRooms, { body })
      holds(chunk.length <= 1, 'one room a page at most')
      seen.push(...chunk.map((room) => room.room_id))
      if (next === undefined) break
      since = next
    }
    sameMembers(seen, all, 'The rooms')
  }),
  check('directory/plain-list', { clause: listPublicRooms }, 'The plain list obeys its limit.', async ({ people }) => {
    const [alice] = await people('alice')
    for (let index = 0; index < 3; index++) await alice.createRoom({ visibility: 'public' })
    const { chunk } = await alice.ok(listPublicRooms, { limit: 2 })
    equal(chunk.length, 2, 'The number of rooms')
  }),
  check(
    'directory/summary',
    { clause: getRoomSummary },
    'A room that can be joined is described to somebody who is not in it.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat', name: 'The kitchen', topic: 'Lunch' })
      const summary = await bob.ok(getRoomSummary, { roomIdOrAlias: roomId })
      matches(summary, { room_id: roomId, name: 'The kitchen', topic: 'Lunch', num_joined_members: 1, join_rule: 'public' }, 'The summary')
      holds(summary.membership === undefined || summary.membership === 'leave', `no membership, not ${summary.membership}`)
      equal((await alice.ok(getRoomSummary, { roomIdOrAlias: roomId })).membership, 'join', 'The membership of a member')
    },
  ),
  check(
    'directory/summary-of-a-closed-room',
    { clause: getRoomSummary },
    'A room that cannot be joined is not described.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'private_chat' })
      await bob.refused(getRoomSummary, { roomIdOrAlias: roomId }, [403, 404], ['M_NOT_FOUND', 'M_FORBIDDEN'])
    },
  ),
  check(
    'directory/summary-by-alias',
    { clause: getRoomSummary },
    'A room is described by its alias too, with its type.',
    async ({ people, unique, serverName }) => {
      const [alice, bob] = await people('alice', 'bob')
      const localpart = unique('alias')
      const roomId = await alice.createRoom({ preset: 'public_chat', room_alias_name: localpart, creation_content: { type: 'm.space' } })
      const summary = await bob.ok(getRoomSummary, { roomIdOrAlias: `#${localpart}:${serverName}` })
      equal(
        [present(summary.room_id, 'a room ID'), summary.room_type, summary.canonical_alias],
        [roomId, 'm.space', `#${localpart}:${serverName}`],
        'Room, type, alias',
      )
    },
  ),
]
