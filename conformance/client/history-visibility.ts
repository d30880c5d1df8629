import { inviteUser } from '../../spec/client/membership.ts'
import { sync } from '../../spec/client/sync.ts'
import { getEvent, getEventContext, getMessages, listRelations } from '../../spec/client/timeline.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import type { Endpoint } from '../../spec/endpoint.ts'
import { check, type Stage } from '../check.ts'
import { equal, holds } from '../expect.ts'
import type { Person } from '../people.ts'

const clause = 'client-server-api/#server-behaviour-5'
const visibilities = ['world_readable', 'shared', 'invited', 'joined'] as const
type Visibility = (typeof visibilities)[number]
const dashed = (text: string) => text.replaceAll('_', '-')

const roomWith = (person: Person, visibility: Visibility): Promise<RoomId> =>
  person.createRoom({
    preset: 'public_chat',
    initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: visibility } }],
  })

/** Which of the events somebody can read by one way of reading. */
type Reading = (reader: Person, roomId: RoomId, events: readonly EventId[]) => Promise<EventId[]>

const oneByOne =
  (endpoint: Endpoint): Reading =>
  async (reader, roomId, events) => {
    const seen: EventId[] = []
    for (const eventId of events) {
      const { status, body } = await reader.call(endpoint, { roomId, eventId } as never)
      holds(status === 200 || status === 404 || status === 403, `200, 403 or 404, not ${status}`)
      const { event_id: id, event } = body as { event_id?: EventId; event?: { event_id?: EventId } }
      if (status === 200) equal(event?.event_id ?? id, eventId, 'The ID of the event')
      if (status === 200) seen.push(eventId)
    }
    return seen
  }

const readings: { readonly [way: string]: { readonly about: Endpoint; readonly read: Reading } } = {
  messages: {
    about: getMessages,
    read: async (reader, roomId, events) => {
      const ids = (await reader.messages(roomId, 100)).map((event) => event.event_id)
      return events.filter((id) => ids.includes(id))
    },
  },
  event: { about: getEvent, read: oneByOne(getEvent) },
  context: { about: getEventContext, read: oneByOne(getEventContext) },
  sync: {
    about: sync,
    read: async (reader, roomId, events) => {
      const { timeline } = await reader.startSyncing({ room: { include_leave: true, timeline: { limit: 50 } } })
      return timeline(roomId)
        .map((event) => event.event_id as EventId)
        .filter((id) => events.includes(id))
    },
  },
}

/** Events before an invite, between invite and join, and after the join of bob. */
const newcomer = async ({ people }: Stage, visibility: Visibility) => {
  const [alice, bob] = await people('alice', 'bob')
  const roomId = await roomWith(alice, visibility)
  const before = await alice.say(roomId, 'before the invite')
  await alice.ok(inviteUser, { roomId, body: { user_id: bob.userId } })
  const invited = await alice.say(roomId, 'after the invite')
  await bob.join(roomId)
  const joined = await alice.say(roomId, 'after the join')
  return { alice, bob, roomId, before, invited, joined }
}

const sights: { readonly [V in Visibility]: string } = {
  world_readable: 'all that was ever said',
  shared: 'all that was ever said',
  invited: 'what was said since the invite',
  joined: 'what was said since the join',
}

export const historyVisibilityChecks = [
  ...visibilities.flatMap((visibility) =>
    Object.entries(readings).map(([way, { about, read }]) =>
      check(
        `history-visibility/newcomer-${dashed(visibility)}-by-${way}`,
        { clause, about: [about] },
        `Where history is ${visibility}, a newcomer reads ${sights[visibility]} (by ${way}).`,
        async (stage) => {
          const { bob, roomId, before, invited, joined } = await newcomer(stage, visibility)
          const wanted = visibility === 'joined' ? [joined] : visibility === 'invited' ? [invited, joined] : [before, invited, joined]
          equal(await read(bob, roomId, [before, invited, joined]), wanted, 'What the newcomer reads')
        },
      ),
    ),
  ),
  ...visibilities.flatMap((visibility) =>
    (['messages', 'event'] as const).map((way) =>
      check(
        `history-visibility/leaver-${dashed(visibility)}-by-${way}`,
        { clause, about: [readings[way]?.about ?? getMessages] },
        `Who has left where history is ${visibility} reads what was said while they were there${visibility === 'world_readable' ? ', and after' : ', and not after'} (by ${way}).`,
        async ({ people }) => {
          const [alice, bob] = await people('alice', 'bob')
          const roomId = await roomWith(alice, visibility)
          await bob.join(roomId)
          const there = await alice.say(roomId, 'with bob')
          await bob.leave(roomId)
          const after = await alice.say(roomId, 'without bob')
          const seen = (await readings[way]?.read(bob, roomId, [there, after])) ?? []
          // A leaver's /messages ends at the leave, however readable the room is.
          const wanted = visibility === 'world_readable' && way === 'event' ? [there, after] : [there]
          if (visibility === 'world_readable' && way === 'messages') equal(seen[0], there, 'What the leaver reads first')
          else equal(seen, wanted, 'What the leaver reads')
        },
      ),
    ),
  ),
  ...visibilities.map((visibility) =>
    check(
      `history-visibility/outsider-${dashed(visibility)}`,
      { clause, about: [getMessages, getEvent] },
      `Where history is ${visibility}, somebody who never was a member ${visibility === 'world_readable' ? 'reads it all' : 'reads nothing'}.`,
      async ({ people }) => {
        const [alice, mallory] = await people('alice', 'mallory')
        const roomId = await roomWith(alice, visibility)
        const eventId = await alice.say(roomId, 'among us')
        if (visibility === 'world_readable') {
          equal((await mallory.messages(roomId, 1))[0]?.event_id, eventId, 'The newest event')
          equal((await mallory.ok(getEvent, { roomId, eventId })).content['body'], 'among us', 'The message')
          return
        }
        await mallory.refused(getMessages, { roomId, dir: 'b' }, 403, 'M_FORBIDDEN')
        await mallory.refused(getEvent, { roomId, eventId }, [403, 404], ['M_FORBIDDEN', 'M_NOT_FOUND'])
      },
    ),
  ),
  check(
    'history-visibility/context-hides-neighbours',
    { clause, about: [getEventContext] },
    'The neighbours in a context are only those that the reader may read.',
    async (stage) => {
      const { bob, roomId, before, invited, joined } = await newcomer(stage, 'joined')
      const { events_before: older = [] } = await bob.ok(getEventContext, { roomId, eventId: joined, limit: 20 })
      const ids = older.map((event) => event.event_id)
      holds(ids.length > 0, 'the join among the neighbours')
      equal([ids.includes(before), ids.includes(invited)], [false, false], 'Whether hidden events are among them')
    },
  ),
  check(
    'history-visibility/relations-are-hidden',
    { clause, about: [listRelations], since: 'v1.3' },
    'Relations that the reader may not read are not listed.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await roomWith(alice, 'shared')
      const eventId = await alice.say(roomId, 'cake?')
      await alice.setState(roomId, 'm.room.history_visibility', { history_visibility: 'joined' })
      const react = (key: string) =>
        alice.send(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key } })
      await react('hidden')
      await bob.join(roomId)
      const shown = await react('shown')
      const { chunk } = await bob.ok(listRelations, { roomId, eventId })
      equal(
        chunk.map((event) => event.event_id),
        [shown],
        'The relations',
      )
    },
  ),
  check(
    'history-visibility/fixed-when-said',
    { clause, about: [getMessages] },
    'What was said under one visibility stays under it when the setting changes.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await roomWith(alice, 'joined')
      const hidden = await alice.say(roomId, 'among us')
      await alice.setState(roomId, 'm.room.history_visibility', { history_visibility: 'shared' })
      const open = await alice.say(roomId, 'for all to come')
      await bob.join(roomId)
      const ids = (await bob.messages(roomId)).map((event) => event.event_id)
      equal([ids.includes(hidden), ids.includes(open)], [false, true], 'Whether the newcomer reads the one and the other')
    },
  ),
  check(
    'history-visibility/banned-reads-no-more',
    { clause, about: [getEvent] },
    'Who is banned reads nothing that is said afterwards.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const there = await alice.say(roomId, 'with bob')
      await alice.ban(roomId, bob)
      const after = await alice.say(roomId, 'without bob')
      equal(await oneByOne(getEvent)(bob, roomId, [there, after]), [there], 'What the banned reads')
    },
  ),
]
