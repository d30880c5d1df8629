import { redactEvent } from '../../spec/client/room-send.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { sync } from '../../spec/client/sync.ts'
import { getEvent, getMessages } from '../../spec/client/timeline.ts'
import { check } from '../check.ts'
import { equal, holds, matches, present } from '../expect.ts'

const why = { reason: 'Said too much' }

export const redactionChecks = [
  check(
    'redact/empties-the-event',
    { clause: redactEvent, about: [redactEvent, getEvent] },
    'A redacted message keeps its sender and place, and loses what it said.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'secret')
      await alice.redact(roomId, eventId)
      const event = await bob.ok(getEvent, { roomId, eventId })
      matches(event, { event_id: eventId, sender: alice.userId, type: 'm.room.message' }, 'The event')
      equal(event.content, {}, 'The content')
    },
  ),
  check(
    'redact/tells-why',
    { clause: 'client-server-api/#server-behaviour-1', about: [getEvent] },
    'A redacted event carries the redaction in its unsigned part.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'secret')
      const redaction = await alice.redact(roomId, eventId, why.reason)
      const because = present((await alice.ok(getEvent, { roomId, eventId })).unsigned?.redacted_because, 'redacted_because')
      matches(because, { event_id: redaction, type: 'm.room.redaction', content: why }, 'redacted_because')
    },
  ),
  check(
    'redact/says-what',
    { clause: 'client-server-api/#mroomredaction', about: [getEvent] },
    'A redaction says what it redacts in its content, and for older clients beside it.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'secret')
      const redaction = await alice.ok(getEvent, { roomId, eventId: await alice.redact(roomId, eventId) })
      equal([redaction.type, redaction.content['redacts'], redaction.redacts], ['m.room.redaction', eventId, eventId], 'Type and target')
    },
  ),
  check(
    'redact/everywhere',
    { clause: redactEvent, about: [getMessages] },
    'The history has the event without its content.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'secret')
      await alice.redact(roomId, eventId)
      equal((await bob.messages(roomId)).find((event) => event.event_id === eventId)?.content, {}, 'The content in the history')
    },
  ),
  check(
    'redact/by-sync',
    { clause: redactEvent, about: [sync] },
    'The redaction comes by sync; an initial sync gives the event without its content.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'secret')
      const syncing = await bob.startSyncing()
      const redaction = await alice.redact(roomId, eventId)
      await syncing.untilEvent(roomId, 'the redaction', (event) => event.event_id === redaction)
      const { timeline } = await alice.startSyncing()
      equal(timeline(roomId).find((event) => event.event_id === eventId)?.content, {}, 'The content')
    },
  ),
  check('redact/of-others', { clause: redactEvent }, 'Who has not the level for it does not redact what others said.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const eventId = await alice.say(roomId, 'mine')
    await bob.refused(redactEvent, { roomId, eventId, txnId: 'x', body: {} }, 403, 'M_FORBIDDEN')
    equal((await bob.ok(getEvent, { roomId, eventId })).content['body'], 'mine', 'The message')
  }),
  check(
    'redact/by-a-moderator',
    { clause: redactEvent, about: [redactEvent, getEvent] },
    'Who has the level for it redacts what others said.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await bob.say(roomId, 'rude')
      await alice.redact(roomId, eventId)
      equal((await bob.ok(getEvent, { roomId, eventId })).content, {}, 'The content')
    },
  ),
  check(
    'redact/own-without-any-level',
    { clause: redactEvent, about: [redactEvent, getEvent] },
    'Anyone redacts what they said themselves.',
    async ({ room }) => {
      const [roomId, , bob] = await room('alice', 'bob')
      const eventId = await bob.say(roomId, 'oops')
      await bob.redact(roomId, eventId)
      equal((await bob.ok(getEvent, { roomId, eventId })).content, {}, 'The content')
    },
  ),
  check(
    'redact/same-txn-id',
    { clause: 'client-server-api/#transaction-identifiers', about: [redactEvent, getMessages] },
    'A repeated redaction with the same transaction ID is one event.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const call = { roomId, eventId: await alice.say(roomId, 'secret'), txnId: 'one', body: why }
      const [first, second] = [await alice.ok(redactEvent, call), await alice.ok(redactEvent, call)]
      equal(second.event_id, first.event_id, 'The event ID')
      equal((await alice.messages(roomId)).filter(({ type }) => type === 'm.room.redaction').length, 1, 'The number of redactions')
    },
  ),
  check('redact/by-an-outsider', { clause: redactEvent }, 'Who is no member redacts nothing.', async ({ room, people }) => {
    const [roomId, alice] = await room('alice')
    const [mallory] = await people('mallory')
    const eventId = await alice.say(roomId, 'mine')
    await mallory.refused(redactEvent, { roomId, eventId, txnId: 'x', body: {} }, 403, 'M_FORBIDDEN')
  }),
  check(
    'redact/member-events-keep-their-membership',
    { clause: 'rooms/v11/#redactions', about: [redactEvent, getStateEvent] },
    'A redacted member event keeps the membership, and loses the name.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.setState(roomId, 'm.room.member', { membership: 'join', displayname: 'Silly' }, alice.userId)
      await alice.redact(roomId, eventId)
      equal(await alice.stateContent(roomId, 'm.room.member', alice.userId), { membership: 'join' }, 'The content')
    },
  ),
  check(
    'redact/in-another-room',
    { clause: redactEvent, level: 'should' },
    'An event of another room is not redacted from here.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [one, other] = [await alice.createRoom(), await alice.createRoom()]
      const eventId = await alice.say(one, 'elsewhere')
      const { status } = await alice.call(redactEvent, { roomId: other, eventId, txnId: 'x', body: {} })
      holds(status === 200 || status === 400 || status === 403 || status === 404, `success without effect, or a refusal, not ${status}`)
      equal((await alice.ok(getEvent, { roomId: one, eventId })).content['body'], 'elsewhere', 'The message')
    },
  ),
]
