import test from 'ava'
import { isEventId, isLocalpart, isRoomAlias, isRoomId, isUserId, parseServerName, parseUserId, serverNameOf } from './identifiers.ts'

test('server names of the specification, taken apart', (t) => {
  t.deepEqual(parseServerName('matrix.org'), { host: 'matrix.org' })
  t.deepEqual(parseServerName('matrix.org:8888'), { host: 'matrix.org', port: 8888 })
  t.deepEqual(parseServerName('1.2.3.4:1234'), { host: '1.2.3.4', port: 1234 })
  t.deepEqual(parseServerName('[1234:5678::abcd]:5678'), { host: '[1234:5678::abcd]', port: 5678 })
  for (const name of ['localhost', 'MATRIX.org', '[::]', '[::1]', '[1::]', '[::ffff:1.2.3.4]', '[1:2:3:4:5:6:7:8]'])
    t.truthy(parseServerName(name), name)
})

test('what is no server name', (t) => {
  const wrong = [
    '',
    ':80',
    'a b',
    'a_b',
    'a:',
    'a:x',
    'a:123456',
    'a:65536',
    'ä.de',
    'a/b',
    '256.1.1.1',
    '::1',
    '[::1',
    '[1::2::3]',
    '[12345::]',
    '[1:2:3]',
    '[::1.2.3.256]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1.2.3.4::]',
    'a\n',
  ]
  for (const name of wrong) t.is(parseServerName(name), undefined, JSON.stringify(name))
})

test('user IDs by the historical grammar', (t) => {
  t.deepEqual(parseUserId('@alice:a.example:8448'), { localpart: 'alice', serverName: 'a.example:8448' })
  for (const id of ['@:a', '@Alice:a', '@ä ö:a', '@a\tb:a', `@${'a'.repeat(252)}:a`]) t.true(isUserId(id), id)
  for (const id of [
    '',
    '@',
    '@a',
    'a:b',
    '@a\0:b',
    '@\ud800:b',
    '@a:',
    '@a:b c',
    `@${'a'.repeat(253)}:a`,
    `@${'ä'.repeat(127)}:a`,
    7,
    null,
  ])
    t.false(isUserId(id), String(id))
})

test('localparts of new accounts', (t) => {
  for (const localpart of ['a', '0', 'a.b_c=d-e/f+g']) t.true(isLocalpart(localpart), localpart)
  for (const localpart of ['', 'A', 'ä', 'a b', 'a:b', '@a', 'a\n']) t.false(isLocalpart(localpart), localpart)
})

test('room IDs, with a server name or as a hash', (t) => {
  for (const id of ['!room:a.example', '!:a', '!8yif6p8EqgoSten2BLje9ntKm720NyFLWQv9tn8memc']) t.true(isRoomId(id), id)
  for (const id of ['!', '!room', '#room:a', '!8yif6p8EqgoSten2BLje9ntKm720NyFLWQv9tn8mem', `!${'a'.repeat(253)}:a`, undefined])
    t.false(isRoomId(id), String(id))
})

test('aliases and event IDs', (t) => {
  t.true(isRoomAlias('#die große Halle:a.example'))
  t.false(isRoomAlias('#x'))
  t.true(isEventId('$x:a'))
  t.false(isEventId('$'))
  t.false(isEventId(`$${'x'.repeat(255)}`))
})

test('the server name begins after the first colon', (t) => {
  t.is(serverNameOf('@a:b:80'), 'b:80')
  t.is(serverNameOf('@a:[::1]:80'), '[::1]:80')
  t.is(serverNameOf('!hash'), '')
})
