import { sendMessage } from '../../spec/client/room-send.ts'
import { getStateEvent, setState } from '../../spec/client/room-state.ts'
import { upgradeRoom } from '../../spec/client/rooms.ts'
import { sync } from '../../spec/client/sync.ts'
import { getEvent } from '../../spec/client/timeline.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { text } from '../deeds.ts'
import { differ, equal, holds, matches, shown } from '../expect.ts'
import type { Person } from '../people.ts'

/** What the text asks of servers. */
export const clause = 'client-server-api/#room-upgrades'
const versions = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']

/** Upgrades a room; to version 11 unless another is said. */
export const upgrade = async (person: Person, roomId: RoomId, more: { new_version?: string; additional_creators?: string[] } = {}) =>
  (await person.ok(upgradeRoom, { roomId, body: { new_version: '11', ...more } })).replacement_room

/** A public room of version 11, whatever the run's version is. */
export const makeRoom = (person: Person, body: object = {}) => person.createRoom({ room_version: '11', preset: 'public_chat', ...body })
/** The content of a room's create event. */
export const createOf = (person: Person, roomId: RoomId) => person.stateContent(roomId, 'm.room.create')
const usersOf = async (person: Person, roomId: RoomId) => (await person.stateContent(roomId, 'm.room.power_levels'))['users'] ?? {}

const bothRooms = versions.map((version) =>
  check(
    `upgrade/to-v${version}`,
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent], roomVersions: [version] },
    `A room can be upgraded to version ${version}: each of the two rooms names the other.`,
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice)
      const replacement = await upgrade(alice, roomId, { new_version: version })
      differ(replacement, roomId, 'The rooms')
      const create = await createOf(alice, replacement)
      equal(create['room_version'] ?? '1', version, 'The version')
      matches(create, { predecessor: { room_id: roomId } }, 'The create event')
      equal((await alice.stateContent(roomId, 'm.room.tombstone'))['replacement_room'], replacement, 'The replacement in the tombstone')
    },
  ),
)

export const roomUpgradeChecks = [
  ...bothRooms,
  check(
    'upgrade/last-event-is-of-the-old-room',
    { clause: 'client-server-api/#mroomcreate', about: [getStateEvent, getEvent] },
    'The event that the predecessor names is one of the old room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice)
      const { predecessor } = await createOf(alice, await upgrade(alice, roomId, { new_version: '10' }))
      // It may be absent since v1.16.
      const { event_id: eventId } = predecessor as { event_id?: EventId }
      matches(predecessor, { room_id: roomId }, 'The predecessor')
      if (eventId !== undefined) equal((await alice.ok(getEvent, { roomId, eventId })).event_id, eventId, 'The event')
    },
  ),
  check(
    'upgrade/tombstone-in-syncs',
    { clause: 'client-server-api/#mroomtombstone', about: [sync] },
    'Members are told by sync where the room has gone, with words for people.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await bob.startSyncing()
      const replacement = await upgrade(alice, roomId)
      const { content, sender } = await syncing.untilEvent(roomId, 'the tombstone', ({ type }) => type === 'm.room.tombstone')
      equal([content['replacement_room'], typeof content['body'], sender], [replacement, 'string', alice.userId], 'The tombstone')
    },
  ),
  check(
    'upgrade/requester-is-in-the-new-room',
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent, sendMessage] },
    'Who upgrades a room is a member of the new one, and can talk there.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const replacement = await upgrade(alice, await makeRoom(alice))
      equal(await alice.membershipOf(replacement, alice), 'join', 'The membership')
      await alice.say(replacement, 'hello')
    },
  ),
  check(
    'upgrade/members-can-follow',
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent] },
    'A member of a public room gets into the new one by the ID in the tombstone.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      await bob.join(roomId)
      await upgrade(alice, roomId)
      const { replacement_room: replacement } = await bob.stateContent(roomId, 'm.room.tombstone')
      await bob.join(replacement as RoomId)
      equal(await alice.membershipOf(replacement as RoomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'upgrade/closes-the-old-room',
    { clause, about: [upgradeRoom, sendMessage, getStateEvent], level: 'should' },
    'Members without power can talk in the old room no longer, nor invite to it.',
    async ({ people, unique }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      await bob.join(roomId)
      await bob.say(roomId, 'hello')
      await upgrade(alice, roomId)
      const input = { roomId, eventType: 'm.room.message', txnId: unique('t'), body: text('still here?') }
      await bob.refused(sendMessage, input, 403, 'M_FORBIDDEN')
      const { events_default: talk, invite } = await alice.stateContent(roomId, 'm.room.power_levels')
      holds(Number(talk) >= 50 && Number(invite) >= 50, `levels of 50 at least, not ${shown([talk, invite])}`)
    },
  ),
  check(
    'upgrade/unknown-version',
    { clause: upgradeRoom },
    'A version that the server does not know is refused with 400 M_UNSUPPORTED_ROOM_VERSION.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice)
      await alice.refused(upgradeRoom, { roomId, body: { new_version: 'org.example.none' } }, 400, 'M_UNSUPPORTED_ROOM_VERSION')
    },
  ),
  check(
    'upgrade/takes-the-power-of-a-tombstone',
    { clause, about: [upgradeRoom, setState, getStateEvent] },
    'Who may not send m.room.tombstone is refused, and who may is not.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      await bob.join(roomId)
      const body = { new_version: '11' }
      await bob.refused(upgradeRoom, { roomId, body }, 403, 'M_FORBIDDEN')
      await alice.refused(getStateEvent, { roomId, eventType: 'm.room.tombstone', stateKey: '' }, 404, 'M_NOT_FOUND')
      await alice.setLevels(roomId, { users: { [alice.userId]: 100, [bob.userId]: 50 }, events: { 'm.room.tombstone': 50 } })
      const replacement = await upgrade(bob, roomId)
      equal((await alice.stateContent(roomId, 'm.room.tombstone'))['replacement_room'], replacement, 'The replacement')
    },
  ),
  check('upgrade/of-a-room-one-is-not-in', { clause: upgradeRoom }, 'Who is not in the room is refused.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await makeRoom(alice)
    await bob.refused(upgradeRoom, { roomId, body: { new_version: '11' } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'upgrade/creator-of-v12-has-no-number',
    { clause: 'rooms/v12/#authorization-rules', about: [upgradeRoom, getStateEvent], roomVersions: ['12'] },
    'In version 12 who upgrades the room is its creator, and stands no longer among the users of the power levels.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      await alice.setLevels(roomId, { users: { [alice.userId]: 100, [bob.userId]: 50 } })
      const replacement = await upgrade(alice, roomId, { new_version: '12' })
      equal(await usersOf(alice, replacement), { [bob.userId]: 50 }, 'The users')
      const levels = await alice.stateContent(replacement, 'm.room.power_levels')
      await alice.setState(replacement, 'm.room.power_levels', { ...levels, users: { [bob.userId]: 101 } })
      equal(await usersOf(alice, replacement), { [bob.userId]: 101 }, 'The users afterwards')
    },
  ),
  check(
    'upgrade/additional-creators',
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent], since: 'v1.16', roomVersions: ['12'] },
    'In version 12 the creators named are those of the new room, and none is taken over from the old one.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await makeRoom(alice, { room_version: '12', creation_content: { additional_creators: [bob.userId] } })
      const next = await upgrade(alice, roomId, { new_version: '12', additional_creators: [carol.userId] })
      equal((await createOf(alice, next))['additional_creators'], [carol.userId], 'The additional creators')
      const last = await upgrade(alice, next, { new_version: '12' })
      const create = await createOf(alice, last)
      matches(create, { room_version: '12', predecessor: { room_id: next } }, 'The create event')
      equal(create['additional_creators'] ?? [], [], 'The additional creators without any named')
    },
  ),
  check(
    'upgrade/creators-that-are-no-users',
    { clause: upgradeRoom, since: 'v1.16', roomVersions: ['12'] },
    'Additional creators that are no user IDs are refused.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice)
      const { status } = await alice.call(upgradeRoom, { roomId, body: { new_version: '12', additional_creators: ['alice'] } })
      equal(status, 400, 'The status')
    },
  ),
  check(
    'upgrade/creators-mean-nothing-before-v12',
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent], since: 'v1.16' },
    'For versions without additional creators the list is ignored.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      const create = await createOf(alice, await upgrade(alice, roomId, { additional_creators: [bob.userId] }))
      matches(create, { room_version: '11', predecessor: { room_id: roomId } }, 'The create event')
      holds(!('additional_creators' in create), `no additional creators in ${shown(create)}`)
    },
  ),
  check(
    'upgrade/from-v12',
    { clause: upgradeRoom, about: [upgradeRoom, getStateEvent, setState], level: 'should', roomVersions: ['12'] },
    'A creator of version 12 who goes back to version 11 has power there.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const replacement = await upgrade(alice, await makeRoom(alice, { room_version: '12' }))
      equal((await createOf(alice, replacement))['room_version'], '11', 'The version')
      await alice.setState(replacement, 'm.room.name', { name: 'The cellar' })
      equal((await alice.stateContent(replacement, 'm.room.name'))['name'], 'The cellar', 'The name')
    },
  ),
]
