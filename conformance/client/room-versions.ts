import { redactEvent } from '../../spec/client/room-send.ts'
import { getEvent } from '../../spec/client/timeline.ts'
import { createRoom } from '../../spec/client/rooms.ts'
import { getState, getStateEvent, setState } from '../../spec/client/room-state.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { check, type Stage } from '../check.ts'
import { differ, equal, holds, present, shown } from '../expect.ts'
import type { Person } from '../people.ts'

const v11 = ['11']
const v12 = ['12']
const every = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'] as const
const untilV10 = every.slice(0, 10)

/** What event IDs look like: the clause, the form, and the form in words. */
const eventIdForm = (version: string): readonly [clause: string, form: RegExp, words: string] => {
  if (Number(version) < 3) return ['rooms/v1/#event-ids', /^\$[^:]+:.+$/, '`$`, a string and the name of a server']
  if (version === '3') return ['rooms/v3/#event-ids', /^\$[A-Za-z0-9+/]{43}$/, 'a hash: `$` and 43 characters of base64']
  return ['rooms/v4/#event-ids', /^\$[A-Za-z0-9_-]{43}$/, 'a hash: `$` and 43 characters of URL-safe base64']
}

/** A public room of version 12 that alice makes, with bob as an additional creator, who has joined. */
const ofTwoCreators = async ({ people }: Stage): Promise<[RoomId, Person, Person]> => {
  const [alice, bob] = await people('alice', 'bob')
  const creation_content = { additional_creators: [bob.userId] }
  const roomId = await alice.createRoom({ room_version: '12', preset: 'public_chat', creation_content })
  await bob.join(roomId)
  return [roomId, alice, bob]
}

export const roomVersionChecks = [
  ...every.map((version) =>
    check(
      `room-versions/v${version}-can-be-made`,
      { clause: `rooms/v${version}/`, about: [createRoom, getStateEvent], roomVersions: [version] },
      `A room of version ${version} can be made, joined and talked in.`,
      async ({ people }) => {
        const [alice, bob] = await people('alice', 'bob')
        const roomId = await alice.createRoom({ room_version: version, preset: 'public_chat' })
        equal((await alice.stateContent(roomId, 'm.room.create'))['room_version'], version, 'The version')
        await bob.join(roomId)
        const eventId = await bob.say(roomId, 'hello')
        equal((await alice.ok(getEvent, { roomId, eventId })).content['body'], 'hello', 'The message')
      },
    ),
  ),
  ...every.map((version) =>
    check(
      `room-versions/v${version}-redaction`,
      { clause: redactEvent, about: [getEvent], roomVersions: [version] },
      `In version ${version} a message can be redacted, and clients read what was redacted at top level and in the content.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version })
        const eventId = await alice.say(roomId, 'secret')
        const redaction = await alice.ok(getEvent, { roomId, eventId: await alice.redact(roomId, eventId) })
        equal([redaction.redacts, redaction.content['redacts']], [eventId, eventId], 'The target')
        equal((await alice.ok(getEvent, { roomId, eventId })).content, {}, 'The content')
      },
    ),
  ),
  ...every.map((version) =>
    check(
      `room-versions/v${version}-state`,
      { clause: setState, about: [getStateEvent], roomVersions: [version] },
      `In version ${version} state can be set, replaced and redacted.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version })
        await alice.setState(roomId, 'm.room.name', { name: 'One' })
        const eventId = await alice.setState(roomId, 'm.room.name', { name: 'Two' })
        equal(await alice.stateContent(roomId, 'm.room.name'), { name: 'Two' }, 'The name')
        await alice.redact(roomId, eventId)
        equal(await alice.stateContent(roomId, 'm.room.name'), {}, 'The redacted name')
      },
    ),
  ),
  ...every.map((version) => {
    const [clause, form, words] = eventIdForm(version)
    return check(
      `room-versions/v${version}-event-ids`,
      { clause, about: [getState], roomVersions: [version] },
      `In version ${version} an event ID is ${words}.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version })
        const ids = (await alice.state(roomId)).map((event) => event.event_id)
        for (const id of ids) holds(form.test(id), `an event ID, not ${id}`)
        equal(new Set(ids).size, ids.length, 'The number of different IDs')
      },
    )
  }),
  ...[...untilV10, ...v11].map((version) =>
    check(
      `room-versions/v${version}-room-id`,
      { clause: 'appendices/#room-ids', about: [createRoom], roomVersions: [version] },
      `In version ${version} a room ID ends in the name of the server that made it.`,
      async ({ people, serverName }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version })
        holds(roomId.endsWith(`:${serverName}`), `a room ID of ${serverName}, not ${roomId}`)
      },
    ),
  ),
  ...untilV10.map((version) =>
    check(
      `room-versions/v${version}-creator`,
      { clause: `rooms/v${version}/#authorisation-rules`, about: [getStateEvent], roomVersions: [version] },
      `In version ${version} the create event names the creator, who has power level 100.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version, preset: 'private_chat' })
        const content = await alice.stateContent(roomId, 'm.room.create')
        // What has no version is of version 1.
        equal([content['room_version'] ?? '1', content['creator']], [version, alice.userId], 'The version and the creator')
        equal((await alice.stateContent(roomId, 'm.room.power_levels'))['users'], { [alice.userId]: 100 }, 'The users')
      },
    ),
  ),
  check(
    'room-versions/v11-creator-has-level-100',
    { clause: createRoom, about: [getStateEvent], roomVersions: v11 },
    'In version 11 the creator, and nobody else, has power level 100.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '11', preset: 'private_chat' })
      equal((await alice.stateContent(roomId, 'm.room.power_levels'))['users'], { [alice.userId]: 100 }, 'The users')
    },
  ),
  check(
    'room-versions/v11-has-no-creator-key',
    { clause: 'rooms/v11/#remove-the-creator-property-of-mroomcreate-events', about: [getStateEvent], roomVersions: v11 },
    'In version 11 the create event has no `creator`: its sender is the creator.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '11' })
      const content = await alice.stateContent(roomId, 'm.room.create')
      equal([content['room_version'], 'creator' in content], ['11', false], 'The version, and whether there is a creator')
    },
  ),
  check(
    'room-versions/v11-trusted-private-chat',
    { clause: createRoom, about: [getStateEvent], roomVersions: v11 },
    'In version 11 the preset trusted_private_chat gives those invited the level of the creator.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ room_version: '11', preset: 'trusted_private_chat', invite: [bob.userId] })
      equal((await alice.stateContent(roomId, 'm.room.power_levels'))['users'], { [alice.userId]: 100, [bob.userId]: 100 }, 'The users')
    },
  ),
  check(
    'room-versions/v12-room-id',
    { clause: 'rooms/v12/#room-ids-as-hashes-of-the-create-event', about: [createRoom, getState], roomVersions: v12 },
    'In version 12 the room ID is the ID of the create event with `!` in place of `$`.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '12' })
      holds(/^![A-Za-z0-9_-]{43}$/.test(roomId), `a room ID that is a hash, not ${roomId}`)
      const create = present(
        (await alice.state(roomId)).find(({ type }) => type === 'm.room.create'),
        'a create event',
      )
      equal(create.event_id, `$${roomId.slice(1)}`, 'The ID of the create event')
      equal(create.room_id, roomId, 'The room ID that clients are told')
    },
  ),
  check(
    'room-versions/v12-rooms-differ',
    { clause: 'rooms/v12/#room-ids-as-hashes-of-the-create-event', about: [createRoom], roomVersions: v12 },
    'In version 12 two equal requests at once make two rooms.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [one, other] = await Promise.all([alice.createRoom({ room_version: '12' }), alice.createRoom({ room_version: '12' })])
      differ(one, other, 'The room IDs')
    },
  ),
  check(
    'room-versions/v12-creator-is-not-listed',
    { clause: createRoom, about: [getStateEvent], roomVersions: v12 },
    'In version 12 the creator does not stand among the users of the power levels.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '12' })
      const { users = {} } = await alice.stateContent(roomId, 'm.room.power_levels')
      holds(!(alice.userId in (users as object)), `no creator in ${shown(users)}`)
      equal((await alice.stateContent(roomId, 'm.room.create'))['room_version'], '12', 'The version')
    },
  ),
  check(
    'room-versions/v12-creator-cannot-be-listed',
    { clause: 'rooms/v12/#authorization-rules', about: [setState], roomVersions: v12 },
    'In version 12 power levels that list the creator are refused.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '12' })
      const content = await alice.stateContent(roomId, 'm.room.power_levels')
      const body = { ...content, users: { [alice.userId]: 100 } }
      await alice.refused(
        setState,
        { roomId, eventType: 'm.room.power_levels', stateKey: '', body },
        [400, 403],
        ['M_FORBIDDEN', 'M_BAD_JSON', 'M_INVALID_PARAM', 'M_UNKNOWN'],
      )
    },
  ),
  check(
    'room-versions/v12-creator-in-the-override',
    { clause: createRoom, roomVersions: v12 },
    'In version 12 an override of the power levels that lists the creator makes no room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(createRoom, {
        body: { room_version: '12', power_level_content_override: { users: { [alice.userId]: 100 } } },
      })
      equal(status, 400, 'The status')
    },
  ),
  check(
    'room-versions/v12-creator-outranks-everyone',
    { clause: 'rooms/v12/#creators', about: [setState, getStateEvent], roomVersions: v12 },
    'In version 12 the creator can set any level, and demote an administrator of level 100.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ room_version: '12', preset: 'public_chat' })
      await bob.join(roomId)
      await alice.setLevels(roomId, { users: { [bob.userId]: 9007199254740991 } })
      await alice.setLevels(roomId, { users: { [bob.userId]: 0 } })
      equal((await alice.stateContent(roomId, 'm.room.power_levels'))['users'], { [bob.userId]: 0 }, 'The users')
    },
  ),
  check(
    'room-versions/v12-additional-creators',
    { clause: 'rooms/v12/#additional-creators', about: [createRoom, getStateEvent, setState], roomVersions: v12 },
    'In version 12 additional creators have the power of the creator.',
    async (stage) => {
      const [roomId, alice, bob] = await ofTwoCreators(stage)
      equal((await bob.stateContent(roomId, 'm.room.create'))['additional_creators'], [bob.userId], 'The additional creators')
      await bob.setLevels(roomId, { state_default: 200 })
      await bob.setState(roomId, 'm.room.name', { name: 'Ours' })
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'Ours', 'The name')
    },
  ),
  check(
    'room-versions/v12-creators-cannot-remove-each-other',
    { clause: 'rooms/v12/#creators', about: [setState], roomVersions: v12 },
    'In version 12 one creator cannot make another leave.',
    async (stage) => {
      const [roomId, alice, bob] = await ofTwoCreators(stage)
      await bob.refused(
        setState,
        { roomId, eventType: 'm.room.member', stateKey: alice.userId, body: { membership: 'leave' } },
        403,
        'M_FORBIDDEN',
      )
    },
  ),
  check(
    'room-versions/v12-additional-creators-are-user-ids',
    { clause: 'rooms/v12/#authorization-rules', about: [createRoom], roomVersions: v12 },
    'In version 12 an additional creator that is no user ID makes no room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(createRoom, { body: { room_version: '12', creation_content: { additional_creators: ['bob'] } } })
      holds(status === 400 || status === 403, `a refusal, not ${status}`)
    },
  ),
  check(
    'room-versions/v12-trusted-private-chat',
    { clause: createRoom, about: [getStateEvent], level: 'should', roomVersions: v12 },
    'In version 12 the preset trusted_private_chat makes those invited additional creators.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ room_version: '12', preset: 'trusted_private_chat', invite: [bob.userId] })
      equal((await alice.stateContent(roomId, 'm.room.create'))['additional_creators'], [bob.userId], 'The additional creators')
    },
  ),
  check(
    'room-versions/v12-tombstone-level',
    { clause: createRoom, about: [getStateEvent], roomVersions: v12 },
    'In version 12 the level for a tombstone is higher than that of other state.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ room_version: '12' })
      const { events = {}, state_default: other = 50 } = await alice.stateContent(roomId, 'm.room.power_levels')
      const level = (events as Record<string, number>)['m.room.tombstone'] ?? 0
      holds(level > (other as number), `a level above ${shown(other)}, not ${level}`)
    },
  ),
]
