import test from 'ava'
import { signal } from './changes.ts'
import { reactionContent } from './message-content.ts'
import { sections } from './room-list.ts'
import { eventOf, said } from '../testing/test-events.ts'
import { countUnread, createUnreadCount } from './unread.ts'

const me = '@me:example.org'
const mention = (id: string) => eventOf({ event_id: id, content: { msgtype: 'm.text', body: 'hey', 'm.mentions': { user_ids: [me] } } })

test('messages after the mark count, reactions and edits do not', (t) => {
  const events = [
    said('$a', 'one'),
    said('$b', 'two'),
    eventOf({ type: 'm.reaction', content: reactionContent('$a', '👍') }),
    mention('$c'),
  ]
  t.deepEqual(countUnread(events, me, '$a'), { messages: 2, mentions: 1 })
})

test('whoever has answered has read what stands before', (t) => {
  t.deepEqual(countUnread([said('$a', 'one'), said('$b', 'two', me)], me, '$a'), { messages: 0, mentions: 0 })
})

test('the counts of the server win, threads included, and clearing shows at once', (t) => {
  const events = signal([said('$a', 'one'), said('$b', 'two')])
  const unread = createUnreadCount({ me, events, ownReceipt: signal('$a'), serverCounts: signal(true) })
  t.deepEqual(unread.current.value, { messages: 0, mentions: 0 })
  unread.apply({ messages: 3, mentions: 1, threads: { $root: { messages: 2, mentions: 1 } } })
  t.deepEqual(unread.current.value, { messages: 5, mentions: 2 })
  unread.clear()
  t.deepEqual(unread.current.value, { messages: 0, mentions: 0 })
})

test('without counts of the server, clearing holds until the next message', (t) => {
  const events = signal([said('$a', 'one'), said('$b', 'two')])
  const unread = createUnreadCount({ me, events, ownReceipt: signal('$a'), serverCounts: signal(false) })
  t.is(unread.current.value.messages, 1)
  unread.clear()
  t.is(unread.current.value.messages, 0)
  events.value = [...events.value, said('$c', 'three')]
  t.is(unread.current.value.messages, 1)
})

const listed = (roomId: string, activity: number, messages = 0, kind: 'channel' | 'dm' = 'channel', membership = 'join') =>
  ({ roomId, activity, kind, membership, unread: { messages, mentions: 0 } }) as const

test('rooms stand most recent first, the unread on top if one likes', (t) => {
  const rooms = [listed('!old', 1, 2), listed('!new', 9), listed('!dm', 5, 0, 'dm'), listed('!invite', 3, 0, 'channel', 'invite')]
  t.deepEqual(
    sections(rooms, 'unread').map(({ name, roomIds }) => [name, ...roomIds]),
    [
      ['invites', '!invite'],
      ['unread', '!old'],
      ['channels', '!new'],
      ['people', '!dm'],
    ],
  )
  t.deepEqual(sections(rooms, 'recent').find(({ name }) => name === 'channels')?.roomIds, ['!new', '!old'])
})

test('the open room stays where it was when it was opened', (t) => {
  t.is(sections([listed('!a', 1, 0)], 'unread', '!a', true)[0]?.name, 'unread')
  t.is(sections([listed('!a', 1, 4)], 'unread', '!a', false)[0]?.name, 'channels')
})
