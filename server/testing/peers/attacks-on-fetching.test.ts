import type { EventId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer, failing, keyOfGraphs, type Lies, onWire } from '../fake-peer.ts'
import { ada, bob, makeRoom, mal, type MadeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'
import { fetchBounds } from '../../rooms/receive/fetch-missing.ts'

type Give = (event: Event) => unknown

/** A room of which the server has the beginning, a victim that it has not, and what makes it ask for the victim. */
interface Path {
  readonly name: string
  /** Adds the victim and what leads to it. */
  readonly lead: (room: MadeRoom) => { victim: Event; sent: Event }
  /** What the peer gives of the victim where it is asked. */
  readonly lies: (victim: Event, give: Give) => Lies
  /** The gap is asked for, too. */
  readonly isPast?: true
}

const inEvent =
  (victim: Event, give: Give): Lies =>
  (honest) => ({
    missingEvents: async () => [],
    event: async (eventId) => (eventId === victim.eventId ? give(victim) : honest.event(eventId)),
  })
const sayTwice = (room: MadeRoom) => ({ victim: room.say(mal, 'victim'), sent: room.say(ada, 'sent') })

const paths: readonly Path[] = [
  { name: 'transaction', lead: (room) => ({ victim: room.say(mal, 'victim'), sent: room.last() }), lies: () => () => ({}) },
  {
    name: 'event, for what is cited',
    lead: (room) => {
      const here = [room.last()]
      const victim = room.join(mal)
      return { victim, sent: room.say(mal, 'sent', { after: here, auth: [...room.events.slice(0, 1), room.events[2]!, victim] }) }
    },
    lies: inEvent,
  },
  {
    name: 'missing events',
    lead: sayTwice,
    lies: (victim, give) => () => ({ missingEvents: async () => [give(victim)], stateIds: async () => undefined }),
  },
  {
    name: 'state',
    lead: (room) => {
      const victim = room.join(mal)
      room.say(ada, 'missing')
      return { victim, sent: room.say(ada, 'sent') }
    },
    lies: inEvent,
  },
  {
    name: 'backfill',
    lead: sayTwice,
    lies: (victim, give) => () => ({ missingEvents: async () => [], backfill: async () => [give(victim)] }),
    isPast: true,
  },
]

const expiredKeys: KeyOf = (serverName, keyId) => {
  const known = keyOfGraphs(serverName, keyId)
  return known && serverName === 'evil.example' ? { key: known.key, expiredTs: 1_600_000_000_000 } : known
}
const wrong = (text: string): string => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`)

/** What is wrong with the victim, as the peer gives it. */
const faults: readonly { name: string; of: (event: Event) => JsonObject; keyOf?: KeyOf; isSound?: true }[] = [
  { name: 'nothing', of: ({ pdu }) => pdu, isSound: true },
  { name: 'what no hash covers', of: ({ pdu }) => ({ ...pdu, content: { ...pdu.content, forged: true } }), isSound: true },
  { name: 'no signature', of: ({ pdu }) => ({ ...pdu, signatures: {} }) },
  { name: "another server's signature", of: ({ pdu }) => ({ ...pdu, signatures: { 'one.example': pdu.signatures['evil.example'] } }) },
  {
    name: 'a wrong signature',
    of: ({ pdu }) => ({ ...pdu, signatures: { 'evil.example': { 'ed25519:1': wrong(pdu.signatures['evil.example']!['ed25519:1']!) } } }),
  },
  { name: 'an expired key', of: ({ pdu }) => pdu, keyOf: expiredKeys },
  { name: 'another event in its place', of: () => ({}) },
  { name: 'a number for an event', of: () => 7 as unknown as JsonObject },
]

for (const path of paths)
  forEachEngine(`by ${path.name} nothing comes in that its server has not signed`, async (t, database) => {
    for (const [i, fault] of faults.entries()) {
      const room = makeRoom('11', `${path.name.replaceAll(/\W/g, '')}-${i}`)
      if (path.lead === sayTwice || path.name === 'transaction') room.join(mal)
      room.join(bob)
      const server = openWithPeers(database, fault.keyOf && { keyOf: (...asked) => keyOf(...asked) })
      let keyOf = keyOfGraphs
      const { receive, receivePdus, held, current } = receiving(server, room)
      await receive(createFakePeer(room), ...room.events)
      const stateThen = await current()
      const { victim, sent } = path.lead(room)
      keyOf = fault.keyOf ?? keyOfGraphs
      const other = room.make(ada, 'm.room.message', { body: 'other' })
      const give: Give = (event) => (fault.name === 'another event in its place' ? onWire(other.pdu) : faulty(fault.of(event)))
      const peer = createFakePeer(room, path.lies(victim, give))
      if (path.name === 'transaction') await receivePdus(peer, give(victim))
      else await receive(peer, sent)
      if (path.isPast) await server.backfill(peer, room.roomId)
      t.is((await held(victim)) !== undefined, fault.isSound === true, `${path.name}: ${fault.name}`)
      t.not((await held(victim))?.json.includes('forged'), true)
      if (!fault.isSound) {
        // What comes instead of what was asked for is not even held for others.
        if (path.lies === inEvent) t.is(await held(other), undefined, `${path.name}: ${fault.name}: another`)
        const isSent = (await held(sent)) !== undefined
        t.is(isSent, path.isPast === true, `${path.name}: ${fault.name}: what leads to it`)
        t.deepEqual(await current(), stateThen)
      }
    }
  })

const faulty = (pdu: JsonObject): unknown => (typeof pdu === 'number' ? pdu : onWire(pdu))

forEachEngine('events of another room come in by no list', async (t, database) => {
  const server = openWithPeers(database)
  const elsewhere = makeRoom('11', 'elsewhere')
  elsewhere.join(bob)
  const theirs = elsewhere.add(ada, 'm.room.topic', { topic: 'theirs' }, { stateKey: '' })
  const spoken = elsewhere.say(bob, 'over there')
  const power = elsewhere.add(ada, 'm.room.power_levels', { users: { [ada]: 100, [bob]: 100 } }, { stateKey: '' })
  await receiving(server, elsewhere).receive(createFakePeer(elsewhere), ...elsewhere.events.slice(0, -2))
  const room = makeRoom('11', 'here')
  room.join(bob)
  const { receive, receivePdus, current, gaps, open } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const stateThen = await current()
  t.like((await receivePdus(createFakePeer(room), onWire(spoken.pdu)))[0], {
    outcome: 'dropped',
    reason: 'The event belongs to another room.',
  })
  const missing = room.say(ada, 'missing')
  const sent = room.say(ada, 'sent')
  for (const lies of [
    { missingEvents: async () => [onWire(spoken.pdu)], stateIds: async () => undefined },
    { missingEvents: async () => [], stateIds: async () => [power.eventId], event: async () => onWire(power.pdu) },
    {
      missingEvents: async () => [],
      // Held here, though in its own room.
      stateIds: async () => [...stateThen.values(), theirs.eventId],
    },
  ] satisfies ReturnType<Lies>[])
    t.deepEqual(
      await receive(
        createFakePeer(room, () => lies),
        sent,
      ),
      ['dropped'],
    )
  t.deepEqual(await current(), stateThen)
  t.is(await server.events.byId(spoken.eventId), undefined)
  t.is(await server.events.byId(power.eventId), undefined)
  // What it follows is no part of this room: the state there does not count.
  const after = room.make(
    ada,
    'm.room.message',
    { body: 'after' },
    { after: [theirs], auth: [room.events[0]!, room.events[1]!, room.events[2]!] },
  )
  t.deepEqual(
    await receive(
      createFakePeer(room, () => ({ missingEvents: async () => [], stateIds: async () => undefined })),
      after,
    ),
    ['dropped'],
  )
  const bridge = room.make(
    bob,
    'm.room.message',
    { body: 'bridge' },
    { after: [spoken], auth: [room.events[0]!, room.events[2]!, room.events[5]!] },
  )
  const bridging = createFakePeer(room, (honest) => ({
    missingEvents: async () => [onWire(spoken.pdu)],
    stateIds: (roomId) => honest.stateIds(roomId, sent.eventId),
  }))
  t.deepEqual(await receive(bridging, bridge), ['accepted'])
  t.is(await server.events.byId(spoken.eventId), undefined)
  await receive(
    createFakePeer(room, () => ({ missingEvents: async () => [] })),
    sent,
  )
  t.deepEqual((await gaps()).toSorted(), [missing.eventId, spoken.eventId].toSorted())
  await server.backfill(
    createFakePeer(room, (honest) => ({
      backfill: async () => [onWire(spoken.pdu)],
      stateIds: (roomId) => honest.stateIds(roomId, sent.eventId),
    })),
    room.roomId,
  )
  t.is(await server.events.byId(spoken.eventId), undefined)
  t.is((await open()).next.extremities.length, 3)
})

forEachEngine('backfill takes what lies before the gaps alone: nothing new comes in as if it were old', async (t, database) => {
  const server = openWithPeers(database)
  const room = makeRoom('11', 'unrelated')
  room.join(mal)
  const before = room.last()
  const { receive, gaps, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  room.add(ada, 'm.room.member', { membership: 'ban' }, { stateKey: mal })
  await receive(createFakePeer(room), room.last())
  room.say(ada, 'missing')
  const sent = room.say(ada, 'sent')
  await receive(
    createFakePeer(room, () => ({ missingEvents: async () => [] })),
    sent,
  )
  t.is((await gaps()).length, 1)
  const evasion = room.make(mal, 'm.room.message', { body: 'not banned then' }, { after: [before] })
  const peer = createFakePeer(room, (honest) => ({
    backfill: async (...asked) => [...(await honest.backfill(...asked)), onWire(evasion.pdu)],
  }))
  t.true((await server.backfill(peer, room.roomId)).isWhole)
  t.is(await held(evasion), undefined)
  t.deepEqual(await receive(peer, evasion), ['soft-failed'])
})

forEachEngine('chains of what is cited end where the bounds are, by number and by length', async (t, database) => {
  const bounds = { ...fetchBounds, cited: 60, citedLength: 500_000 }
  const server = openWithPeers(database, { fetchBounds: bounds })
  const room = makeRoom('11', 'chains')
  const { receive, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const chain = (length: number, filling: number): { events: Event[]; sent: Event } => {
    const start = room.events.slice(0, 4)
    const events: Event[] = []
    for (let i = 0; i < length; i++)
      events.push(
        room.make(
          mal,
          'm.room.member',
          { membership: 'join', n: i, filling: 'x'.repeat(filling) },
          {
            stateKey: mal,
            after: [room.last()],
            auth: [start[0]!, start[2]!, start[3]!, ...events.slice(-1)],
          },
        ),
      )
    return { events, sent: room.make(mal, 'm.room.message', { length, filling }, { auth: [start[0]!, start[2]!, events.at(-1)!] }) }
  }
  const short = chain(50, 0)
  const long = chain(100, 0)
  const fat = chain(50, 20_000)
  const peerOf = ({ events }: { events: Event[] }) => createFakePeer(room, () => ({ event: async (id) => onWirePdu(events, id) }))
  const [ofShort, ofLong, ofFat] = [peerOf(short), peerOf(long), peerOf(fat)]
  t.deepEqual(await receive(ofShort, short.sent), ['rejected'])
  t.is(ofShort.asked.event, 50)
  t.deepEqual(await receive(ofLong, long.sent), ['dropped'])
  t.is(ofLong.asked.event, 60)
  t.deepEqual(await receive(ofFat, fat.sent), ['dropped'])
  t.true(ofFat.asked.event < 30)
  for (const event of [...long.events, ...fat.events]) t.is(await held(event), undefined)
})

const onWirePdu = (events: readonly Event[], eventId: EventId): unknown => {
  const found = events.find((event) => event.eventId === eventId)
  return found && onWire(found.pdu)
}

forEachEngine('an endless past is asked for in bounds, and a peer that fails harms nobody', async (t, database) => {
  const bounds = { ...fetchBounds, between: 5, betweenRounds: 3 }
  const server = openWithPeers(database, { fetchBounds: bounds })
  const room = makeRoom('11', 'endless')
  room.join(bob)
  const { receive, gaps, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const missed = Array.from({ length: 40 }, (_, i) => room.say(bob, `${i}`))
  const sent = room.say(bob, 'sent')
  const beside = room.say(ada, 'beside', { after: [room.events[6 - 1]!] })
  t.deepEqual(await receive(createFakePeer(room, failing), sent, beside), ['dropped', 'accepted'])
  const peer = createFakePeer(room)
  t.deepEqual(await receive(peer, sent), ['accepted'])
  t.deepEqual({ ...peer.asked, event: 0 }, { event: 0, missingEvents: 3, stateIds: 1, backfill: 0 })
  // What it got of the past stands before it, from where the state is told of on.
  t.deepEqual(await gaps(), [missed[24]!.eventId])
  for (const event of missed.slice(25)) t.true((await held(event))!.pos! < (await held(sent))!.pos!)
})
