import type { EventId, UserId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject, Pdu } from '../../protocol/event.ts'
import { sealEvent } from '../../protocol/seal-event.ts'
import { strictJson } from '../../protocol/strict-json.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { createFakePeer, refusing } from '../fake-peer.ts'
import { signingKeyOf } from '../room-graphs/sealing.ts'
import { ada, bob, eve, makeRoom, mal, type MadeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

const mad: UserId = '@mad:evil.example'
const asking = { userId: eve, deviceNid: undefined }

const redact = (room: MadeRoom, sender: UserId, { eventId }: Event, content: JsonObject = {}): Event =>
  room.version.redactsInContent
    ? room.add(sender, 'm.room.redaction', { ...content, redacts: eventId })
    : room.add(sender, 'm.room.redaction', content, { redacts: eventId })

forEachEngine('a redaction takes effect by the power that its sender has there, and in its own room alone', async (t, database) => {
  for (const version of ['3', '10', '11']) {
    const [room, beside] = [makeRoom(version, `redacting-${version}`), makeRoom(version, `beside-${version}`)]
    for (const userId of [bob, mal, mad, eve]) room.join(userId)
    beside.join(mal)
    const root = room.say(bob, 'spared')
    const theirs = room.say(mad, 'theirs')
    const server = openWithPeers(database)
    const { receive, held, open } = receiving(server, room)
    const peer = createFakePeer(room, refusing)
    await receive(createFakePeer(room), ...room.events)
    const elsewhere = receiving(server, beside)
    await elsewhere.receive(createFakePeer(beside), ...beside.events)

    // Who has no power; what takes no effect is shown to nobody, nor counted.
    const byMal = redact(room, mal, root, { 'm.relates_to': { rel_type: 'm.thread', event_id: root.eventId } })
    t.deepEqual(await receive(peer, byMal), ['accepted'])
    t.like(await held(byMal), { status: eventStatus.withheld, met: undefined })
    t.is((await held(root))!.redactedBy, undefined)
    for (const one of [server, openWithPeers(database)]) {
      await t.throwsAsync(one.timeline.event(asking, room.roomId, byMal.eventId), { message: /no such event/ })
      t.false((await one.timeline.event(asking, room.roomId, root.eventId)).includes('m.thread'))
      t.is((await one.threadsPage(asking, room.roomId, { limit: 10, participated: false })).chunk.length, 0)
    }

    // Who shares a server with the author, though in another room: of what is held, and of what is to come.
    const coming = room.say(mad, 'to come')
    for (const target of [theirs, coming]) {
      const aside = redact(beside, mal, target)
      t.deepEqual(await elsewhere.receive(createFakePeer(beside, refusing), aside), ['accepted'])
      t.like(await held(aside), { status: eventStatus.withheld })
    }
    t.deepEqual(await receive(peer, coming), ['accepted'])
    for (const target of [theirs, coming]) t.like(await held(target), { redactedBy: undefined, pdu: { content: target.pdu.content } })

    // Who has it: from then on neither memory nor storage gives the text.
    t.deepEqual(await receive(peer, redact(room, ada, theirs)), ['accepted'])
    t.not((await held(theirs))!.redactedBy, undefined)
    t.false((await open()).recent.some(({ json }) => json.includes('theirs')))
  }
})

forEachEngine('what was redacted before it came is told to nobody', async (t, database) => {
  const room = makeRoom('11', 'foretold')
  for (const userId of [bob, mal, eve]) room.join(userId)
  const server = openWithPeers(database)
  const { receive, open, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const told: string[] = []
  server.streams.subscribe((entry) => {
    if (entry.kind === 'event') told.push(entry.event.json)
  })
  const before = room.last()
  const [secret, spared] = [room.make(bob, 'm.room.message', { body: 'secret' }), room.make(bob, 'm.room.message', { body: 'spared' })]
  const byAda = room.make(ada, 'm.room.redaction', { redacts: secret.eventId }, { after: [before] })
  const byMal = room.make(mal, 'm.room.redaction', { redacts: spared.eventId }, { after: [before] })
  t.deepEqual(await receive(createFakePeer(room, refusing), byAda, byMal, secret, spared), Array(4).fill('accepted'))
  t.true(told.some((json) => json.includes('"spared"')))
  t.is((await held(spared))!.redactedBy, undefined)
  t.like(await held(byMal), { status: eventStatus.withheld })
  t.not((await held(byMal))!.met, undefined)
  await t.throwsAsync(server.timeline.event(asking, room.roomId, byMal.eventId), { message: /no such event/ })
  const remembered = (await open()).recent.map(({ json }) => json)
  for (const json of [...told, ...remembered, (await held(secret))!.json]) t.false(json.includes('"secret"'))
})

forEachEngine('redactions that name themselves, or one another in a circle, can be read', async (t, database) => {
  const room = makeRoom('2', 'circle')
  const joined = room.join(mal)
  room.join(eve)
  const server = openWithPeers(database)
  const { receive, receivePdus, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const cites = [room.events[0]!, room.events[2]!, joined]
  const cite = ({ eventId, pdu }: Event) => [eventId, { sha256: pdu.hashes.sha256 }] as const
  // Before version 3 servers choose IDs, and may name what they have not made yet.
  const redaction = (name: string, target: string): Event => {
    const eventId: EventId = `$${name}:evil.example`
    const { json } = sealEvent(room.version, 'evil.example', signingKeyOf('evil.example'), {
      event_id: eventId,
      type: 'm.room.redaction',
      sender: mal,
      room_id: room.roomId,
      content: {},
      redacts: `$${target}:evil.example`,
      depth: 9,
      origin_server_ts: 1_700_000_100_000,
      auth_events: cites.map(cite),
      prev_events: [cite(room.last())],
    })
    return { eventId, roomId: room.roomId, pdu: strictJson(json, { integers: 'written' }) as Pdu }
  }
  const circle = [redaction('itself', 'itself'), redaction('one', 'other'), redaction('other', 'one')]
  // Held for what cites them, they are there before they come.
  const citing = room.make(mal, 'm.room.message', {}, { auth: [...cites, ...circle] })
  const peer = createFakePeer({ ...room, events: [...room.events, ...circle] })
  t.deepEqual(await receive(peer, citing), ['rejected'])
  t.deepEqual(
    (await receivePdus(peer, ...circle.map(({ pdu }) => pdu))).map(({ outcome }) => outcome),
    ['accepted', 'accepted', 'accepted'],
  )
  for (const one of circle) t.not((await held(one))!.redactedBy, undefined)
  for (const one of [server, openWithPeers(database)]) {
    const { chunk } = await one.timeline.page(asking, room.roomId, { backwards: true, limit: 100 })
    const shown = chunk.map((text) => JSON.parse(text))
    for (const { eventId } of circle) {
      const { unsigned } = shown.find(({ event_id }) => event_id === eventId)
      t.is(unsigned.redacted_because.type, 'm.room.redaction')
      t.is(unsigned.redacted_because.unsigned.redacted_because, undefined)
    }
  }
})
