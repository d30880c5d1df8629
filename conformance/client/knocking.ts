import { inviteUser, joinRoom, knockRoom, leaveRoom } from '../../spec/client/membership.ts'
import { sendMessage } from '../../spec/client/room-send.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { sync } from '../../spec/client/sync.ts'
import { check, type Stage } from '../check.ts'
import { text } from '../deeds.ts'
import { equal, holds, matches, present, shown } from '../expect.ts'

/** Versions that know knocking. rooms/#feature-matrix */
const roomVersions = ['11', '12', '10', '9', '8', '7']
const clause = knockRoom
const onKnock = { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }

/** A room of the first that the second may knock on. */
const roomToKnockOn = async ({ people }: Pick<Stage, 'people'>, more: object = {}) => {
  const [alice, bob] = await people('alice', 'bob')
  return [await alice.createRoom({ preset: 'private_chat', initial_state: [onKnock], ...more }), alice, bob] as const
}

export const knockingChecks = [
  check(
    'knocking/knock',
    { clause, about: [knockRoom, getStateEvent], roomVersions },
    'Who knocks is answered with the room ID, and members read of the knock in the state.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      equal((await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: { reason: 'Lunch' } })).room_id, roomId, 'The room ID')
      const event = (await alice.state(roomId)).find(({ type, state_key: key }) => type === 'm.room.member' && key === bob.userId)
      equal(event?.sender, bob.userId, 'The sender')
      matches(event?.content, { membership: 'knock', reason: 'Lunch' }, 'The content')
      matches(await alice.stateContent(roomId, 'm.room.member', bob.userId), { membership: 'knock', reason: 'Lunch' }, 'The state event')
    },
  ),
  check('knocking/by-alias', { clause, roomVersions }, 'One knocks on a room by its alias.', async (stage) => {
    const localpart = stage.unique('alias')
    const [roomId, , bob] = await roomToKnockOn(stage, { room_alias_name: localpart })
    const answer = await bob.ok(knockRoom, { roomIdOrAlias: `#${localpart}:${stage.serverName}`, body: {} })
    equal(answer.room_id, roomId, 'The room ID')
  }),
  check(
    'knocking/members-are-told',
    { clause: 'client-server-api/#knocking-on-rooms', about: [sync], since: 'v1.1', roomVersions },
    'Members are told of a knock by sync.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      const syncing = await alice.startSyncing()
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      const knock = await syncing.untilEvent(roomId, 'the knock', (event) => event.state_key === bob.userId)
      matches(knock, { sender: bob.userId, content: { membership: 'knock' } }, 'The event')
    },
  ),
  check(
    'knocking/sync',
    { clause: 'client-server-api/#stripped-state', about: [sync], since: 'v1.1', roomVersions },
    'A knock comes with stripped state: the knock itself, and what the room is.',
    async (stage) => {
      const [roomId, , bob] = await roomToKnockOn(stage, { name: 'The kitchen' })
      const syncing = await bob.startSyncing()
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      const { knock_state: state } = await syncing.until('the knock', ({ rooms }) => rooms?.knock?.[roomId])
      const events = state?.events ?? []
      matches(
        events.find((event) => event.type === 'm.room.member' && event.state_key === bob.userId),
        { sender: bob.userId, content: { membership: 'knock' } },
        'The knock',
      )
      const types = shown(events.map(({ type }) => type))
      equal(events.find((event) => event.type === 'm.room.name')?.content['name'], 'The kitchen', `The name in ${types}`)
      equal(events.find((event) => event.type === 'm.room.join_rules')?.content['join_rule'], 'knock', `The join rule in ${types}`)
    },
  ),
  check(
    'knocking/create-event-in-stripped-state',
    { clause: 'client-server-api/#stripped-state', about: [sync], since: 'v1.16', roomVersions },
    'The stripped state of a knock has the create event.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      const syncing = await bob.startSyncing()
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      const { knock_state: state } = await syncing.until('the knock', ({ rooms }) => rooms?.knock?.[roomId])
      const create = present(
        state?.events?.find(({ type, state_key: key }) => type === 'm.room.create' && key === ''),
        'the create event',
      )
      equal(create.sender, alice.userId, 'Its sender')
    },
  ),
  check(
    'knocking/in-an-initial-sync',
    { clause: sync, since: 'v1.1', roomVersions },
    'An initial sync gives the rooms knocked on as such, and as nothing else.',
    async (stage) => {
      const [roomId, , bob] = await roomToKnockOn(stage)
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      const { rooms } = (await bob.startSyncing()).first
      const { knock = {}, invite = {}, join = {}, leave = {} } = rooms ?? {}
      equal(
        [knock, invite, join, leave].map((section) => roomId in section),
        [true, false, false, false],
        'Knocked, invited, joined, left',
      )
    },
  ),
  check(
    'knocking/retract',
    { clause: leaveRoom, about: [leaveRoom, sync, getStateEvent], since: 'v1.1', roomVersions },
    'A knock is taken back by leaving, and sync says so.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      const syncing = await bob.startSyncing()
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      await syncing.until('the knock', ({ rooms }) => rooms?.knock?.[roomId])
      await bob.leave(roomId)
      equal(await alice.membershipOf(roomId, bob), 'leave', 'The membership')
      await syncing.until(
        'the end of the knock',
        ({ rooms }) => rooms?.leave?.[roomId] !== undefined && rooms.knock?.[roomId] === undefined,
      )
    },
  ),
  check(
    'knocking/accept',
    { clause: inviteUser, about: [inviteUser, getStateEvent], since: 'v1.1', roomVersions },
    'An invite accepts a knock, and lets join whom it is for.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      await bob.refused(joinRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
      await alice.ok(inviteUser, { roomId, body: { user_id: bob.userId } })
      const membership = await alice.membershipOf(roomId, bob)
      // The server may take up for its user what they asked for.
      holds(membership === 'invite' || membership === 'join', `invite or join, not ${shown(membership)}`)
      await bob.join(roomId)
      equal(await alice.membershipOf(roomId, bob), 'join', 'The membership')
    },
  ),
  check(
    'knocking/refuse',
    { clause: 'client-server-api/#knocking-on-rooms', about: [sync, getStateEvent], since: 'v1.1', roomVersions },
    'A kick refuses a knock: whoever knocked is told, and may knock again.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      const syncing = await bob.startSyncing()
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      await alice.kick(roomId, bob)
      await syncing.until('the end of the knock', ({ rooms }) => rooms?.leave?.[roomId])
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      equal(await alice.membershipOf(roomId, bob), 'knock', 'The membership')
    },
  ),
  check(
    'knocking/where-nobody-may',
    { clause, roomVersions },
    'A room whose join rule is another is not knocked on: 403 M_FORBIDDEN.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      for (const preset of ['private_chat', 'public_chat']) {
        const roomId = await alice.createRoom({ preset })
        await bob.refused(knockRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
      }
    },
  ),
  check(
    'knocking/members-invited-and-banned',
    { clause: 'client-server-api/#knocking-on-rooms', about: [knockRoom], since: 'v1.1', roomVersions },
    'Members, those who are invited, and those who are banned do not knock.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      await alice.refused(knockRoom, { roomIdOrAlias: roomId, body: {} }, 403, ['M_FORBIDDEN', 'M_BAD_STATE'])
      await alice.invite(roomId, bob)
      await bob.refused(knockRoom, { roomIdOrAlias: roomId, body: {} }, 403, ['M_FORBIDDEN', 'M_BAD_STATE'])
      await alice.ban(roomId, bob)
      await bob.refused(knockRoom, { roomIdOrAlias: roomId, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'knocking/nothing-to-read',
    { clause, about: [getStateEvent, sendMessage], roomVersions },
    'A knock lets nobody read, nor talk.',
    async (stage) => {
      const [roomId, alice, bob] = await roomToKnockOn(stage)
      await alice.say(roomId, 'secret')
      await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })
      await bob.refused(getStateEvent, { roomId, eventType: 'm.room.join_rules', stateKey: '' }, 403, 'M_FORBIDDEN')
      await bob.refused(
        sendMessage,
        { roomId, eventType: 'm.room.message', txnId: stage.unique('t'), body: text('hello') },
        403,
        'M_FORBIDDEN',
      )
    },
  ),
  check('knocking/unknown-room', { clause }, 'An alias that nobody has made is answered with 404 M_NOT_FOUND.', async (stage) => {
    const [bob] = await stage.people('bob')
    await bob.refused(knockRoom, { roomIdOrAlias: `#${stage.unique('nothing')}:${stage.serverName}`, body: {} }, 404, 'M_NOT_FOUND')
  }),
  check(
    'knocking/restricted-rooms',
    { clause: 'client-server-api/#restricted-rooms', about: [knockRoom], since: 'v1.3', roomVersions: ['11', '12', '10'] },
    'A room of the join rule `knock_restricted` is knocked on by who may not join it.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const space = await alice.createRoom({ creation_content: { type: 'm.space' } })
      const content = { join_rule: 'knock_restricted', allow: [{ type: 'm.room_membership', room_id: space }] }
      const roomId = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content }] })
      equal((await bob.ok(knockRoom, { roomIdOrAlias: roomId, body: {} })).room_id, roomId, 'The room ID')
    },
  ),
]
