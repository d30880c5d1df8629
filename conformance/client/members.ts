import { forgetRoom, joinRoom, listJoinedMembers, listMembers } from '../../spec/client/membership.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { getMessages } from '../../spec/client/timeline.ts'
import { check } from '../check.ts'
import { equal, holds, sameMembers } from '../expect.ts'

const seen = [getStateEvent]

export const memberChecks = [
  check(
    'membership/members',
    { clause: listMembers },
    'The list holds the member events of all who are or were there.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId] })
      await bob.join(roomId)
      await bob.leave(roomId)
      const { chunk = [] } = await alice.ok(listMembers, { roomId })
      sameMembers(
        chunk.map((event) => `${event.state_key} ${event.content['membership']}`),
        [`${alice.userId} join`, `${bob.userId} leave`, `${carol.userId} invite`],
        'The members',
      )
    },
  ),
  check(
    'membership/members-of-one-kind',
    { clause: listMembers },
    'The list can be narrowed to one membership, or to all but one.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId] })
      await bob.join(roomId)
      const ids = async (query: object) =>
        ((await alice.ok(listMembers, { roomId, ...query })).chunk ?? []).map((event) => event.state_key ?? '')
      sameMembers(await ids({ membership: 'join' }), [alice.userId, bob.userId], 'The joined')
      sameMembers(await ids({ membership: 'invite' }), [carol.userId], 'The invited')
      sameMembers(await ids({ not_membership: 'join' }), [carol.userId], 'Those not joined')
    },
  ),
  check(
    'membership/members-at-a-point',
    { clause: listMembers },
    'The list can be asked for as it was at a point of a sync.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      const { since } = await alice.startSyncing()
      await bob.join(roomId)
      const { chunk = [] } = await alice.ok(listMembers, { roomId, at: since() })
      equal(
        chunk.map((event) => event.state_key),
        [alice.userId],
        'The members then',
      )
    },
  ),
  check('membership/members-are-for-members', { clause: listMembers }, 'An outsider does not read the members.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await alice.createRoom({ preset: 'public_chat' })
    await bob.refused(listMembers, { roomId }, 403, 'M_FORBIDDEN')
  }),
  check(
    'membership/members-for-one-who-left',
    { clause: listMembers },
    'Who has left reads the members as they were then.',
    async ({ room, people }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [carol] = await people('carol')
      await bob.leave(roomId)
      await carol.join(roomId)
      const { chunk = [] } = await bob.ok(listMembers, { roomId, membership: 'join' })
      equal(
        chunk.map((event) => event.state_key),
        [alice.userId],
        'The joined then',
      )
    },
  ),
  check(
    'membership/joined-members',
    { clause: listJoinedMembers },
    'The joined members are listed with their names, and nobody else.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId] })
      await bob.join(roomId)
      await bob.setState(roomId, 'm.room.member', { membership: 'join', displayname: 'Bobby' }, bob.userId)
      const { joined = {} } = await alice.ok(listJoinedMembers, { roomId })
      sameMembers(Object.keys(joined), [alice.userId, bob.userId], 'The members')
      equal(joined[bob.userId]?.display_name, 'Bobby', 'The name')
    },
  ),
  check(
    'membership/joined-members-are-for-members',
    { clause: listJoinedMembers },
    'Neither an outsider nor one who left reads the joined members.',
    async ({ room, people }) => {
      const [roomId, , bob] = await room('alice', 'bob')
      const [carol] = await people('carol')
      await carol.refused(listJoinedMembers, { roomId }, 403, 'M_FORBIDDEN')
      await bob.leave(roomId)
      await bob.refused(listJoinedMembers, { roomId }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'membership/forget',
    { clause: forgetRoom, about: [forgetRoom, getMessages] },
    'Who forgets a room that they left does not read its history any more.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.say(roomId, 'before')
      await bob.leave(roomId)
      holds((await bob.messages(roomId)).length > 0, 'history before forgetting')
      await bob.ok(forgetRoom, { roomId, body: {} })
      await bob.refused(getMessages, { roomId, dir: 'b' }, 403, 'M_FORBIDDEN')
    },
  ),
  check('membership/forget-while-there', { clause: forgetRoom }, 'A member cannot forget the room: 400 M_UNKNOWN.', async ({ room }) => {
    const [roomId, , bob] = await room('alice', 'bob')
    await bob.refused(forgetRoom, { roomId, body: {} }, 400, 'M_UNKNOWN')
  }),
  check(
    'membership/forget-and-come-back',
    { clause: forgetRoom, about: [joinRoom, ...seen] },
    'A forgotten public room can be joined again.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.leave(roomId)
      await bob.ok(forgetRoom, { roomId, body: {} })
      await bob.join(roomId)
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
]
