import { getAccountData, getRoomAccountData, putAccountData, putRoomAccountData } from '../../spec/client/account-data.ts'
import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { equal, holds } from '../expect.ts'

const type = 'org.example.theme'

export const accountDataChecks = [
  check(
    'account-data/kept',
    { clause: putAccountData, about: [putAccountData, getAccountData] },
    'What a user keeps is given back as it was, and a second write replaces the first.',
    async ({ people }) => {
      const [{ userId, ok }] = await people('alice')
      const content = { colour: 'green', shades: [1, 2, { deep: null }], empty: {} }
      await ok(putAccountData, { userId, type, body: { colour: 'red', old: true } })
      await ok(putAccountData, { userId, type, body: content })
      equal(await ok(getAccountData, { userId, type }), content, 'The content')
    },
  ),
  check(
    'account-data/not-kept',
    { clause: getAccountData },
    'What was never kept is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(getAccountData, { userId, type }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'account-data/of-others-is-not-read',
    { clause: getAccountData },
    'What somebody else keeps cannot be read.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await alice.ok(putAccountData, { userId: alice.userId, type, body: { colour: 'red' } })
      await bob.refused(getAccountData, { userId: alice.userId, type }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account-data/of-others-is-not-written',
    { clause: putAccountData },
    'Nothing can be kept for somebody else.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await bob.refused(putAccountData, { userId: alice.userId, type, body: { colour: 'red' } }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account-data/push-rules-are-the-servers',
    { clause: putAccountData },
    "The server's own type m.push_rules cannot be written: 405 M_BAD_JSON.",
    async ({ people }) => {
      const [{ userId, refused }] = await people('alice')
      await refused(putAccountData, { userId, type: 'm.push_rules', body: {} }, 405, 'M_BAD_JSON')
    },
  ),
  check(
    'account-data/fully-read-is-the-servers',
    { clause: putRoomAccountData },
    "The server's own type m.fully_read cannot be written: 405 M_BAD_JSON.",
    async ({ room }) => {
      const [roomId, { userId, refused }] = await room('alice')
      await refused(putRoomAccountData, { userId, roomId, type: 'm.fully_read', body: { event_id: '$some:where' } }, 405, 'M_BAD_JSON')
    },
  ),
  check(
    'account-data/in-an-initial-sync',
    { clause: 'client-server-api/#client-behaviour-10', about: [sync] },
    'An initial sync gives what the user keeps.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.ok(putAccountData, { userId: alice.userId, type, body: { colour: 'green' } })
      const { first } = await alice.startSyncing()
      equal(
        first.account_data?.events?.filter((event) => event.type === type),
        [{ type, content: { colour: 'green' } }],
        'The account data',
      )
    },
  ),
  check(
    'account-data/in-later-syncs',
    { clause: 'client-server-api/#client-behaviour-10', about: [sync] },
    'A change is given once, by the sync after it.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const syncing = await alice.startSyncing()
      await alice.ok(putAccountData, { userId: alice.userId, type, body: { colour: 'green' } })
      const content = await syncing.until(
        'the new account data',
        ({ account_data: data }) => data?.events?.find((event) => event.type === type)?.content,
      )
      equal(content, { colour: 'green' }, 'The content')
      const { account_data: later } = await syncing.next()
      equal(
        (later?.events ?? []).filter((event) => event.type === type),
        [],
        'The account data of the sync after',
      )
    },
  ),
  check(
    'account-data/of-others-is-not-synced',
    { clause: 'client-server-api/#client-behaviour-10', about: [sync] },
    'Nobody is given what somebody else keeps.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.ok(putAccountData, { userId: alice.userId, type, body: { colour: 'green' } })
      await alice.ok(putRoomAccountData, { userId: alice.userId, roomId, type, body: { colour: 'green' } })
      const { first } = await bob.startSyncing()
      holds((first.account_data?.events?.length ?? 0) > 0, 'some account data, such as push rules')
      const all = [...(first.account_data?.events ?? []), ...(first.rooms?.join?.[roomId]?.account_data?.events ?? [])]
      equal(
        all.filter((event) => event.type === type),
        [],
        'The data of the other',
      )
    },
  ),
  check(
    'account-data/of-a-room',
    { clause: putRoomAccountData, about: [putRoomAccountData, getRoomAccountData] },
    'What a user keeps about one room is not that of another.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { userId } = alice
      const [one, other] = [await alice.createRoom(), await alice.createRoom()]
      await alice.ok(putRoomAccountData, { userId, roomId: one, type, body: { colour: 'green' } })
      equal(await alice.ok(getRoomAccountData, { userId, roomId: one, type }), { colour: 'green' }, 'The content')
      await alice.refused(getRoomAccountData, { userId, roomId: other, type }, 404, 'M_NOT_FOUND')
      await alice.refused(getAccountData, { userId, type }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'account-data/of-a-room-in-syncs',
    { clause: 'client-server-api/#client-behaviour-10', about: [sync] },
    'What is kept about a room comes in the section of that room.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const syncing = await alice.startSyncing()
      await alice.ok(putRoomAccountData, { userId: alice.userId, roomId, type, body: { colour: 'green' } })
      const content = await syncing.until(
        'the new account data of the room',
        ({ rooms }) => rooms?.join?.[roomId]?.account_data?.events?.find((event) => event.type === type)?.content,
      )
      equal(content, { colour: 'green' }, 'The content')
    },
  ),
  check(
    'account-data/of-a-room-of-others',
    { clause: putRoomAccountData },
    'Nothing can be kept about a room for somebody else.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.refused(putRoomAccountData, { userId: alice.userId, roomId, type, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account-data/of-a-room-of-others-is-not-read',
    { clause: getRoomAccountData },
    'What somebody else keeps about a room cannot be read.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.ok(putRoomAccountData, { userId: alice.userId, roomId, type, body: { colour: 'red' } })
      await bob.refused(getRoomAccountData, { userId: alice.userId, roomId, type }, 403, 'M_FORBIDDEN')
    },
  ),
]
