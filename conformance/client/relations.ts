import { sendMessage } from '../../spec/client/room-send.ts'
import { sync } from '../../spec/client/sync.ts'
import { getEvent, getMessages, listRelations, listRelationsOfEventType, listRelationsOfType } from '../../spec/client/timeline.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { text } from '../deeds.ts'
import { equal, holds, matches, present } from '../expect.ts'
import type { Person } from '../people.ts'

const react = (person: Person, roomId: RoomId, eventId: EventId, key: string) =>
  person.send(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key } })
const edit = (person: Person, roomId: RoomId, eventId: EventId, body: string) =>
  person.send(roomId, 'm.room.message', {
    ...text(`* ${body}`),
    'm.new_content': text(body),
    'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
  })
const inThread = (person: Person, roomId: RoomId, eventId: EventId, body: string) =>
  person.send(roomId, 'm.room.message', { ...text(body), 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } })

export const relationChecks = [
  check('relations/all', { clause: listRelations }, 'All events that relate to one are listed, newest first.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const eventId = await alice.say(roomId, 'cake?')
    const [one, two] = [await react(bob, roomId, eventId, '👍'), await inThread(alice, roomId, eventId, 'yes')]
    await alice.say(roomId, 'something else')
    const { chunk } = await alice.ok(listRelations, { roomId, eventId })
    equal(
      chunk.map((event) => event.event_id),
      [two, one],
      'The events',
    )
  }),
  check(
    'relations/oldest-first',
    { clause: listRelations, since: 'v1.4' },
    'Forwards the oldest relation comes first.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'cake?')
      const ids = [await inThread(alice, roomId, eventId, 'one'), await inThread(alice, roomId, eventId, 'two')]
      const { chunk } = await alice.ok(listRelations, { roomId, eventId, dir: 'f' })
      equal(
        chunk.map((event) => event.event_id),
        ids,
        'The events',
      )
    },
  ),
  check('relations/of-one-kind', { clause: listRelationsOfType }, 'Relations of one kind alone can be listed.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const eventId = await alice.say(roomId, 'cake?')
    await react(alice, roomId, eventId, '👍')
    const reply = await inThread(alice, roomId, eventId, 'yes')
    const { chunk } = await alice.ok(listRelationsOfType, { roomId, eventId, relType: 'm.thread' })
    equal(
      chunk.map((event) => event.event_id),
      [reply],
      'The events',
    )
  }),
  check(
    'relations/of-one-type',
    { clause: listRelationsOfEventType },
    'Relations of one kind by events of one type can be listed.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'cake?')
      await inThread(alice, roomId, eventId, 'words')
      const other = await alice.send(roomId, 'org.example.poll', { 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } })
      const { chunk } = await alice.ok(listRelationsOfEventType, { roomId, eventId, relType: 'm.thread', eventType: 'org.example.poll' })
      equal(
        chunk.map((event) => event.event_id),
        [other],
        'The events',
      )
    },
  ),
  check('relations/pages', { clause: listRelations }, 'Page by page every relation is given once.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const eventId = await alice.say(roomId, 'count')
    const sent: EventId[] = []
    for (const body of ['1', '2', '3', '4', '5']) sent.push(await inThread(alice, roomId, eventId, body))
    const seen: EventId[] = []
    for (let from: string | undefined, page = 0; page < 9; page++) {
      const { chunk, next_batch: next } = await alice.ok(listRelations, {
        roomId,
        eventId,
        limit: 2,
        ...(from === undefined ? {} : { from }),
      })
      seen.push(...chunk.map((event) => event.event_id))
      if (next === undefined) break
      from = next
    }
    equal(seen, sent.reverse(), 'The events')
  }),
  check('relations/redacted-are-gone', { clause: listRelations }, 'A redacted relation relates to nothing.', async ({ room }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const eventId = await alice.say(roomId, 'cake?')
    const [kept, gone] = [await react(alice, roomId, eventId, '👍'), await react(bob, roomId, eventId, '👎')]
    await bob.redact(roomId, gone)
    const { chunk } = await alice.ok(listRelations, { roomId, eventId })
    equal(
      chunk.map((event) => event.event_id),
      [kept],
      'The events',
    )
  }),
  check(
    'relations/of-an-unknown-event',
    { clause: listRelations },
    'The relations of an event that does not exist are answered with 404 M_NOT_FOUND.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.refused(listRelations, { roomId, eventId: `$${'a'.repeat(43)}` }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'relations/are-for-members',
    { clause: listRelations },
    'Who may not read an event does not read what relates to it.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [mallory] = await people('mallory')
      const eventId = await alice.say(roomId, 'cake?')
      await react(alice, roomId, eventId, '👍')
      const { status } = await mallory.call(listRelations, { roomId, eventId })
      holds(status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
  check(
    'relations/recursive',
    { clause: listRelations, since: 'v1.10' },
    'With recurse, relations to relations are listed too.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const root = await alice.say(roomId, 'root')
      const reply = await inThread(alice, roomId, root, 'reply')
      const reaction = await react(alice, roomId, reply, '👍')
      const plain = await alice.ok(listRelations, { roomId, eventId: root })
      equal(
        plain.chunk.map((event) => event.event_id),
        [reply],
        'Without recurse',
      )
      const deep = await alice.ok(listRelations, { roomId, eventId: root, recurse: true })
      equal(
        deep.chunk.map((event) => event.event_id),
        [reaction, reply],
        'With recurse',
      )
      holds((deep.recursion_depth ?? 0) >= 1, 'a recursion_depth')
    },
  ),
  check(
    'relations/edit-is-bundled',
    { clause: 'client-server-api/#server-side-aggregation-of-mreplace-relationships', about: [getEvent], since: 'v1.4' },
    'An edited message carries its newest edit, and keeps its own content.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'teh')
      await edit(alice, roomId, eventId, 'the')
      const last = await edit(alice, roomId, eventId, 'The')
      const event = await bob.ok(getEvent, { roomId, eventId })
      const replace = present(event.unsigned?.['m.relations']?.['m.replace'], 'a bundled m.replace')
      matches(replace, { event_id: last, sender: alice.userId, content: { 'm.new_content': text('The') } }, 'The edit')
      equal(event.content['body'], 'teh', 'The body of the original')
    },
  ),
  check(
    'relations/edit-of-another-is-not-bundled',
    { clause: 'client-server-api/#validity-of-replacement-events', about: [getEvent], since: 'v1.4' },
    'An edit by somebody else is none.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'mine')
      await edit(alice, roomId, eventId, 'really mine')
      await edit(bob, roomId, eventId, "bob's")
      const event = await alice.ok(getEvent, { roomId, eventId })
      matches(event.unsigned?.['m.relations']?.['m.replace'], { sender: alice.userId }, 'The edit')
    },
  ),
  check(
    'relations/edit-of-another-type-is-not-bundled',
    { clause: 'client-server-api/#validity-of-replacement-events', about: [getEvent], since: 'v1.4' },
    'An edit of another type than the original is none.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'mine')
      const good = await edit(alice, roomId, eventId, 'really mine')
      await alice.send(roomId, 'org.example.message', {
        'm.new_content': text('x'),
        'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
      })
      const event = await alice.ok(getEvent, { roomId, eventId })
      matches(event.unsigned?.['m.relations']?.['m.replace'], { event_id: good }, 'The edit')
    },
  ),
  check(
    'relations/redacted-edit-is-not-bundled',
    { clause: 'client-server-api/#redactions-of-edited-events', about: [getEvent], since: 'v1.4' },
    'When an edit is redacted, the one before it stands.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'one')
      const kept = await edit(alice, roomId, eventId, 'two')
      await alice.redact(roomId, await edit(alice, roomId, eventId, 'three'))
      const event = await alice.ok(getEvent, { roomId, eventId })
      matches(event.unsigned?.['m.relations']?.['m.replace'], { event_id: kept }, 'The edit')
    },
  ),
  check(
    'relations/thread-is-bundled',
    { clause: 'client-server-api/#server-side-aggregation-of-mthread-relationships', about: [getEvent], since: 'v1.4' },
    'A thread root carries the newest reply, their number, and whether the reader took part.',
    async ({ room }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      const eventId = await alice.say(roomId, 'root')
      await inThread(bob, roomId, eventId, 'one')
      const last = await inThread(bob, roomId, eventId, 'two')
      for (const [reader, tookPart] of [
        [alice, true],
        [bob, true],
        [carol, false],
      ] as const) {
        const thread = present(
          (await reader.ok(getEvent, { roomId, eventId })).unsigned?.['m.relations']?.['m.thread'],
          'a bundled m.thread',
        )
        equal([thread.count, thread.current_user_participated], [2, tookPart], `Number of replies, and whether ${reader.name} took part`)
        equal(thread.latest_event['event_id'], last, 'The newest reply')
      }
    },
  ),
  check(
    'relations/references-are-bundled',
    { clause: 'client-server-api/#server-side-aggregation-of-mreference-relationships', about: [getEvent], since: 'v1.5' },
    'An event carries the IDs of those that reference it.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'verify me')
      const other = await alice.send(roomId, 'org.example.answer', { 'm.relates_to': { rel_type: 'm.reference', event_id: eventId } })
      const { unsigned } = await alice.ok(getEvent, { roomId, eventId })
      equal(
        unsigned?.['m.relations']?.['m.reference']?.chunk?.map((event) => event.event_id),
        [other],
        'The references',
      )
    },
  ),
  ...(
    [
      ['messages', getMessages],
      ['sync', sync],
    ] as const
  ).map(([way, about]) =>
    check(
      `relations/edit-is-bundled-in-${way}`,
      { clause: 'client-server-api/#aggregations-of-child-events', about: [about], since: 'v1.4' },
      `Bundled edits come with the events of ${way}${way === 'sync' ? ' where the timeline is limited' : ''} too.`,
      async ({ room }) => {
        const [roomId, alice, bob] = await room('alice', 'bob')
        const eventId = await alice.say(roomId, 'teh')
        const last = await edit(alice, roomId, eventId, 'the')
        const events =
          way === 'messages' ? await bob.messages(roomId) : (await bob.startSyncing({ room: { timeline: { limit: 2 } } })).timeline(roomId)
        const event = present(
          events.find((event) => event.event_id === eventId),
          'the original',
        )
        matches(event.unsigned?.['m.relations']?.['m.replace'], { event_id: last }, 'The edit')
      },
    ),
  ),
  check(
    'relations/reaction-twice',
    { clause: 'client-server-api/#avoiding-duplicate-annotations', about: [listRelations], since: 'v1.7' },
    'The same reaction of the same person to the same event is refused with 400 M_DUPLICATE_ANNOTATION.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'cake?')
      await react(bob, roomId, eventId, '👍')
      await react(bob, roomId, eventId, '🎂')
      await bob.refused(
        sendMessage,
        {
          roomId,
          eventType: 'm.reaction',
          txnId: 'again',
          body: { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key: '👍' } },
        },
        400,
        'M_DUPLICATE_ANNOTATION',
      )
      equal((await alice.ok(listRelations, { roomId, eventId })).chunk.length, 2, 'The number of reactions')
    },
  ),
]
