import { sendReceipt } from '../../spec/client/ephemeral.ts'
import { slidingSync } from '../../spec/client/sliding-sync.ts'
import { unreadResponse, type UnreadResponse, type UnreadRoom } from '../../spec/extensions/unread.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { check, type Feature, type Stage } from '../check.ts'
import { breach } from '../contract.ts'
import { equal, holds, shown } from '../expect.ts'
import type { Person } from '../people.ts'
import { eventually } from '../sync-until.ts'

const needs: readonly Feature[] = ['chat.hallway', 'sliding-sync']
const terms = { clause: 'spec/extensions/README.md#unread-counts', about: [slidingSync], needs } as const
const body = { lists: {}, extensions: { 'chat.hallway.unread': { enabled: true } } }

const asked = async (person: Person, pos?: string): Promise<{ pos: string; rooms: UnreadResponse['rooms'] }> => {
  const answer = await person.ok(slidingSync, { body, timeout: 0, ...(pos === undefined ? {} : { pos }) })
  const unread = (answer.extensions as { 'chat.hallway.unread'?: unknown } | undefined)?.['chat.hallway.unread'] ?? { rooms: {} }
  const wrong = breach(unreadResponse, unread)
  holds(wrong === undefined, `unread counts of the contract, but ${wrong}: ${shown(unread)}`)
  return { pos: answer.pos, rooms: (unread as UnreadResponse).rooms }
}

/** Waits until a new connection tells these counts of a room; nothing unread may be left out. */
const untilUnread = async ({ patience }: Stage, person: Person, roomId: RoomId, wanted: Partial<UnreadRoom>, what: string) => {
  let seen: UnreadRoom | undefined
  await eventually(patience, what, async () => {
    seen = (await asked(person)).rooms[roomId]
    const counts = seen ?? { messages: 0, mentions: 0 }
    return (
      counts.messages === (wanted.messages ?? 0) &&
      counts.mentions === (wanted.mentions ?? 0) &&
      JSON.stringify(counts.threads ?? {}) === JSON.stringify(wanted.threads ?? {})
    )
  }).catch((error: Error) => {
    throw Object.assign(error, { message: `${error.message} Seen: ${shown(seen)}.` })
  })
}

const read = (person: Person, roomId: RoomId, eventId: EventId, receiptType: 'm.read' | 'm.read.private' = 'm.read', more: object = {}) =>
  person.ok(sendReceipt, { roomId, receiptType, eventId, body: more })

export const unreadChecks = [
  check('unread/messages', terms, 'Messages of others count until they are read.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    await alice.say(roomId, 'one')
    const last = await alice.say(roomId, 'two')
    await untilUnread(stage, bob, roomId, { messages: 2 }, 'two unread messages')
    await read(bob, roomId, last)
    await untilUnread(stage, bob, roomId, {}, 'none after the receipt')
  }),
  check('unread/up-to-the-receipt', terms, 'A receipt in between leaves what came after it.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    await alice.say(roomId, 'one')
    const middle = await alice.say(roomId, 'two')
    await alice.say(roomId, 'three')
    await read(bob, roomId, middle)
    await untilUnread(stage, bob, roomId, { messages: 1 }, 'one unread message')
  }),
  check('unread/private-receipts-count-too', terms, 'A private receipt clears the count.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    const last = await alice.say(roomId, 'one')
    await untilUnread(stage, bob, roomId, { messages: 1 }, 'one unread message')
    await read(bob, roomId, last, 'm.read.private')
    await untilUnread(stage, bob, roomId, {}, 'none after the receipt')
  }),
  check('unread/receipts-do-not-go-back', terms, 'A receipt for an older event brings nothing back.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    const [one, two] = [await alice.say(roomId, 'one'), await alice.say(roomId, 'two')]
    await read(bob, roomId, two)
    await read(bob, roomId, one)
    await alice.say(roomId, 'three')
    await untilUnread(stage, bob, roomId, { messages: 1 }, 'the third message alone')
  }),
  check('unread/mentions', terms, 'A message that mentions the reader counts as a mention too.', async (stage) => {
    const [roomId, alice, bob, carol] = await stage.room('alice', 'bob', 'carol')
    await alice.say(roomId, 'bob!', { 'm.mentions': { user_ids: [bob.userId] } })
    await alice.say(roomId, 'all')
    await untilUnread(stage, bob, roomId, { messages: 2, mentions: 1 }, 'two messages and one mention for bob')
    await untilUnread(stage, carol, roomId, { messages: 2 }, 'two messages and no mention for carol')
  }),
  check('unread/room-mentions', terms, 'A mention of the room by somebody who may is one for everyone.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    await alice.say(roomId, '@room', { 'm.mentions': { room: true } })
    await untilUnread(stage, bob, roomId, { messages: 1, mentions: 1 }, 'one message that mentions')
    await bob.say(roomId, '@room', { 'm.mentions': { room: true } })
    await untilUnread(stage, alice, roomId, { messages: 1 }, 'one message that does not mention, as bob may not')
  }),
  check('unread/own-messages', terms, 'What one wrote oneself does not count.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    await bob.say(roomId, 'mine')
    await alice.say(roomId, 'yours')
    await untilUnread(stage, bob, roomId, { messages: 1 }, 'the message of the other alone')
  }),
  check('unread/only-messages', terms, 'Edits, reactions, redactions and changes of the room do not count.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    const eventId = await alice.say(roomId, 'teh')
    await alice.say(roomId, '* the', {
      'm.new_content': { msgtype: 'm.text', body: 'the' },
      'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
    })
    const reaction = await alice.send(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key: '👍' } })
    await alice.redact(roomId, reaction)
    await alice.setState(roomId, 'm.room.topic', { topic: 'x' })
    await alice.send(roomId, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x' })
    await untilUnread(stage, bob, roomId, { messages: 2 }, 'the message and the encrypted one')
  }),
  check('unread/threads', terms, 'Messages of a thread count under its root, and are read by receipts of that thread.', async (stage) => {
    const [roomId, alice, bob] = await stage.room('alice', 'bob')
    const root = await alice.say(roomId, 'root')
    await read(bob, roomId, root, 'm.read', { thread_id: 'main' })
    const reply = await alice.say(roomId, 'bob!', {
      'm.mentions': { user_ids: [bob.userId] },
      'm.relates_to': { rel_type: 'm.thread', event_id: root },
    })
    await untilUnread(stage, bob, roomId, { threads: { [root]: { messages: 1, mentions: 1 } } }, 'one message in the thread')
    await read(bob, roomId, reply, 'm.read', { thread_id: root })
    await untilUnread(stage, bob, roomId, {}, 'none after the receipt')
  }),
  check(
    'unread/only-what-changed',
    terms,
    'A later response has the rooms whose counts have changed, and a count that fell to nothing.',
    async (stage) => {
      const { room, patience } = stage
      const [roomId, alice, bob] = await room('alice', 'bob')
      const quiet = await alice.createRoom({ preset: 'public_chat' })
      await bob.join(quiet)
      await alice.say(quiet, 'still')
      const last = await alice.say(roomId, 'one')
      let { pos, rooms } = await asked(bob)
      equal([rooms[roomId]?.messages, rooms[quiet]?.messages], [1, 1], 'The counts at first')
      await read(bob, roomId, last)
      const later = await eventually(patience, 'the changed count', async () => {
        ;({ pos, rooms } = await asked(bob, pos))
        return rooms[roomId] !== undefined && rooms
      })
      equal([later[roomId]?.messages, later[quiet]], [0, undefined], 'The counts later')
    },
  ),
  check('unread/on-the-live-socket', { ...terms, about: [] }, 'The counts are pushed on the live socket.', async ({ room, socket }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const live = await socket(bob.token)
    live.send({ type: 'request', id: 'one', ...body })
    const { pos } = await live.response('the first response')
    await alice.say(roomId, 'one')
    const { value } = await live.until(
      'the count',
      pos,
      ({ extensions }) => (extensions as { 'chat.hallway.unread'?: UnreadResponse } | undefined)?.['chat.hallway.unread']?.rooms[roomId],
    )
    equal([value.messages, value.mentions], [1, 0], 'The counts')
  }),
]
