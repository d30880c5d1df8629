import test from 'ava'
import type { RoomEvent } from './event.ts'
import { editContent, reactionContent } from './message-content.ts'
import type { OutboxEntry } from './outbox.ts'
import { eventOf, said } from '../testing/test-events.ts'
import { type MessageItem, plainBody, timelineItems } from './timeline-items.ts'

const me = '@me:example.org'
const alice = '@alice:example.org'
const bob = '@bob:example.org'

const items = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[] = [], readUpTo?: string) =>
  timelineItems({ events, outbox, me, readUpTo, gaps: [] })
const messages = (events: readonly RoomEvent[], outbox: readonly OutboxEntry[] = []) =>
  items(events, outbox).filter((item): item is MessageItem => item.kind === 'message')
const edit = (target: string, text: string, sender: string, more: Partial<RoomEvent> = {}) =>
  eventOf({ sender, content: editContent(target, {}, { text }), ...more })
const react = (target: string, key: string, sender: string, event_id = `$react ${sender} ${key}`) =>
  eventOf({ event_id, type: 'm.reaction', sender, content: reactionContent(target, key) })
const redact = (target: string) => eventOf({ type: 'm.room.redaction', content: { redacts: target } })
const entry = (fields: Partial<OutboxEntry>): OutboxEntry => ({
  id: 'txn',
  order: 1,
  roomId: '!room',
  type: 'm.room.message',
  content: { msgtype: 'm.text', body: 'echo' },
  createdAt: 1_760_000_000_000,
  state: 'waiting',
  ...fields,
})

test('an edit by the author replaces the text and marks it', (t) => {
  const [item] = messages([said('$a', 'one', alice), edit('$a', 'two', alice)])
  t.is(plainBody(item?.content ?? {}), 'two')
  t.true(item?.edited)
})

test('an edit by somebody else changes nothing', (t) => {
  const [item] = messages([said('$a', 'one', alice), edit('$a', 'two', bob)])
  t.is(plainBody(item?.content ?? {}), 'one')
  t.false(item?.edited)
})

test('the newest edit wins, and a deleted edit does not count', (t) => {
  const events = [said('$a', 'one', alice), edit('$a', 'two', alice), edit('$a', 'three', alice, { event_id: '$edit' })]
  t.is(plainBody(messages(events)[0]?.content ?? {}), 'three')
  t.is(plainBody(messages([...events, redact('$edit')])[0]?.content ?? {}), 'two')
})

test('an edit that the server bundles counts without being in the timeline', (t) => {
  const bundled = said('$a', 'one', alice, { unsigned: { 'm.relations': { 'm.replace': edit('$a', 'two', alice) } } })
  t.is(plainBody(messages([bundled])[0]?.content ?? {}), 'two')
})

test('reactions are gathered by emoji, once a person, and vanish when deleted', (t) => {
  const events = [
    said('$a', 'one', alice),
    react('$a', '👍', bob),
    react('$a', '👍', me),
    react('$a', '👍', bob, '$again'),
    react('$a', '🎉', bob),
  ]
  const [item] = messages(events)
  t.deepEqual(
    item?.reactions.map(({ key, senders }) => [key, senders.length]),
    [
      ['👍', 2],
      ['🎉', 1],
    ],
  )
  t.is(item?.reactions[0]?.mine?.eventId, `$react ${me} 👍`)
  t.deepEqual(messages([...events, redact(`$react ${me} 👍`)])[0]?.reactions[0]?.senders, [bob])
})

test('a deleted message keeps its sender and loses text and reactions', (t) => {
  const [item] = messages([said('$a', 'secret', alice), react('$a', '👍', bob), redact('$a')])
  t.is(item?.sender, alice)
  t.true(item?.redacted)
  t.deepEqual([item?.content, item?.reactions], [{}, []])
})

test('what waits in the outbox stands at the end, until its event has come', (t) => {
  const waiting = entry({ id: 'hw1' })
  t.deepEqual(
    messages([said('$a', 'one')], [waiting]).map((item) => item.state),
    ['sent', 'sending'],
  )
  const arrived = said('$mine', 'echo', me, { unsigned: { transaction_id: 'hw1' } })
  const after = messages([said('$a', 'one'), arrived], [entry({ id: 'hw1', state: 'sent', eventId: '$mine' })])
  t.deepEqual(
    after.map((item) => item.key),
    ['$a', 'hw1'],
  )
})

test('a refused message says so, with the reason', (t) => {
  const [item] = messages([], [entry({ state: 'failed', reason: 'No.' })])
  t.deepEqual([item?.state, item?.reason], ['failed', 'No.'])
})

test('edits, reactions and deletions of the outbox show at once', (t) => {
  const events = [said('$a', 'one', me)]
  const editing = entry({ id: 'e', content: editContent('$a', {}, { text: 'two' }) })
  t.deepEqual(
    messages(events, [editing]).map((item) => [plainBody(item.content), item.state]),
    [['two', 'sending']],
  )
  const reacting = entry({ id: 'r', type: 'm.reaction', content: reactionContent('$a', '👍') })
  t.is(messages(events, [reacting])[0]?.reactions[0]?.mine?.entryId, 'r')
  const removing = entry({ id: 'd', type: 'm.room.redaction', content: {}, redacts: '$a' })
  t.true(messages(events, [removing])[0]?.redacted)
})

test('the unread mark stands before the first message of another after the read one', (t) => {
  const events = [said('$a', 'one'), said('$mine', 'two', me), said('$b', 'three', bob), said('$c', 'four', bob)]
  const keys = items(events, [], '$a')
    .filter((item) => item.kind !== 'day')
    .map((item) => item.key)
  t.deepEqual(keys, ['$a', '$mine', 'unread', '$b', '$c'])
  t.false(items(events, [], '$c').some((item) => item.kind === 'unread'))
})

test('a read mark on a reaction holds for the message before it', (t) => {
  const events = [said('$a', 'one'), react('$a', '👍', bob, '$r'), said('$b', 'two', bob)]
  const keys = items(events, [], '$r')
    .filter((item) => item.kind !== 'day')
    .map((item) => item.key)
  t.deepEqual(keys, ['$a', 'unread', '$b'])
})

test('every day has one mark, and neighbours of one person are grouped within minutes', (t) => {
  const at = (day: number, minute: number) => new Date(2026, 4, day, 12, minute).getTime()
  const events = [
    said('$a', '1', alice, { origin_server_ts: at(1, 0) }),
    said('$b', '2', alice, { origin_server_ts: at(1, 1) }),
    said('$c', '3', alice, { origin_server_ts: at(1, 30) }),
    said('$d', '4', alice, { origin_server_ts: at(2, 30) }),
  ]
  const shown = items(events)
  t.is(shown.filter((item) => item.kind === 'day').length, 2)
  t.deepEqual(
    shown.flatMap((item) => (item.kind === 'message' ? [item.continued] : [])),
    [false, true, false, false],
  )
})

test('a join makes its invitation superfluous, and what the server account does is not told', (t) => {
  const member = (userId: string, membership: string, sender = userId) =>
    eventOf({ type: 'm.room.member', state_key: userId, sender, content: { membership } })
  const create = eventOf({ type: 'm.room.create', state_key: '', sender: '@_system:example.org', content: {} })
  const events = [create, member('@_system:example.org', 'join'), member(bob, 'invite', alice), member(bob, 'join')]
  const notices = items(events).filter((item) => item.kind === 'notice')
  t.is(notices.length, 1)
  t.deepEqual(
    notices[0]?.events.map((event) => [event.type, event.content['membership']]),
    [
      ['m.room.create', undefined],
      ['m.room.member', 'join'],
    ],
  )
})
