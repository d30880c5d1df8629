import test from 'ava'
import { compileEventFields, pathKeys } from './event-fields.ts'

const paths: [path: string, keys: string[]][] = [
  ['type', ['type']],
  ['content.body', ['content', 'body']],
  ['content.m\\.relates_to.event_id', ['content', 'm.relates_to', 'event_id']],
  ['content.m\\\\foo', ['content', 'm\\foo']],
  ['a\\\\.b', ['a\\', 'b']],
  ['a\\\\\\.b', ['a\\.b']],
  ['a\\x.b\\', ['a\\x', 'b\\']],
  ['a..b.', ['a', '', 'b', '']],
  ['a\nb.🎂', ['a\nb', '🎂']],
  ['', ['']],
]
for (const [path, keys] of paths) {
  test(`the path ${JSON.stringify(path)} leads through ${JSON.stringify(keys)}`, (t) => t.deepEqual(pathKeys(path), keys))
}

const event = {
  type: 'm.room.message',
  sender: '@a:x',
  content: { body: 'hi', 'm.mentions': { user_ids: ['@b:x'], room: true }, info: null, 'm\\foo': 1 },
  unsigned: { age: 5 },
}
const only = (...fields: string[]) => compileEventFields(fields)(event)

test('what a path names is kept with all that is in it, the rest is left out', (t) => {
  t.deepEqual(only('type', 'content.body'), { type: event.type, content: { body: 'hi' } })
  t.deepEqual(only('content.m\\.mentions.room', 'content.m\\\\foo'), { content: { 'm.mentions': { room: true }, 'm\\foo': 1 } })
  t.deepEqual(only('content.info', 'unsigned'), { content: { info: null }, unsigned: { age: 5 } })
  t.deepEqual(only(), {})
})

test('a path within another asks for nothing more, whichever comes first', (t) => {
  const whole = { content: event.content }
  t.deepEqual(only('content', 'content.body'), whole)
  t.deepEqual(only('content.body', 'content'), whole)
})

test('a path to what is not there, or through what is no object, finds nothing', (t) => {
  t.deepEqual(only('content.m.mentions.room', 'sender.length', 'content.info.x', 'content.m\\.mentions.user_ids.0', 'nothing.at.all'), {
    content: { 'm.mentions': {} },
  })
})

test('names that every object inherits are fields like others', (t) => {
  const odd = JSON.parse('{"__proto__": {"a": 1, "b": 2}, "constructor": 3}')
  t.is(JSON.stringify(compileEventFields(['__proto__.a', 'constructor', 'toString'])(odd)), '{"__proto__":{"a":1},"constructor":3}')
  t.deepEqual(only('toString', 'constructor.name'), {})
})

test('the event itself stays as it is', (t) => {
  const before = structuredClone(event)
  only('content.body')
  t.deepEqual(event, before)
})
