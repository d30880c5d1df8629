import { putAccountData } from '../../spec/client/account-data.ts'
import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { equal, present } from '../expect.ts'
import type { Person } from '../people.ts'

const ignore = (person: Person, ...others: Person[]) =>
  person.ok(putAccountData, {
    userId: person.userId,
    type: 'm.ignored_user_list',
    body: { ignored_users: Object.fromEntries(others.map(({ userId }) => [userId, {}])) },
  })

const clause = 'client-server-api/#ignoring-users'

export const ignoringChecks = [
  check(
    'ignoring/messages-are-kept-away',
    { clause, about: [sync] },
    'Messages of somebody who is ignored do not come by sync; state that they set does.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      await ignore(alice, bob)
      const syncing = await alice.startSyncing()
      const unheard = await bob.say(roomId, 'you cannot hear me')
      await bob.leave(roomId)
      const fence = await carol.say(roomId, 'fence')
      await syncing.untilEvent(roomId, 'the fence', ({ event_id }) => event_id === fence)
      const timeline = syncing.timeline(roomId)
      equal(
        timeline.find(({ event_id }) => event_id === unheard),
        undefined,
        'The message of the ignored',
      )
      present(
        timeline.find(({ type, state_key }) => type === 'm.room.member' && state_key === bob.userId),
        'that the ignored left',
      )
    },
  ),
  check(
    'ignoring/invites-are-kept-away',
    { clause, about: [sync] },
    'Invites by somebody who is ignored do not come by sync.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      await ignore(alice, bob)
      const syncing = await alice.startSyncing()
      const unwanted = await bob.createRoom({ invite: [alice.userId] })
      const welcome = await carol.createRoom({ invite: [alice.userId] })
      const seen = new Set<string>()
      await syncing.until('the invite by somebody else', ({ rooms }) => {
        for (const roomId of Object.keys({ ...rooms?.invite, ...rooms?.join })) seen.add(roomId)
        return seen.has(welcome)
      })
      equal(seen.has(unwanted), false, 'Whether the invite by the ignored was told')
    },
  ),
  check(
    'ignoring/nothing-counts',
    { clause: 'client-server-api/#receiving-notifications', level: 'should', about: [sync] },
    'What somebody who is ignored writes counts neither as notification nor as highlight.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      await ignore(alice, bob)
      const syncing = await alice.startSyncing()
      await bob.say(roomId, 'you there', { 'm.mentions': { user_ids: [alice.userId] } })
      const fence = await carol.say(roomId, 'fence')
      const counts = await syncing.until(
        'the fence',
        ({ rooms }) =>
          rooms?.join?.[roomId]?.timeline?.events.some(({ event_id }) => event_id === fence) && rooms.join[roomId].unread_notifications,
      )
      equal([counts.notification_count, counts.highlight_count], [1, 0], 'Notifications and highlights')
    },
  ),
]
