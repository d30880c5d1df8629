import { banUser, inviteUser, joinRoom, kickUser, unbanUser } from '../../spec/client/membership.ts'
import { getStateEvent, setState } from '../../spec/client/room-state.ts'
import { sendMessage } from '../../spec/client/room-send.ts'
import { check } from '../check.ts'
import { equal, holds, matches } from '../expect.ts'

const target = ({ userId }: { userId: string }) => ({ user_id: userId })

export const moderationChecks = [
  check(
    'membership/kick',
    { clause: kickUser, about: [kickUser, getStateEvent] },
    'Who is kicked has left, by an event of the one who kicked.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.kick(roomId, bob, 'Be nice')
      matches(await alice.stateContent(roomId, 'm.room.member', bob.userId), { membership: 'leave', reason: 'Be nice' }, 'The member event')
      await bob.refused(
        sendMessage,
        { roomId, eventType: 'm.room.message', txnId: 'x', body: { msgtype: 'm.text', body: 'still here' } },
        403,
        'M_FORBIDDEN',
      )
    },
  ),
  check(
    'membership/kicked-may-come-back',
    { clause: kickUser, about: [kickUser, joinRoom, getStateEvent] },
    'Who was kicked from a public room may join again.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.kick(roomId, bob)
      await bob.join(roomId)
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'membership/kick-takes-an-invite-back',
    { clause: kickUser, about: [kickUser, joinRoom, getStateEvent] },
    'To kick somebody who is invited takes the invite back.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'private_chat', invite: [bob.userId] })
      await alice.kick(roomId, bob)
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'membership/kick-below-the-level',
    { clause: kickUser },
    'Who has less power than kicking needs kicks nobody.',
    async ({ room }) => {
      const [roomId, , bob, carol] = await room('alice', 'bob', 'carol')
      await bob.refused(kickUser, { roomId, body: target(carol) }, 403, 'M_FORBIDDEN')
    },
  ),
  check('membership/kick-an-equal', { clause: kickUser }, 'Equals cannot kick each other, whatever their level.', async ({ room }) => {
    const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
    const { users = {} } = await alice.stateContent(roomId, 'm.room.power_levels')
    await alice.setLevels(roomId, { users: { ...(users as object), [bob.userId]: 60, [carol.userId]: 60 } })
    await bob.refused(kickUser, { roomId, body: target(carol) }, 403, 'M_FORBIDDEN')
  }),
  check(
    'membership/kick-by-a-moderator',
    { clause: kickUser, about: [kickUser, getStateEvent] },
    'Who has the level for it kicks those with less.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      const { users = {} } = await alice.stateContent(roomId, 'm.room.power_levels')
      await alice.setLevels(roomId, { users: { ...(users as object), [bob.userId]: 50 } })
      await bob.kick(roomId, carol)
      equal(await alice.membershipOf(roomId, carol), 'leave', 'The membership')
    },
  ),
  check(
    'membership/kick-one-who-is-not-there',
    { clause: kickUser },
    'Who is not in the room cannot be kicked.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [bob] = await people('bob')
      const { status } = await alice.call(kickUser, { roomId, body: target(bob) })
      holds(status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
  check('membership/kick-by-an-outsider', { clause: kickUser }, 'Who is no member kicks nobody.', async ({ room, people }) => {
    const [roomId, , bob] = await room('alice', 'bob')
    const [mallory] = await people('mallory')
    await mallory.refused(kickUser, { roomId, body: target(bob) }, 403, 'M_FORBIDDEN')
  }),
  check(
    'membership/ban',
    { clause: banUser, about: [banUser, joinRoom, getStateEvent] },
    'Who is banned is out, and does not come in again.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.ban(roomId, bob, 'Spam')
      matches(await alice.stateContent(roomId, 'm.room.member', bob.userId), { membership: 'ban', reason: 'Spam' }, 'The member event')
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, ['M_FORBIDDEN', 'M_BAD_STATE'])
    },
  ),
  check(
    'membership/ban-a-stranger',
    { clause: banUser, about: [banUser, joinRoom] },
    'Who never was in the room can be banned from it.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [bob] = await people('bob')
      await alice.ban(roomId, bob)
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, ['M_FORBIDDEN', 'M_BAD_STATE'])
    },
  ),
  check('membership/invite-the-banned', { clause: inviteUser }, 'Who is banned cannot be invited.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await alice.ban(roomId, bob)
    await alice.refused(inviteUser, { roomId, body: target(bob) }, 403, ['M_FORBIDDEN', 'M_BAD_STATE'])
  }),
  check('membership/ban-below-the-level', { clause: banUser }, 'Who has less power than banning needs bans nobody.', async ({ room }) => {
    const [roomId, , bob, carol] = await room('alice', 'bob', 'carol')
    await bob.refused(banUser, { roomId, body: target(carol) }, 403, 'M_FORBIDDEN')
  }),
  check(
    'membership/unban',
    { clause: unbanUser, about: [unbanUser, joinRoom, getStateEvent] },
    'Who is unbanned has left, and may join again.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.ban(roomId, bob)
      await alice.ok(unbanUser, { roomId, body: target(bob) })
      equal(await alice.membershipOf(roomId, bob), 'leave', 'The membership')
      await bob.join(roomId)
    },
  ),
  check(
    'membership/unban-one-who-is-not-banned',
    { clause: unbanUser },
    'Who is not banned cannot be unbanned, and stays a member.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.refused(unbanUser, { roomId, body: target(bob) }, [400, 403], ['M_BAD_STATE', 'M_FORBIDDEN'])
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'membership/unban-below-the-level',
    { clause: unbanUser },
    'Who has less power than banning needs unbans nobody.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      await alice.ban(roomId, carol)
      await bob.refused(unbanUser, { roomId, body: target(carol) }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'membership/nobody-joins-another',
    { clause: setState },
    'A member event that joins somebody else is refused.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [bob] = await people('bob')
      await alice.refused(
        setState,
        { roomId, eventType: 'm.room.member', stateKey: bob.userId, body: { membership: 'join' } },
        403,
        'M_FORBIDDEN',
      )
    },
  ),
  check('membership/of-no-kind', { clause: setState }, 'A membership that does not exist is refused.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    await alice.refused(
      setState,
      { roomId, eventType: 'm.room.member', stateKey: alice.userId, body: { membership: 'lurk' } },
      [400, 403],
      ['M_FORBIDDEN', 'M_BAD_JSON', 'M_INVALID_PARAM', 'M_UNKNOWN'],
    )
  }),
]
