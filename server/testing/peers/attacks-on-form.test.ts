import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event, type JsonObject } from '../../protocol/event.ts'
import { sealEvent } from '../../protocol/seal-event.ts'
import { strictJson } from '../../protocol/strict-json.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer } from '../fake-peer.ts'
import { ada, bob, eve, makeRoom, mal } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { signingKeyOf } from '../room-graphs/sealing.ts'

const body = (text: string): JsonObject => ({ msgtype: 'm.text', body: text })

forEachEngine('what runs in circles is dropped, and does not go round for ever', async (t, database) => {
  const room = makeRoom('1', 'circles')
  const joined = room.join(mal)
  room.say(mal, 'here')
  const server = openWithPeers(database)
  const { receivePdus, receive, held, gaps } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const [create, , levels] = room.events
  const cite = ({ eventId, pdu }: Event) => [eventId, { sha256: pdu.hashes.sha256 }] as const
  const ring = (id: string, prev: string, auth: readonly string[]): { json: unknown; eventId: EventId } => {
    const eventId = `$${id}:evil.example` as const
    const unhashed = (one: string) =>
      [one.includes(':') ? one : `$${one}:evil.example`, { sha256: '' }] as unknown as readonly [EventId, object]
    const { json } = sealEvent(room.version, 'evil.example', signingKeyOf('evil.example'), {
      event_id: eventId,
      type: 'm.room.message',
      sender: mal,
      room_id: room.roomId,
      content: body(id),
      depth: 9,
      origin_server_ts: 1_700_000_100_000,
      auth_events: [cite(create!), cite(levels!), cite(joined), ...auth.map(unhashed)],
      prev_events: [prev === 'last' ? cite(room.last()) : unhashed(prev)],
    })
    return { json: strictJson(json, { integers: 'written' }), eventId }
  }
  const all = [
    ring('itself', 'itself', []),
    ring('own', 'last', ['own']),
    ring('auth1', 'last', ['auth2']),
    ring('auth2', 'last', ['auth3']),
    ring('auth3', 'last', ['auth1']),
    ring('prev1', 'prev2', []),
    ring('prev2', 'prev1', []),
  ]
  const peer = createFakePeer(room, (honest) => ({
    event: async (eventId) => all.find((one) => one.eventId === eventId)?.json ?? honest.event(eventId),
    missingEvents: async () => all.map(({ json }) => json),
    stateIds: async () => undefined,
  }))
  const outcomes = await receivePdus(peer, ...all.map(({ json }) => json))
  t.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    Array(7).fill('dropped'),
  )
  for (const one of all) t.is(await held(one), undefined)
  // A state that is told of breaks the circle; it is walked once.
  const telling = createFakePeer(room, (honest) => ({
    event: peer.event,
    missingEvents: async () => [],
    stateIds: (roomId) => honest.stateIds(roomId, room.last().eventId),
    backfill: peer.missingEvents as never,
  }))
  for (const one of all.slice(0, 2)) t.is((await receivePdus(telling, one.json))[0]!.outcome, 'dropped')
  t.is((await receivePdus(telling, all[5]!.json))[0]!.outcome, 'accepted')
  t.deepEqual(await gaps(), [all[6]!.eventId])
  t.is((await receivePdus(telling, all[6]!.json))[0]!.outcome, 'accepted')
  t.deepEqual(await gaps(), [])
  t.deepEqual(await receive(createFakePeer(room), room.say(ada, 'on')), ['accepted'])
})

forEachEngine('an event under the ID of another is not that: what is held first counts', async (t, database) => {
  const room = makeRoom('2', 'ids')
  room.join(mal)
  const server = openWithPeers(database)
  const { receivePdus, receive, held, current } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const cite = ({ eventId, pdu }: Event) => [eventId, { sha256: pdu.hashes.sha256 }] as const
  const twice = (name: string, more: readonly Event[] = []): unknown =>
    strictJson(
      sealEvent(room.version, 'evil.example', signingKeyOf('evil.example'), {
        event_id: '$twice:evil.example',
        type: 'm.room.member',
        sender: mal,
        state_key: mal,
        room_id: room.roomId,
        content: { membership: 'join', displayname: name },
        depth: 9,
        origin_server_ts: 1_700_000_100_000,
        auth_events: [room.events[0]!, room.events[2]!, room.events[3]!, room.last(), ...more].map(cite),
        prev_events: [cite(room.last())],
      }).json,
      { integers: 'written' },
    )
  const first = { eventId: '$twice:evil.example', roomId: room.roomId, pdu: twice('one') } as Event
  const citing = room.make(mal, 'm.room.message', body('citing'), { auth: [room.events[0]!, room.events[2]!, first] })
  await receive(
    createFakePeer(room, () => ({ event: async () => first.pdu })),
    citing,
  )
  t.is((await held(first))!.pos, undefined)
  await receivePdus(createFakePeer(room), twice('two'))
  t.is((await held(first))!.pdu.content['displayname'], 'one')
  t.is((await current()).get(`m.room.member\n${mal}`), '$twice:evil.example')
  t.is((await server.roomStates.open(room.roomId))!.members.get(mal)!.pdu.content['displayname'], 'one')
})

forEachEngine('an event under an ID that another room has is none of this room, be it held there for others alone', async (t, database) => {
  const [here, there] = [makeRoom('2', 'id-here'), makeRoom('2', 'id-there')]
  const server = openWithPeers(database)
  const cite = ({ eventId, pdu }: Event) => [eventId, { sha256: pdu.hashes.sha256 }] as const
  const eventId: EventId = '$both:evil.example'
  const both = (room: typeof here): Event => {
    const { json } = sealEvent(room.version, 'evil.example', signingKeyOf('evil.example'), {
      event_id: eventId,
      type: 'm.room.message',
      sender: mal,
      room_id: room.roomId,
      content: body(room.roomId),
      depth: 9,
      origin_server_ts: 1_700_000_100_000,
      auth_events: [room.events[0]!, room.events[2]!, room.last()].map(cite),
      prev_events: [cite(room.last())],
    })
    return { eventId, roomId: room.roomId, pdu: strictJson(json, { integers: 'written' }) as Event['pdu'] }
  }
  for (const room of [here, there]) {
    room.join(mal)
    await receiving(server, room).receive(createFakePeer(room), ...room.events)
  }
  const citing = there.make(mal, 'm.room.message', body('citing'), { auth: [there.events[0]!, there.events[2]!, both(there)] })
  await receiving(server, there).receive(
    createFakePeer(there, () => ({ event: async () => both(there).pdu })),
    citing,
  )
  for (const stands of [false, true]) {
    if (stands) t.is((await receiving(server, there).receivePdus(createFakePeer(there), both(there).pdu))[0]!.outcome, 'accepted')
    const { receivePdus, held, ends } = receiving(server, here)
    t.is((await receivePdus(createFakePeer(here), both(here).pdu))[0]!.outcome, 'known')
    t.like(await held({ eventId }), { roomId: there.roomId, stateBefore: stands ? 6 : -1 })
    t.deepEqual(await ends(), [here.last().eventId])
  }
})

forEachEngine(
  'depths beyond all measure, odd IDs and repeated citations harm neither the room nor what comes with them',
  async (t, database) => {
    const room = makeRoom('5', 'odd')
    room.join(bob)
    room.join(eve)
    const server = openWithPeers(database)
    const { receivePdus, receive, current } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const auth = citedIds(room.make(bob, 'm.room.message', {}).pdu.auth_events)
    const sealed = (depth: number, prev: readonly EventId[], content: JsonObject): string =>
      sealEvent(room.version, 'two.example', signingKeyOf('two.example'), {
        type: 'm.room.message',
        sender: bob,
        room_id: room.roomId,
        content,
        depth,
        origin_server_ts: 1_700_000_100_000,
        auth_events: auth,
        prev_events: prev,
      }).json
    const { eventId: last } = room.last()
    const written = (json: string) => strictJson(json, { integers: 'written' })
    // A state would be had for whatever they follow.
    const telling = createFakePeer(room, (honest) => ({ stateIds: (roomId) => honest.stateIds(roomId, room.last().eventId) }))
    const outcomes = await receivePdus(
      telling,
      written(sealed(2 ** 63, [last], body('deep'))),
      { ...(written(sealed(3, [last], body('shallow'))) as object), depth: -1 },
      written(sealed(3, ['$\u0000nul'], body('nul'))),
      written(sealed(3, [last, last, last], body('thrice'))),
      written(sealed(3, Array(21).fill(last), body('too many'))),
      written(sealed(4, [last], body('plain'))),
    )
    t.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['accepted', 'dropped', 'dropped', 'accepted', 'dropped', 'accepted'],
    )
    const [{ depth } = { depth: 0 }] = await database.read<{ depth: number }>('SELECT MAX(depth) AS depth FROM event')
    t.is(depth, Number.MAX_SAFE_INTEGER)
    const own = await server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: body('ours') })
    t.is(citedIds(own.pdu.prev_events).length, 3)
    t.is(strictJson(own.json.match(/"depth":([0-9]+)/)![1]!, { integers: 'any' }), 2 ** 63)
    const again = openWithPeers(database)
    const next = await again.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: body('after a restart') })
    t.deepEqual(next.pdu.prev_events, [own.eventId])
    t.is((await receiving(again, room).current()).size, (await current()).size)
  },
)
