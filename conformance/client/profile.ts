import { deleteProfileField, getProfile, getProfileField, putProfileField } from '../../spec/client/profile.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { equal, matches } from '../expect.ts'
import { eventually } from '../sync-until.ts'

const picture = 'mxc://example.test/portrait'
const fieldsSince = 'v1.16'

export const profileChecks = [
  ...(
    [
      ['displayname', 'Alice in the House'],
      ['avatar_url', picture],
    ] as const
  ).map(([keyName, value]) =>
    check(
      `profile/set-${keyName.replace('_', '-')}`,
      { clause: putProfileField, about: [putProfileField, getProfileField] },
      `What a user sets as ${keyName} is what others read.`,
      async ({ people }) => {
        const [alice, bob] = await people('alice', 'bob')
        const { userId } = alice
        await alice.ok(putProfileField, { userId, keyName, body: { [keyName]: value } })
        equal((await bob.ok(getProfileField, { userId, keyName }))[keyName], value, keyName)
      },
    ),
  ),
  check(
    'profile/whole',
    { clause: getProfile, about: [getProfile, putProfileField] },
    'The profile shows name and picture together.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const { userId } = alice
      await alice.ok(putProfileField, { userId, keyName: 'displayname', body: { displayname: 'Alice' } })
      await alice.ok(putProfileField, { userId, keyName: 'avatar_url', body: { avatar_url: picture } })
      matches(await bob.ok(getProfile, { userId }), { displayname: 'Alice', avatar_url: picture }, 'The profile')
    },
  ),
  check(
    'profile/of-nobody',
    { clause: getProfile },
    'The profile of somebody who does not exist is answered with 404 M_NOT_FOUND.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      await alice.refused(getProfile, { userId: `@${unique('ghost')}:${serverName}` }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'profile/field-not-set',
    { clause: getProfileField, since: fieldsSince },
    'A field that is not set is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(getProfileField, { userId, keyName: 'org.example.shoe_size' }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'profile/of-others-is-not-set',
    { clause: putProfileField },
    'The name of somebody else cannot be set: 403 M_FORBIDDEN.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await bob.refused(
        putProfileField,
        { userId: alice.userId, keyName: 'displayname', body: { displayname: 'Silly' } },
        [400, 403],
        ['M_FORBIDDEN', 'M_UNKNOWN'],
      )
    },
  ),
  check(
    'profile/name-missing',
    { clause: putProfileField },
    'A request that does not hold the field it sets is an error of the caller.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(putProfileField, { userId, keyName: 'displayname', body: {} }, 400, [
        'M_MISSING_PARAM',
        'M_BAD_JSON',
        'M_INVALID_PARAM',
      ])
    },
  ),
  check(
    'profile/name-is-a-string',
    { clause: putProfileField },
    'A display name that is no string is an error of the caller.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(putProfileField, { userId, keyName: 'displayname', body: { displayname: ['Alice'] } }, 400, [
        'M_INVALID_PARAM',
        'M_BAD_JSON',
        'M_UNKNOWN',
      ])
    },
  ),
  check(
    'profile/change-reaches-rooms',
    { clause: 'client-server-api/#events-on-change-of-profile-information', about: [putProfileField, getStateEvent] },
    'A new name stands in the membership of the rooms that the user is in.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.ok(putProfileField, { userId: bob.userId, keyName: 'displayname', body: { displayname: 'Bobby' } })
      const content = await eventually(patience, 'the new name in the member event', async () => {
        const member = await alice.stateContent(roomId, 'm.room.member', bob.userId)
        return member['displayname'] === 'Bobby' && member
      })
      equal(content['membership'], 'join', 'The membership')
    },
  ),
  check(
    'profile/change-is-synced',
    { clause: 'client-server-api/#events-on-change-of-profile-information', about: [sync] },
    'Fellow members learn of a new name by sync.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const watch = await alice.startSyncing()
      await bob.ok(putProfileField, { userId: bob.userId, keyName: 'displayname', body: { displayname: 'Bobby' } })
      const event = await watch.untilEvent(
        roomId,
        'the member event with the new name',
        ({ type, content }) => type === 'm.room.member' && content['displayname'] === 'Bobby',
      )
      equal([event.sender, event.state_key], [bob.userId, bob.userId], 'Sender and state key')
    },
  ),
  check(
    'profile/name-is-in-new-memberships',
    { clause: 'client-server-api/#profiles', about: [putProfileField, getStateEvent] },
    'Who joins a room has their name and picture in the member event.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await bob.ok(putProfileField, { userId: bob.userId, keyName: 'displayname', body: { displayname: 'Robert' } })
      await bob.ok(putProfileField, { userId: bob.userId, keyName: 'avatar_url', body: { avatar_url: picture } })
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      await bob.join(roomId)
      matches(
        await alice.stateContent(roomId, 'm.room.member', bob.userId),
        { displayname: 'Robert', avatar_url: picture, membership: 'join' },
        'The member event',
      )
    },
  ),
  check(
    'profile/other-fields',
    { clause: putProfileField, about: [putProfileField, getProfileField, getProfile], since: fieldsSince, needs: ['profile-fields'] },
    'A field of any name and JSON value can be set and read.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const { userId } = alice
      const value = { floor: 3, desk: ['a', null, true] }
      await alice.ok(putProfileField, { userId, keyName: 'org.example.desk', body: { 'org.example.desk': value } })
      equal((await bob.ok(getProfileField, { userId, keyName: 'org.example.desk' }))['org.example.desk'], value, 'The field')
      equal((await bob.ok(getProfile, { userId }))['org.example.desk'], value, 'The field in the profile')
    },
  ),
  check(
    'profile/time-zone',
    { clause: putProfileField, about: [putProfileField, getProfileField], since: fieldsSince, needs: ['profile-fields'] },
    'A user can tell their time zone.',
    async ({ people }) => {
      const [{ userId, ok }] = await people('alice')
      await ok(putProfileField, { userId, keyName: 'm.tz', body: { 'm.tz': 'Europe/Zurich' } })
      equal((await ok(getProfileField, { userId, keyName: 'm.tz' }))['m.tz'], 'Europe/Zurich', 'm.tz')
    },
  ),
  check(
    'profile/delete-field',
    { clause: deleteProfileField, about: [deleteProfileField, getProfileField], needs: ['profile-fields'] },
    'A field that is deleted is not there; to delete it again does no harm.',
    async ({ people }) => {
      const [{ userId, ok, refused }] = await people('alice')
      await ok(putProfileField, { userId, keyName: 'org.example.desk', body: { 'org.example.desk': 1 } })
      await ok(deleteProfileField, { userId, keyName: 'org.example.desk' })
      await refused(getProfileField, { userId, keyName: 'org.example.desk' }, 404, 'M_NOT_FOUND')
      await ok(deleteProfileField, { userId, keyName: 'org.example.desk' })
    },
  ),
  check(
    'profile/key-too-large',
    { clause: putProfileField, since: fieldsSince, needs: ['profile-fields'] },
    'A field name longer than 255 bytes is refused with M_KEY_TOO_LARGE.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      const keyName = `org.example.${'x'.repeat(250)}`
      await refused(putProfileField, { userId, keyName, body: { [keyName]: 1 } }, 400, 'M_KEY_TOO_LARGE')
    },
  ),
  check(
    'profile/too-large',
    { clause: putProfileField, since: fieldsSince, needs: ['profile-fields'] },
    'A profile of 64 KiB and more is refused with M_PROFILE_TOO_LARGE.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(
        putProfileField,
        { userId, keyName: 'org.example.cv', body: { 'org.example.cv': 'x'.repeat(70_000) } },
        [400, 413],
        ['M_PROFILE_TOO_LARGE', 'M_TOO_LARGE'],
      )
    },
  ),
]
