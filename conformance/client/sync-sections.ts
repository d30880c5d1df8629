import { sync } from '../../spec/client/sync.ts'
import { forgetRoom } from '../../spec/client/membership.ts'
import { check } from '../check.ts'
import { equal, holds, matches, present, sameMembers, shown } from '../expect.ts'
import { anotherDevice } from '../interactive.ts'

export const syncSectionChecks = [
  check('sync/newly-joined-room', { clause: sync }, 'A room that was joined since comes with its state.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await alice.createRoom({ preset: 'public_chat' })
    const syncing = await bob.startSyncing()
    await bob.join(roomId)
    const section = await syncing.until('the room', ({ rooms }) => rooms?.join?.[roomId])
    const all = [...(section.state?.events ?? []), ...(section.timeline?.events ?? [])]
    for (const type of ['m.room.create', 'm.room.join_rules', 'm.room.member'])
      holds(
        all.some((event) => event.type === type),
        `${type} in the section`,
      )
  }),
  check(
    'sync/invite',
    { clause: 'client-server-api/#stripped-state', about: [sync] },
    'An invite comes with stripped state: the invite itself, and what the room is.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const syncing = await bob.startSyncing()
      const roomId = await alice.createRoom({ name: 'The kitchen', invite: [bob.userId] })
      const { invite_state: state } = await syncing.until('the invite', ({ rooms }) => rooms?.invite?.[roomId])
      const events = state?.events ?? []
      matches(
        events.find((event) => event.type === 'm.room.member' && event.state_key === bob.userId),
        { sender: alice.userId, content: { membership: 'invite' } },
        'The invite',
      )
      equal(
        events.find((event) => event.type === 'm.room.name')?.content['name'],
        'The kitchen',
        `The name in ${shown(events.map(({ type }) => type))}`,
      )
      holds(
        events.some((event) => event.type === 'm.room.join_rules'),
        'the join rules',
      )
    },
  ),
  check(
    'sync/invite-in-an-initial-sync',
    { clause: sync },
    'An initial sync gives the open invites, and not as joined rooms.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ invite: [bob.userId] })
      const { first } = await bob.startSyncing()
      const { invite = {}, join = {} } = first.rooms ?? {}
      equal([roomId in invite, roomId in join], [true, false], 'Whether it is an invite, and whether it is joined')
    },
  ),
  check('sync/left-room', { clause: sync }, 'A room that was left since comes once among the left, up to the leave.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const syncing = await bob.startSyncing()
    await bob.leave(roomId)
    await alice.say(roomId, 'without bob')
    const section = await syncing.until('the left room', ({ rooms }) => rooms?.leave?.[roomId])
    const events = section.timeline?.events ?? []
    const [last] = events.slice(-1)
    equal([last?.type, last?.state_key, last?.content['membership']], ['m.room.member', bob.userId, 'leave'], 'The last event')
    const { rooms } = await syncing.next()
    equal([rooms?.leave?.[roomId], rooms?.join?.[roomId]], [undefined, undefined], 'The room in the sync after')
  }),
  check('sync/kicked', { clause: sync }, 'Who is kicked is told so by sync.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const syncing = await bob.startSyncing()
    await alice.kick(roomId, bob, 'Out')
    const section = await syncing.until('the left room', ({ rooms }) => rooms?.leave?.[roomId])
    matches(
      section.timeline?.events.at(-1),
      { sender: alice.userId, state_key: bob.userId, content: { membership: 'leave', reason: 'Out' } },
      'The last event',
    )
  }),
  check(
    'sync/left-rooms-on-demand',
    { clause: 'client-server-api/#filtering', about: [sync] },
    'An initial sync has left rooms only where the filter asks for them.',
    async ({ room }) => {
      const [roomId, , bob] = await room('alice', 'bob')
      await bob.leave(roomId)
      const plain = await bob.startSyncing()
      equal(plain.first.rooms?.leave?.[roomId], undefined, 'The room without the filter')
      const asked = await bob.startSyncing({ room: { include_leave: true } })
      present(asked.first.rooms?.leave?.[roomId], 'the room with the filter')
    },
  ),
  check('sync/declined-invite', { clause: sync }, 'An invite that is turned down comes among the left.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await alice.createRoom({ invite: [bob.userId] })
    const syncing = await bob.startSyncing()
    await bob.leave(roomId)
    await syncing.until('the left room', ({ rooms }) => rooms?.leave?.[roomId] !== undefined && rooms.invite?.[roomId] === undefined)
  }),
  check(
    'sync/forgotten-room',
    { clause: forgetRoom, about: [sync] },
    'A forgotten room is not among the left, whatever the filter.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [kept, gone] = [await alice.createRoom(), await alice.createRoom()]
      for (const roomId of [kept, gone]) await alice.leave(roomId)
      await alice.ok(forgetRoom, { roomId: gone, body: {} })
      const { first } = await alice.startSyncing({ room: { include_leave: true } })
      const { leave = {} } = first.rooms ?? {}
      equal([kept in leave, gone in leave], [true, false], 'Whether the kept and the forgotten room are among the left')
    },
  ),
  check(
    'sync/summary',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'The summary of a room without a name has its heroes and counts.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId] })
      await bob.join(roomId)
      const { first } = await alice.startSyncing({ room: { state: { lazy_load_members: true } } })
      const { summary } = present(first.rooms?.join?.[roomId], 'the room')
      equal([summary?.['m.joined_member_count'], summary?.['m.invited_member_count']], [2, 1], 'The counts')
      sameMembers(summary?.['m.heroes'] ?? [], [bob.userId, carol.userId], 'The heroes')
    },
  ),
  check(
    'sync/lazy-members',
    { clause: 'client-server-api/#lazy-loading-room-members', about: [sync] },
    'With lazy members the state has the member events of those who speak, and of oneself, not of the others.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      // A room with a name has no heroes, whose member events would come too.
      await alice.setState(roomId, 'm.room.name', { name: 'The kitchen' })
      for (const body of ['1', '2', '3']) await bob.say(roomId, body)
      const { first } = await alice.startSyncing({ room: { state: { lazy_load_members: true }, timeline: { limit: 2 } } })
      const keys = (first.rooms?.join?.[roomId]?.state?.events ?? [])
        .filter(({ type }) => type === 'm.room.member')
        .map((event) => event.state_key)
      holds(keys.includes(bob.userId), 'the member event of the speaker')
      holds(!keys.includes(carol.userId), 'no member event of the silent')
    },
  ),
  check(
    'sync/lazy-members-come-when-they-speak',
    { clause: 'client-server-api/#lazy-loading-room-members', about: [sync] },
    'With lazy members the member event of somebody comes when they first speak.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      // A room with a name has no heroes, whose member events would come too.
      await alice.setState(roomId, 'm.room.name', { name: 'The kitchen' })
      for (const body of ['1', '2', '3']) await bob.say(roomId, body)
      const syncing = await alice.startSyncing({ room: { state: { lazy_load_members: true }, timeline: { limit: 2 } } })
      await carol.say(roomId, 'me too')
      const section = await syncing.until('the message', ({ rooms }) => rooms?.join?.[roomId])
      const members = (section.state?.events ?? []).filter(({ type }) => type === 'm.room.member').map((event) => event.state_key)
      holds(members.includes(carol.userId), 'the member event of the new speaker')
    },
  ),
  check('sync/unknown-token', { clause: sync }, 'A token that the server has not given is an error of the caller.', async ({ people }) => {
    const [alice] = await people('alice')
    const { status } = await alice.call(sync, { since: 'never given', timeout: 0 })
    holds(status === 400 || status === 200, `400, or a sync from the start, not ${status}`)
  }),
  check(
    'sync/one-device-does-not-take-from-another',
    { clause: sync, needs: ['passwords'] },
    'Each device is given everything, whatever the others have synced.',
    async ({ room, nobody }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const phone = await anotherDevice(alice, { nobody })
      const both = [await alice.startSyncing(), await phone.startSyncing()]
      const eventId = await bob.say(roomId, 'to all of you')
      for (const syncing of both) await syncing.untilEvent(roomId, 'the message', (event) => event.event_id === eventId)
    },
  ),
  check('sync/nothing-of-other-rooms', { clause: sync }, 'Rooms that one is not in are not in the sync.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    await alice.createRoom({ preset: 'public_chat' })
    await bob.createRoom()
    const { first } = await bob.startSyncing()
    sameMembers(Object.keys(first.rooms?.join ?? {}), await bob.joinedRooms(), 'The rooms')
  }),
  check(
    'sync/nothing-lost-in-a-storm',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'Whoever syncs while several people talk at once is given every message, once.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      const syncing = await alice.startSyncing({ room: { timeline: { limit: 50 } } })
      const talk = (person: typeof bob) =>
        Promise.all(Array.from({ length: 8 }, (_, index) => person.say(roomId, `${person.name} ${index}`)))
      const talking = Promise.all([talk(bob), talk(carol)])
      const said = () =>
        syncing
          .timeline(roomId)
          .filter(({ type }) => type === 'm.room.message')
          .map((event) => event.event_id)
      await syncing.until('all sixteen messages', () => said().length >= 16)
      sameMembers(said(), (await talking).flat(), 'The messages')
    },
  ),
]
