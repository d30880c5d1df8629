import type { EventId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject, Pdu } from '../../protocol/event.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer, type Lies, refusing } from '../fake-peer.ts'
import { ada, bob, makeRoom, mal, type MadeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

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

forEachEngine('who is banned does not come back by a gap that somebody else has left for them', async (t, database) => {
  const room = makeRoom('11', 'bridge')
  for (const userId of [bob, mal]) room.join(userId)
  const joined = room.last()
  const ban = room.add(ada, 'm.room.member', { membership: 'ban' }, { stateKey: mal })
  const server = openWithPeers(database)
  const { receive, gaps, held, ends } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const citedBy = (userId: string) =>
    stateAt(room, joined).filter(({ pdu }) => ['m.room.create', 'm.room.power_levels'].includes(pdu.type) || pdu.state_key === userId)
  const evasion = room.make(mal, 'm.room.message', body('not banned then'), { after: [joined], auth: citedBy(mal) })
  const bridge = room.make(bob, 'm.room.message', body('beside'), { after: [evasion, ban], auth: citedBy(bob) })
  const peer = createFakePeer(room, stating(...stateAt(room, ban)))
  t.deepEqual(await receive(peer, bridge), ['accepted'])
  t.deepEqual(await gaps(), [evasion.eventId])
  t.deepEqual(await receive(peer, evasion), ['soft-failed'])
  t.is((await held(evasion))!.pos, undefined)
  t.deepEqual(await ends(), [bridge.eventId])
})

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
