import test from 'ava'
import { editContent, linksIn, mentionsIn, messageContent, userOfLink } from './message-content.ts'

const me = '@me:example.org'
const bob = { userId: '@bob:example.org', name: 'Bob B.' }

test('plain words need no HTML', (t) => {
  t.deepEqual(messageContent({ text: 'Hello\nthere & <you>' }, me), { msgtype: 'm.text', body: 'Hello\nthere & <you>', 'm.mentions': {} })
})

test('a bare link needs no HTML, and is found in the text', (t) => {
  t.is(messageContent({ text: 'see https://example.org/a_b' }, me)['formatted_body'], undefined)
  t.deepEqual(
    linksIn('see https://example.org, or mail').map(({ url }) => url),
    ['https://example.org'],
  )
  t.deepEqual(linksIn('javascript:alert(1)'), [])
})

test('Markdown becomes HTML, and HTML in it stays text', (t) => {
  const content = messageContent({ text: '**bold** <script>alert(1)</script>' }, me)
  t.is(content['formatted_body'], '<strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;')
  t.is(content['format'], 'org.matrix.custom.html')
})

test('a link that Markdown makes of a script is none', (t) => {
  t.notRegex(String(messageContent({ text: '[x](javascript:alert(1)) **b**' }, me)['formatted_body']), /href/)
})

test('a mention names the person in m.mentions and links in the HTML', (t) => {
  const content = messageContent({ text: 'Hi @Bob B., all well?', mentions: [bob] }, me)
  t.deepEqual(content['m.mentions'], { user_ids: [bob.userId] })
  t.regex(String(content['formatted_body']), /<a href="https:\/\/matrix\.to\/#\/%40bob%3Aexample\.org">Bob B\.<\/a>/)
})

test('a mention that was deleted from the text mentions nobody', (t) => {
  t.deepEqual(messageContent({ text: 'Hi Bob', mentions: [bob] }, me)['m.mentions'], {})
})

test('the whole room is mentioned by those who may', (t) => {
  t.deepEqual(messageContent({ text: 'Hear, @room!', mayNotifyRoom: true }, me)['m.mentions'], { room: true })
  t.deepEqual(messageContent({ text: 'Hear, @room!' }, me)['m.mentions'], {})
  t.deepEqual(messageContent({ text: 'mail a@room.org', mayNotifyRoom: true }, me)['m.mentions'], {})
})

test('a reply points at its event, tells its sender, and stays in the thread', (t) => {
  const content = messageContent({ text: 'Yes', replyTo: { eventId: '$a', sender: bob.userId, thread: '$root' } }, me)
  t.deepEqual(content['m.relates_to'], {
    rel_type: 'm.thread',
    event_id: '$root',
    is_falling_back: false,
    'm.in_reply_to': { event_id: '$a' },
  })
  t.deepEqual(content['m.mentions'], { user_ids: [bob.userId] })
  t.deepEqual(messageContent({ text: 'Yes', replyTo: { eventId: '$a', sender: me } }, me)['m.mentions'], {})
})

test('an edit carries the new content whole and tells only those who were not told', (t) => {
  const original = { 'm.mentions': { user_ids: [bob.userId] } }
  const carla = { userId: '@carla:example.org', name: 'Carla' }
  const content = editContent('$a', original, { text: 'Hi @Bob B. and @Carla', mentions: [bob, carla] })
  t.deepEqual(content['m.relates_to'], { rel_type: 'm.replace', event_id: '$a' })
  t.deepEqual(content['m.mentions'], { user_ids: [carla.userId] })
  t.deepEqual((content['m.new_content'] as { 'm.mentions': unknown })['m.mentions'], { user_ids: [bob.userId, carla.userId] })
})

test('people are found again in a message that is edited', (t) => {
  const content = messageContent({ text: 'Hi @Bob B.', mentions: [bob] }, me)
  t.deepEqual(
    mentionsIn(content, () => 'Bob B.'),
    [bob],
  )
  t.deepEqual(
    mentionsIn(content, () => 'Robert'),
    [],
  )
})

test('links of people are told from others', (t) => {
  t.is(userOfLink('https://matrix.to/#/%40bob%3Aexample.org'), '@bob:example.org')
  t.is(userOfLink('https://matrix.to/#/@bob:example.org?via=x'), '@bob:example.org')
  t.is(userOfLink('https://matrix.to/#/%zz'), undefined)
  t.is(userOfLink('https://example.org/#/@bob:example.org'), undefined)
})
