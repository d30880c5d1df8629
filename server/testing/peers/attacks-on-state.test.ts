import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event, type JsonObject, type Pdu } from '../../protocol/event.ts'
import { sealEvent } from '../../protocol/seal-event.ts'
import { strictJson } from '../../protocol/strict-json.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer, type Lies, refusing } from '../fake-peer.ts'
import { ada, bob, eve, makeRoom, mal, type MadeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { signingKeyOf } from '../room-graphs/sealing.ts'

const nowhere = { eventId: '$nowhere_to_be_found', roomId: '!nowhere', pdu: { depth: 1 } as Pdu } satisfies Event as Event
const stating =
  (...told: readonly { eventId: EventId }[]): Lies =>
  (honest) => ({
    missingEvents: async () => [],
    stateIds: async () => told.map(({ eventId }) => eventId),
    event: honest.event,
  })
const body = (text: string): JsonObject => ({ msgtype: 'm.text', body: text })
/** The events of a state but those of these types. */
const stateAt = ({ model }: MadeRoom, { eventId }: Event, ...without: string[]): Event[] =>
  [...model.placed(eventId).after.values()].filter(({ pdu }) => !without.includes(pdu.type))

forEachEngine('a peer takes nothing back by what it tells of a state', async (t, database) => {
  const room = makeRoom('11', 'reset')
  room.join(mal)
  room.add(ada, 'm.room.power_levels', { users: { [ada]: 100, [mal]: 75 } }, { stateKey: '' })
  const mighty = room.last()
  room.add(ada, 'm.room.power_levels', { users: { [ada]: 100 } }, { stateKey: '' })
  const now = room.say(ada, 'now')
  const server = openWithPeers(database)
  const { receive, current, ends } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const stateThen = await current()
  const peer = createFakePeer(room, stating(...stateAt(room, mighty)))
  const auth = stateAt(room, now).filter(({ pdu }) => pdu.type !== 'm.room.join_rules' && pdu.type !== 'm.room.history_visibility')
  const cited = auth.filter(({ pdu }) => pdu.state_key !== ada)
  // Its own event is fine: it may talk. What it tells of the state before it is not.
  const spoken = room.make(mal, 'm.room.message', body('hello'), { after: [now, nowhere], auth: cited })
  t.deepEqual(await receive(peer, spoken), ['accepted'])
  t.deepEqual(await current(), stateThen)
  t.deepEqual(await ends(), [spoken.eventId])
  const deed = room.make(mal, 'm.room.topic', { topic: 'mine' }, { stateKey: '', after: [spoken], auth: cited })
  t.deepEqual(await receive(peer, deed), ['rejected'])
})

forEachEngine(
  'a state that is none does not count: two events for a key, no state at all, no creation, or one that was rejected',
  async (t, database) => {
    const room = makeRoom('11', 'states')
    room.join(bob)
    const before = room.last()
    const server = openWithPeers(database)
    const { receive, held, gaps, stateBefore } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const [topic, other] = [
      room.make(ada, 'm.room.topic', { topic: 'a' }, { stateKey: '' }),
      room.make(ada, 'm.room.topic', { topic: 'b' }, { stateKey: '' }),
    ]
    const message = room.make(ada, 'm.room.message', body('no state'), { after: [before] })
    const whole = stateAt(room, before)
    const sent = room.make(bob, 'm.room.message', body('sent'), {
      after: [nowhere],
      auth: whole.filter((event) => ['m.room.create', 'm.room.power_levels'].includes(event.pdu.type) || event.pdu.state_key === bob),
    })
    const unsound: Lies[] = [
      stating(...whole, topic, other),
      stating(...whole, message),
      stating(...stateAt(room, before, 'm.room.create')),
      stating(),
      () => ({ missingEvents: async () => [], stateIds: async () => ['$\u0000', 7 as unknown as EventId] }),
      refusing,
    ]
    const lent = (lies: Lies) =>
      createFakePeer({ ...room, events: [...room.events, topic, other, message] }, (honest) => ({ ...honest, ...lies(honest) }))
    for (const lies of unsound) t.deepEqual(await receive(lent(lies), sent), ['dropped'])
    t.is(await held(sent), undefined)
    t.deepEqual(await gaps(), [])
    // Rejected by what it cites: it is no entry of any state.
    const usurped = room.make(bob, 'm.room.power_levels', { users: { [bob]: 100 } }, { stateKey: '', after: [before] })
    const lying = createFakePeer(
      { ...room, events: [...room.events, usurped] },
      stating(...stateAt(room, before, 'm.room.power_levels'), usurped),
    )
    await receive(lying, sent)
    const told = await stateBefore(sent)
    t.false([...(told ?? [])].some(([, eventId]) => eventId === usurped.eventId))
  },
)

forEachEngine('a state that lacks entries makes nothing of the room otherwise than it is', async (t, database) => {
  const room = makeRoom('10', 'lacking')
  room.join(bob)
  room.add(ada, 'm.room.topic', { topic: 'ours' }, { stateKey: '' })
  const before = room.last()
  const server = openWithPeers(database)
  const { receive, current } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const stateThen = await current()
  const cited = stateAt(room, before).filter(
    ({ pdu }) => ['m.room.create', 'm.room.power_levels'].includes(pdu.type) || pdu.state_key === bob,
  )
  for (const without of ['m.room.topic', 'm.room.join_rules', 'm.room.history_visibility']) {
    const sent = room.make(bob, 'm.room.message', body(without), { after: [nowhere], auth: cited })
    t.deepEqual(await receive(createFakePeer(room, stating(...stateAt(room, before, without))), sent), ['accepted'])
    t.deepEqual(await current(), stateThen)
  }
  const unseen = room.make(bob, 'm.room.message', body('without me'), { after: [nowhere], auth: cited })
  t.deepEqual(await receive(createFakePeer(room, stating(...stateAt(room, before, 'm.room.member'))), unseen), ['rejected'])
  t.deepEqual(await current(), stateThen)
})

forEachEngine('whoever was refused makes no gap of what is to come', async (t, database) => {
  const room = makeRoom('11', 'suppress')
  room.join(mal)
  const joined = room.last()
  room.add(ada, 'm.room.member', { membership: 'ban' }, { stateKey: mal })
  const server = openWithPeers(database)
  const { receive, ends, gaps, current } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const secret = room.make(ada, 'm.room.topic', { topic: 'to come' }, { stateKey: '' })
  const evasion = room.make(mal, 'm.room.message', body('not banned'), {
    after: [secret],
    auth: stateAt(room, joined).filter(({ pdu }) => ['m.room.create', 'm.room.power_levels'].includes(pdu.type) || pdu.state_key === mal),
  })
  t.deepEqual(await receive(createFakePeer(room, stating(...stateAt(room, joined))), evasion), ['soft-failed'])
  t.deepEqual(await gaps(), [])
  t.deepEqual(await receive(createFakePeer(room), secret), ['accepted'])
  t.deepEqual(await ends(), [secret.eventId])
  t.is((await current()).get('m.room.topic\n'), secret.eventId)
})

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
    const own = await server.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: body('ours') })
    t.is(citedIds(own.pdu.prev_events).length, 3)
    t.is(strictJson(own.json.match(/"depth":([0-9]+)/)![1]!, { integers: 'any' }), 2 ** 63)
    const again = openWithPeers(database)
    const next = await again.sendEvent({ roomId: room.roomId, sender: eve, type: 'm.room.message', content: body('after a restart') })
    t.deepEqual(next.pdu.prev_events, [own.eventId])
    t.is((await receiving(again, room).current()).size, (await current()).size)
  },
)

forEachEngine(
  'what cites a rejected event is rejected, what cites one that is nowhere is dropped, and others go on',
  async (t, database) => {
    const room = makeRoom('11', 'citing')
    room.join(bob)
    const server = openWithPeers(database)
    const { receive, held, ends } = receiving(server, room)
    await receive(createFakePeer(room), ...room.events)
    const [create, , levels] = room.events
    const usurped = room.make(bob, 'm.room.power_levels', { users: { [bob]: 100 } }, { stateKey: '' })
    const onIt = room.make(
      bob,
      'm.room.topic',
      { topic: 'mine' },
      { stateKey: '', after: [room.last()], auth: [create!, usurped, room.last()] },
    )
    const onNothing = room.make(bob, 'm.room.message', body('x'), { auth: [create!, levels!, nowhere] })
    const peer = createFakePeer({ ...room, events: [...room.events, usurped] })
    t.deepEqual(await receive(peer, onIt, onNothing), ['rejected', 'dropped'])
    t.like(await held(usurped), { status: 2, pos: undefined })
    t.is(await held(onNothing), undefined)
    const after = room.say(bob, 'after', { after: [room.last()] })
    t.deepEqual(await receive(peer, after), ['accepted'])
    t.deepEqual(await ends(), [after.eventId])
  },
)
