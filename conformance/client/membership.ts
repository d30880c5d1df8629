import { inviteUser, joinRoom, joinRoomById, leaveRoom, listJoinedMembers } from '../../spec/client/membership.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { getMessages } from '../../spec/client/timeline.ts'
import { check } from '../check.ts'
import { equal, holds, matches, sameMembers } from '../expect.ts'

const seen = [getStateEvent]

export const membershipChecks = [
  check(
    'membership/join-a-public-room',
    { clause: joinRoom, about: [joinRoom, ...seen] },
    'Anyone may join a public room by its ID.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      equal((await bob.ok(joinRoom, { roomIdOrAlias: roomId, body: {} })).room_id, roomId, 'The room ID')
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'membership/join-by-the-other-path',
    { clause: joinRoomById, about: [joinRoomById, ...seen] },
    'The path below /rooms joins too.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      equal((await bob.ok(joinRoomById, { roomId, body: {} })).room_id, roomId, 'The room ID')
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check('membership/join-by-alias', { clause: joinRoom }, 'A room is joined by its alias.', async ({ people, unique, serverName }) => {
    const [alice, bob] = await people('alice', 'bob')
    const localpart = unique('alias')
    const roomId = await alice.createRoom({ preset: 'public_chat', room_alias_name: localpart })
    equal(await bob.join(`#${localpart}:${serverName}`), roomId, 'The room ID')
  }),
  check(
    'membership/join-an-unknown-alias',
    { clause: joinRoom },
    'An alias that nobody has made is answered with 404 M_NOT_FOUND.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      await alice.refused(joinRoom, { roomIdOrAlias: `#${unique('nothing')}:${serverName}`, body: {} }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'membership/join-an-unknown-room',
    { clause: joinRoom },
    'A room that does not exist is not joined.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(joinRoom, { roomIdOrAlias: `!${unique('nothing')}:${serverName}`, body: {} })
      holds(status === 404 || status === 403, `404 or 403, not ${status}`)
    },
  ),
  check(
    'membership/join-neither-room-nor-alias',
    { clause: joinRoom },
    'What is neither room ID nor alias is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(joinRoom, { roomIdOrAlias: 'kitchen' as '!', body: {} }, 400, ['M_INVALID_PARAM', 'M_UNKNOWN', 'M_BAD_JSON'])
    },
  ),
  check(
    'membership/join-without-an-invite',
    { clause: joinRoom },
    'Who has no invite does not join a room that wants one: 403 M_FORBIDDEN.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'private_chat' })
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'membership/join-with-an-invite',
    { clause: joinRoom, about: [joinRoom, ...seen] },
    'Who is invited may join.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'private_chat', invite: [bob.userId] })
      await bob.join(roomId)
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'membership/join-twice',
    { clause: joinRoom, about: [getMessages] },
    'To join again succeeds, and sends nothing.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      equal(await bob.join(roomId), roomId, 'The room ID')
      const joins = (await alice.messages(roomId)).filter((event) => event.type === 'm.room.member' && event.state_key === bob.userId)
      equal(joins.length, 1, 'The number of member events')
    },
  ),
  check(
    'membership/joins-at-once',
    { clause: joinRoom, about: [joinRoom, listJoinedMembers] },
    'Several people who join at once are all members.',
    async ({ people }) => {
      const [alice, ...others] = await people('alice', 'bob', 'carol', 'dave', 'erin', 'frank')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      await Promise.all(others.map((person) => person.join(roomId)))
      const { joined = {} } = await alice.ok(listJoinedMembers, { roomId })
      sameMembers(
        Object.keys(joined),
        [alice, ...others].map(({ userId }) => userId),
        'The members',
      )
    },
  ),
  check(
    'membership/join-with-a-reason',
    { clause: joinRoom, about: [joinRoom, ...seen], since: 'v1.1' },
    'The reason for a join stands in the member event.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      await bob.ok(joinRoom, { roomIdOrAlias: roomId, body: { reason: 'Lunch' } })
      equal((await alice.stateContent(roomId, 'm.room.member', bob.userId))['reason'], 'Lunch', 'The reason')
    },
  ),
  check(
    'membership/invite',
    { clause: inviteUser, about: [inviteUser, ...seen] },
    'An invite is an event of the inviter about the invited.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom()
      await alice.ok(inviteUser, { roomId, body: { user_id: bob.userId, reason: 'Come in' } })
      const event = (await alice.state(roomId)).find(({ type, state_key: key }) => type === 'm.room.member' && key === bob.userId)
      equal(event?.sender, alice.userId, 'The sender')
      matches(event?.content, { membership: 'invite', reason: 'Come in' }, 'The content')
    },
  ),
  check('membership/invite-a-member', { clause: inviteUser }, 'A member cannot be invited: 403 M_FORBIDDEN.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await alice.refused(inviteUser, { roomId, body: { user_id: bob.userId } }, 403, 'M_FORBIDDEN')
  }),
  check('membership/invite-by-an-outsider', { clause: inviteUser }, 'Who is no member invites nobody.', async ({ people }) => {
    const [alice, bob, carol] = await people('alice', 'bob', 'carol')
    const roomId = await alice.createRoom({ preset: 'public_chat' })
    await bob.refused(inviteUser, { roomId, body: { user_id: carol.userId } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'membership/invite-below-the-level',
    { clause: inviteUser },
    'Who has less power than inviting needs invites nobody.',
    async ({ room, people }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [carol] = await people('carol')
      await alice.setLevels(roomId, { invite: 50 })
      await bob.refused(inviteUser, { roomId, body: { user_id: carol.userId } }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'membership/invite-without-a-user',
    { clause: inviteUser },
    'An invite that names nobody is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(inviteUser, { roomId, body: {} }, 400, ['M_MISSING_PARAM', 'M_BAD_JSON', 'M_INVALID_PARAM'])
    },
  ),
  check(
    'membership/leave',
    { clause: leaveRoom, about: [leaveRoom, ...seen] },
    'Who leaves is no member any more, and does not talk there.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.ok(leaveRoom, { roomId, body: { reason: 'Home' } })
      matches(await alice.stateContent(roomId, 'm.room.member', bob.userId), { membership: 'leave', reason: 'Home' }, 'The member event')
    },
  ),
  check(
    'membership/leave-turns-an-invite-down',
    { clause: leaveRoom, about: [leaveRoom, ...seen] },
    'Who is invited turns the invite down by leaving; a room that wants one is then closed to them.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'private_chat', invite: [bob.userId] })
      await bob.leave(roomId)
      equal(await alice.membershipOf(roomId, bob), 'leave', 'The membership')
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check('membership/leave-where-one-never-was', { clause: leaveRoom }, 'Who was never in a room cannot leave it.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await alice.createRoom({ preset: 'public_chat' })
    const { status } = await bob.call(leaveRoom, { roomId, body: {} })
    holds(status === 403 || status === 404, `a refusal, not ${status}`)
  }),
  check(
    'membership/come-back',
    { clause: joinRoom, about: [joinRoom, ...seen] },
    'Who has left a public room may join again.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.leave(roomId)
      await bob.join(roomId)
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
]
