import { getPresence, setPresence, setTyping } from '../../spec/client/ephemeral.ts'
import { sync } from '../../spec/client/sync.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, matches, NotApplicable } from '../expect.ts'
import { eventually, type SyncResponse } from '../sync-until.ts'

const typingIn = (response: SyncResponse, roomId: RoomId): readonly string[] | undefined =>
  response.rooms?.join?.[roomId]?.ephemeral?.events?.find(({ type }) => type === 'm.typing')?.content['user_ids'] as string[] | undefined
const needs: readonly Feature[] = ['presence']

export const ephemeralChecks = [
  check(
    'typing/begins-and-ends',
    { clause: setTyping, about: [setTyping, sync] },
    'The others see who types, and that they have stopped.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await alice.startSyncing()
      await bob.ok(setTyping, { roomId, userId: bob.userId, body: { typing: true, timeout: 30_000 } })
      const typing = await syncing.until('that bob types', (response) => typingIn(response, roomId))
      equal(typing, [bob.userId], 'Who types')
      await bob.ok(setTyping, { roomId, userId: bob.userId, body: { typing: false } })
      await syncing.until('that nobody types', (response) => typingIn(response, roomId)?.length === 0)
    },
  ),
  check(
    'typing/ends-by-itself',
    { clause: setTyping, about: [sync] },
    'Who has not said it again within the timeout types no more.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await alice.startSyncing()
      await bob.ok(setTyping, { roomId, userId: bob.userId, body: { typing: true, timeout: 500 } })
      await syncing.until('that bob types', (response) => typingIn(response, roomId)?.includes(bob.userId))
      await syncing.until('that nobody types', (response) => typingIn(response, roomId)?.length === 0)
    },
  ),
  check('typing/several-people', { clause: setTyping, about: [sync] }, 'Who types is told for all together.', async ({ room }) => {
    const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
    const syncing = await alice.startSyncing()
    for (const { ok, userId } of [bob, carol]) await ok(setTyping, { roomId, userId, body: { typing: true, timeout: 30_000 } })
    await syncing.until('that both type', (response) => {
      const typing = typingIn(response, roomId)
      return typing?.includes(bob.userId) && typing.includes(carol.userId) && typing.length === 2
    })
  }),
  check('typing/of-others', { clause: setTyping }, 'Nobody says that somebody else types.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    await bob.refused(setTyping, { roomId, userId: alice.userId, body: { typing: true } }, [400, 403], ['M_FORBIDDEN', 'M_UNKNOWN'])
  }),
  check('typing/by-an-outsider', { clause: setTyping }, 'Who is no member does not type.', async ({ room, people }) => {
    const [roomId] = await room('alice')
    const [mallory] = await people('mallory')
    await mallory.refused(setTyping, { roomId, userId: mallory.userId, body: { typing: true } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'typing/without-saying-what',
    { clause: setTyping },
    'A request that does not say whether one types is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(setTyping, { roomId, userId: alice.userId, body: {} }, 400, ['M_MISSING_PARAM', 'M_BAD_JSON', 'M_INVALID_PARAM'])
    },
  ),
  check(
    'presence/set-and-get',
    { clause: setPresence, about: [setPresence, getPresence], needs },
    'Who shares a room reads the presence and status that one has set.',
    async ({ room, patience }) => {
      const [, alice, bob] = await room('alice', 'bob')
      const { userId } = alice
      await alice.ok(setPresence, { userId, body: { presence: 'online', status_msg: 'At lunch' } })
      const seen = await eventually(patience, 'the status', async () => {
        const presence = await bob.ok(getPresence, { userId })
        return presence.status_msg === 'At lunch' && presence
      })
      equal(seen.presence, 'online', 'The presence')
    },
  ),
  check(
    'presence/by-sync',
    { clause: 'client-server-api/#presence', about: [sync], needs },
    'A change of presence comes by sync to those who share a room.',
    async ({ room }) => {
      const [, alice, bob] = await room('alice', 'bob')
      const syncing = await bob.startSyncing()
      await alice.ok(setPresence, { userId: alice.userId, body: { presence: 'unavailable', status_msg: 'Away' } })
      const content = await syncing.until(
        'the presence',
        ({ presence }) =>
          presence?.events?.find(({ sender, content }) => sender === alice.userId && content['status_msg'] === 'Away')?.content,
      )
      matches(content, { presence: 'unavailable' }, 'The content')
    },
  ),
  check('presence/of-others-is-not-set', { clause: setPresence, needs }, 'Nobody sets the presence of somebody else.', async ({ room }) => {
    const [, alice, bob] = await room('alice', 'bob')
    await bob.refused(setPresence, { userId: alice.userId, body: { presence: 'offline' } }, [400, 403], ['M_FORBIDDEN', 'M_UNKNOWN'])
  }),
  check(
    'presence/of-strangers',
    { clause: getPresence, needs },
    'The presence of somebody one shares no room with is not told.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const rooms = await alice.joinedRooms()
      if ((await bob.joinedRooms()).some((id) => rooms.includes(id))) throw new NotApplicable('all accounts share a room here')
      const { status } = await bob.call(getPresence, { userId: alice.userId })
      holds(status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
  check(
    'presence/of-no-kind',
    { clause: setPresence, needs },
    'A presence that does not exist is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(setPresence, { userId: alice.userId, body: { presence: 'asleep' } })
      equal(status, 400, 'The status')
    },
  ),
]
