import { getAccountData } from '../../spec/client/account-data.ts'
import { deactivateAccount } from '../../spec/client/account.ts'
import { inviteUser, kickUser, listJoinedMembers } from '../../spec/client/membership.ts'
import { openDirectMessage } from '../../spec/extensions/direct-messages.ts'
import { check, type Feature } from '../check.ts'
import { differ, equal, holds, sameMembers, shown } from '../expect.ts'
import { proven } from '../interactive.ts'
import type { Person } from '../people.ts'

const needs: readonly Feature[] = ['chat.hallway']
const clause = openDirectMessage
const open = (person: Person, ...others: Person[]) =>
  person.ok(openDirectMessage, { body: { user_ids: others.map(({ userId }) => userId) } })

export const directMessageChecks = [
  check(
    'dm/opens',
    { clause, about: [openDirectMessage, listJoinedMembers], needs },
    'A conversation that is opened is new, and both people are members of it.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const { room_id: roomId, created } = await open(alice, bob)
      equal(created, true, 'created')
      sameMembers(Object.keys((await bob.ok(listJoinedMembers, { roomId })).joined ?? {}), [alice.userId, bob.userId], 'The members')
      await bob.say(roomId, 'hello')
      equal((await alice.stateContent(roomId, 'chat.hallway.kind'))['kind'], 'dm', 'The kind')
    },
  ),
  check('dm/opens-again', { clause, needs }, 'Opened again, by whichever of them, it is the same conversation.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const { room_id: roomId } = await open(alice, bob)
    for (const again of [await open(alice, bob), await open(bob, alice)])
      equal(again, { ...again, room_id: roomId, created: false }, 'The answer')
  }),
  check('dm/race', { clause, needs }, 'However many open it in one moment, there is one conversation, made once.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? open(alice, bob) : open(bob, alice))))
    equal(new Set(answers.map((answer) => answer.room_id)).size, 1, 'The number of rooms')
    equal(answers.filter(({ created }) => created).length, 1, 'The number of those who made it')
  }),
  check(
    'dm/each-set-of-people-has-its-own',
    { clause, needs },
    'Three people have another conversation than two of them, whatever the order of names.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const [two, three] = [await open(alice, bob), await open(alice, bob, carol)]
      differ(two.room_id, three.room_id, 'The rooms')
      equal((await open(carol, bob, alice)).room_id, three.room_id, 'The room of the three')
      equal((await open(bob, alice, bob)).room_id, two.room_id, 'The room of the two, one of them named who asks')
    },
  ),
  check('dm/is-in-m-direct', { clause, about: [getAccountData], needs }, 'The server writes m.direct for both.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const { room_id: roomId } = await open(alice, bob)
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const direct = (await one.ok(getAccountData, { userId: one.userId, type: 'm.direct' })) as { [userId: string]: string[] }
      holds(direct[other.userId]?.includes(roomId), `the room under ${other.userId} in ${shown(direct)}`)
    }
  }),
  check(
    'dm/nobody-else-comes-in',
    { clause: inviteUser, needs },
    'A third is not invited into a direct conversation: 403 chat.hallway.DM_LOCKED.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const { room_id: roomId } = await open(alice, bob)
      await alice.refused(inviteUser, { roomId, body: { user_id: carol.userId } }, 403, 'chat.hallway.DM_LOCKED')
    },
  ),
  check('dm/nobody-is-removed', { clause: kickUser, needs }, 'Neither removes the other.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const { room_id: roomId } = await open(alice, bob)
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      await one.refused(kickUser, { roomId, body: { user_id: other.userId } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'dm/leavers-come-back',
    { clause, about: [openDirectMessage, listJoinedMembers], needs },
    'Who had left is brought back when the conversation is opened again.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const { room_id: roomId } = await open(alice, bob)
      await bob.leave(roomId)
      equal(await open(alice, bob), { room_id: roomId, created: false }, 'The answer')
      sameMembers(Object.keys((await alice.ok(listJoinedMembers, { roomId })).joined ?? {}), [alice.userId, bob.userId], 'The members')
      await bob.leave(roomId)
      equal((await open(bob, alice)).room_id, roomId, 'The room when the leaver opens it')
      await bob.say(roomId, 'back again')
    },
  ),
  check(
    'dm/with-nobody',
    { clause, needs },
    'A conversation with nobody but oneself is refused with 400 M_INVALID_PARAM.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(openDirectMessage, { body: { user_ids: [alice.userId] } }, 400, 'M_INVALID_PARAM')
    },
  ),
  check(
    'dm/with-an-unknown-person',
    { clause, needs },
    'A conversation with an account that does not exist is refused with 404 M_NOT_FOUND.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      await alice.refused(openDirectMessage, { body: { user_ids: [`@${unique('ghost')}:${serverName}`] } }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'dm/with-a-deactivated-person',
    { clause, needs: ['chat.hallway', 'passwords'] },
    'A conversation with a deactivated account is refused with 403 M_FORBIDDEN.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await proven(bob, deactivateAccount, { body: {} })
      await alice.refused(openDirectMessage, { body: { user_ids: [bob.userId] } }, 403, 'M_FORBIDDEN')
    },
  ),
]
