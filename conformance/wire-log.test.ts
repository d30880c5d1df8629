import test from 'ava'
import { asCurl, clipped, masked } from './wire-log.ts'

test('secrets are masked wherever they stand, quotes inside them too', (t) => {
  const text = '{"access_token":"a\\"b","auth":{"password": "secret"},"body":"token"}'
  t.is(masked(text), '{"access_token":"•••","auth":{"password": "•••"},"body":"token"}')
})

test('a request is repeated by a command whose quotes hold', (t) => {
  const exchange = { method: 'PUT', url: "http://x/it's", operation: undefined, requestBody: `{"a":"it's"}`, authorized: true, status: 200 }
  const curl = asCurl({ ...exchange, responseBody: '', milliseconds: 1 })
  t.is(
    curl,
    `curl -sS -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data-raw '{"a":"it'\\''s"}' 'http://x/it'\\''s'`,
  )
})

test('long texts are cut, and say how long they were', (t) => {
  t.is(clipped('abcdef', 3), 'abc… (6 characters)')
  t.is(clipped('abc', 3), 'abc')
})
