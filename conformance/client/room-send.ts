import { sendMessage } from '../../spec/client/room-send.ts'
import { sync } from '../../spec/client/sync.ts'
import { getEvent, getMessages } from '../../spec/client/timeline.ts'
import { check } from '../check.ts'
import { text } from '../deeds.ts'
import { differ, equal, holds, matches, present, sameMembers } from '../expect.ts'
import { anotherDevice } from '../interactive.ts'

const eventType = 'm.room.message'

export const roomSendChecks = [
  check(
    'room-send/arrives',
    { clause: sendMessage, about: [sendMessage, getEvent] },
    'What is sent is read by the others as it was sent.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const content = { ...text('Hällo 🏠'), 'org.example.more': { deep: [1, { x: null }, true, 'ü', -0.5e3 | 0] } }
      const eventId = await alice.send(roomId, eventType, content)
      const event = await bob.ok(getEvent, { roomId, eventId })
      matches(event, { event_id: eventId, room_id: roomId, sender: alice.userId, type: eventType, content }, 'The event')
      holds(!('state_key' in event), 'no state key')
      holds(Math.abs(Date.now() - event.origin_server_ts) < 3_600_000, `a time near now, not ${event.origin_server_ts}`)
    },
  ),
  check(
    'room-send/any-type',
    { clause: sendMessage, about: [sendMessage, getEvent] },
    'Events of any type can be sent.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.send(roomId, 'org.example.a/b c', { any: 'thing' })
      equal((await alice.ok(getEvent, { roomId, eventId })).type, 'org.example.a/b c', 'The type')
    },
  ),
  check(
    'room-send/same-txn-id-same-event',
    { clause: 'client-server-api/#transaction-identifiers', about: [sendMessage, getMessages] },
    'A repeated transaction ID answers with the event of the first request, and sends nothing.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const call = { roomId, eventType, txnId: 'one', body: text('once') }
      const first = await alice.ok(sendMessage, call)
      const second = await alice.ok(sendMessage, { ...call, body: text('twice') })
      equal(second.event_id, first.event_id, 'The event ID of the repeat')
      const sent = (await alice.messages(roomId)).filter(({ type }) => type === eventType)
      equal(
        sent.map(({ content }) => content['body']),
        ['once'],
        'The messages in the room',
      )
    },
  ),
  check(
    'room-send/same-txn-id-at-once',
    { clause: 'client-server-api/#transaction-identifiers', about: [sendMessage, getMessages] },
    'Several requests at once with one transaction ID make one event.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const call = { roomId, eventType, txnId: 'one', body: text('once') }
      const answers = await Promise.all(Array.from({ length: 10 }, () => alice.ok(sendMessage, call)))
      equal(new Set(answers.map((answer) => answer.event_id)).size, 1, 'The number of event IDs')
      equal((await alice.messages(roomId)).filter(({ type }) => type === eventType).length, 1, 'The number of messages')
    },
  ),
  check(
    'room-send/same-txn-id-in-two-rooms',
    { clause: 'client-server-api/#transaction-identifiers', about: [sendMessage, getMessages] },
    'The same transaction ID in two rooms makes two events.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const [one, other] = [await alice.createRoom(), await alice.createRoom()]
      const first = await alice.ok(sendMessage, { roomId: one, eventType, txnId: 'one', body: text('here') })
      const second = await alice.ok(sendMessage, { roomId: other, eventType, txnId: 'one', body: text('there') })
      differ(first.event_id, second.event_id, 'The event IDs')
      equal((await alice.messages(other, 1))[0]?.content['body'], 'there', 'The message in the other room')
    },
  ),
  check(
    'room-send/same-txn-id-on-two-devices',
    { clause: 'client-server-api/#transaction-identifiers', about: [sendMessage, getMessages], needs: ['passwords'] },
    'The same transaction ID on two devices makes two events.',
    async ({ room, nobody }) => {
      const [roomId, alice] = await room('alice')
      const phone = await anotherDevice(alice, { nobody })
      const call = { roomId, eventType, txnId: 'one' }
      const one = await alice.ok(sendMessage, { ...call, body: text('from the laptop') })
      const other = await phone.ok(sendMessage, { ...call, body: text('from the phone') })
      differ(one.event_id, other.event_id, 'The event IDs')
      equal((await alice.messages(roomId)).filter(({ type }) => type === eventType).length, 2, 'The number of messages')
    },
  ),
  check(
    'room-send/same-txn-id-of-two-users',
    { clause: 'client-server-api/#transaction-identifiers', about: [sendMessage] },
    'The same transaction ID of two users makes two events.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const ids = [alice, bob].map(
        async (person) => (await person.ok(sendMessage, { roomId, eventType, txnId: 'one', body: text(person.name) })).event_id,
      )
      const [one, other] = await Promise.all(ids)
      differ(one, other, 'The event IDs')
      for (const [eventId, name] of [
        [one, 'alice'],
        [other, 'bob'],
      ] as const) {
        equal((await alice.ok(getEvent, { roomId, eventId: present(eventId, 'an event ID') })).content['body'], name, 'The message')
      }
    },
  ),
  check(
    'room-send/txn-id-in-own-sync',
    { clause: 'client-server-api/#mapping-transaction-ids-to-events', about: [sync], level: 'should' },
    'The device that sent an event sees its transaction ID in the sync; nobody else does.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [own, other] = [await alice.startSyncing(), await bob.startSyncing()]
      const { event_id: id } = await alice.ok(sendMessage, { roomId, eventType, txnId: 'mine', body: text('hello') })
      const mine = await own.untilEvent(roomId, 'the message', (event) => event.event_id === id)
      equal(mine.unsigned?.transaction_id, 'mine', 'The transaction ID for the sender')
      const theirs = await other.untilEvent(roomId, 'the message', (event) => event.event_id === id)
      equal(theirs.unsigned?.transaction_id, undefined, 'The transaction ID for the other')
    },
  ),
  check(
    'room-send/by-an-outsider',
    { clause: sendMessage },
    'Who is no member sends nothing: 403 M_FORBIDDEN.',
    async ({ room, people }) => {
      const [roomId] = await room('alice')
      const [mallory] = await people('mallory')
      await mallory.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('let me in') }, 403, 'M_FORBIDDEN')
    },
  ),
  check('room-send/after-leaving', { clause: sendMessage }, 'Who has left sends nothing.', async ({ room }) => {
    const [roomId, , bob] = await room('alice', 'bob')
    await bob.leave(roomId)
    await bob.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('one more thing') }, 403, 'M_FORBIDDEN')
  }),
  check('room-send/while-invited', { clause: sendMessage }, 'Who is invited and has not joined sends nothing.', async ({ people }) => {
    const [alice, bob] = await people('alice', 'bob')
    const roomId = await alice.createRoom({ invite: [bob.userId] })
    await bob.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('hello') }, 403, 'M_FORBIDDEN')
  }),
  check(
    'room-send/into-no-room',
    { clause: sendMessage },
    'Into a room that does not exist nothing is sent.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(sendMessage, {
        roomId: `!${unique('no')}:${serverName}`,
        eventType,
        txnId: 'x',
        body: text('echo'),
      })
      holds(status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
  check(
    'room-send/below-the-level',
    { clause: sendMessage },
    'Who has less power than talking needs does not talk; who has it does.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.setLevels(roomId, { events_default: 50 })
      await bob.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('hello') }, 403, 'M_FORBIDDEN')
      const eventId = await alice.say(roomId, 'order')
      equal((await bob.messages(roomId, 1))[0]?.event_id, eventId, 'The newest event')
    },
  ),
  check(
    'room-send/level-of-one-type',
    { clause: sendMessage, about: [sendMessage] },
    'A type with a level of its own needs that one, above or below the default.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.setLevels(roomId, { events_default: 50, events: { 'm.reaction': 0 } })
      const target = await alice.say(roomId, 'an announcement')
      await bob.send(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: '👍' } })
      await bob.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('hello') }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'room-send/too-large',
    { clause: 'client-server-api/#size-limits', about: [sendMessage] },
    'An event of more than 65,536 bytes is refused with 413 M_TOO_LARGE.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(sendMessage, { roomId, eventType, txnId: 'x', body: text('x'.repeat(66_000)) }, 413, 'M_TOO_LARGE')
    },
  ),
  check(
    'room-send/nearly-too-large',
    { clause: 'client-server-api/#size-limits', about: [sendMessage, getEvent] },
    'An event of 60,000 bytes is taken.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'x'.repeat(60_000))
      equal(String((await bob.ok(getEvent, { roomId, eventId })).content['body']).length, 60_000, 'The length of the body')
    },
  ),
  check(
    'room-send/type-too-long',
    { clause: 'client-server-api/#size-limits', about: [sendMessage] },
    'A type of more than 255 bytes is refused.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const { status } = await alice.call(sendMessage, { roomId, eventType: 'x'.repeat(256), txnId: 'x', body: {} })
      holds(status === 400 || status === 413, `a refusal, not ${status}`)
    },
  ),
  check(
    'room-send/fractions',
    { clause: 'appendices/#canonical-json', about: [sendMessage] },
    'A content with a number that canonical JSON cannot hold is refused with 400 M_BAD_JSON.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(sendMessage, { roomId, eventType, txnId: 'x', body: { ...text('half'), share: 0.5 } }, 400, 'M_BAD_JSON')
    },
  ),
  check(
    'room-send/numbers-out-of-range',
    { clause: 'appendices/#canonical-json', about: [sendMessage] },
    'A content with an integer beyond 2^53 is refused with 400 M_BAD_JSON.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/${eventType}/x`
      const { status, body } = await alice.raw({ method: 'PUT', path, body: '{"msgtype":"m.text","body":"big","n":9007199254740993}' })
      equal([status, (body as { errcode?: string }).errcode], [400, 'M_BAD_JSON'], 'Status and errcode')
    },
  ),
  ...['1', '2', '3', '4', '5'].map((version) =>
    check(
      `room-send/fractions-in-v${version}`,
      { clause: `rooms/v${version}/#canonical-json`, about: [getEvent], roomVersions: [version] },
      `In version ${version} a content may hold a fraction.`,
      async ({ people }) => {
        const [alice] = await people('alice')
        const roomId = await alice.createRoom({ room_version: version })
        const eventId = await alice.send(roomId, eventType, { ...text('half'), share: 0.5, parts: [51.25] })
        equal((await alice.ok(getEvent, { roomId, eventId })).content, { ...text('half'), share: 0.5, parts: [51.25] }, 'The content')
      },
    ),
  ),
  check(
    'room-send/order',
    { clause: 'client-server-api/#syncing', about: [getMessages] },
    'What one user sends, one after the other, stands in that order.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const said = ['one', 'two', 'three', 'four', 'five', 'six']
      for (const body of said) await alice.say(roomId, body)
      const seen = (await bob.messages(roomId, said.length)).map(({ content }) => content['body'])
      equal(seen.reverse(), said, 'The messages')
    },
  ),
  check(
    'room-send/all-at-once',
    { clause: sendMessage, about: [sendMessage, getMessages] },
    'Of many messages sent at once each is there, once.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const said = Array.from({ length: 20 }, (_, index) => `message ${index}`)
      await Promise.all(said.map((body, index) => (index % 2 === 0 ? alice : bob).say(roomId, body)))
      sameMembers(
        (await alice.messages(roomId, 20)).map(({ content }) => String(content['body'])),
        said,
        'The messages',
      )
    },
  ),
]
