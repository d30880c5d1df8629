import test from 'ava'
import { startTestApp } from './test-app.ts'

const { server, call, reports } = await startTestApp()
test.after.always(() => server.stop())

test('a handler gets what the contract names, and its answer leaves as JSON', async (t) => {
  const { status, json, headers } = await call('PUT', '/rooms/!r%2F:x/send/m.a/1', { hello: '😀' }, 'tok-alice')
  t.is(status, 200)
  t.deepEqual(json, { params: { roomId: '!r/:x', type: 'm.a', txnId: '1' }, body: { hello: '😀' }, sender: '@alice:x' })
  t.is(headers.get('content-type'), 'application/json')
  t.is((await call('PUT', '/old/rooms/!r/send/m.a/1', {}, 'tok-alice')).status, 200)
  t.deepEqual((await call('GET', '/text')).json, { as: 'it stands' })
})

test('every answer lets pages of any origin read it', async (t) => {
  for (const [method, path] of [
    ['GET', '/text'],
    ['GET', '/nowhere'],
    ['DELETE', '/text'],
    ['GET', '/broken'],
    ['GET', '/manage'],
    ['GET', '/health'],
  ] as const) {
    const { headers } = await call(method, path)
    t.is(headers.get('access-control-allow-origin'), '*')
    t.is(headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE, OPTIONS')
    t.is(headers.get('access-control-allow-headers'), 'X-Requested-With, Content-Type, Authorization')
  }
})

test('OPTIONS is answered everywhere, and runs nothing', async (t) => {
  const { status, headers } = await call('OPTIONS', '/leave')
  t.is(status, 204)
  t.is(headers.get('access-control-allow-origin'), '*')
})

test('/health tells that the server is up', async (t) => {
  t.deepEqual((await call('GET', '/health')).json, { status: 'ok' })
})

for (const [title, method, path, body, token, status, errcode] of [
  ['an unknown path', 'GET', '/nowhere', undefined, undefined, 404, 'M_UNRECOGNIZED'],
  ['a wrong method', 'GET', '/leave', undefined, undefined, 405, 'M_UNRECOGNIZED'],
  ['malformed percent-encoding', 'PUT', '/rooms/%zz/send/a/1', {}, 'tok-alice', 400, 'M_INVALID_PARAM'],
  ['no token', 'POST', '/leave', {}, undefined, 401, 'M_MISSING_TOKEN'],
  ['an unknown token', 'POST', '/leave', {}, 'nobody', 401, 'M_UNKNOWN_TOKEN'],
  ['an unknown token where none is needed', 'GET', '/list', undefined, 'nobody', 401, 'M_UNKNOWN_TOKEN'],
  ['a user where an admin is asked', 'GET', '/manage', undefined, 'tok-alice', 403, 'M_FORBIDDEN'],
  ['no body where something must be said', 'PUT', '/rooms/!r/send/a/1', undefined, 'tok-alice', 400, 'M_NOT_JSON'],
  ['no body where a key is required', 'POST', '/login', undefined, undefined, 400, 'M_NOT_JSON'],
  ['half a body', 'POST', '/leave', '{"a":', 'tok-alice', 400, 'M_NOT_JSON'],
  ['an array as body', 'POST', '/leave', '[]', 'tok-alice', 400, 'M_BAD_JSON'],
  ['null as body', 'POST', '/leave', 'null', 'tok-alice', 400, 'M_BAD_JSON'],
  ['text that is not UTF-8', 'POST', '/leave', new Uint8Array([123, 34, 255, 34, 58, 49, 125]), 'tok-alice', 400, 'M_NOT_JSON'],
  ['a missing key', 'POST', '/login', {}, undefined, 400, 'M_MISSING_PARAM'],
  ['a key of another type', 'POST', '/login', { type: 1 }, undefined, 400, 'M_BAD_JSON'],
  ['a parameter that is no room ID', 'PUT', '/rooms/r/send/a/1', {}, 'tok-alice', 400, 'M_INVALID_PARAM'],
  ['a query that is no number', 'GET', '/list?limit=x', undefined, undefined, 400, 'M_INVALID_PARAM'],
  ['a body over the limit', 'POST', '/leave', { a: 'x'.repeat(1000) }, 'tok-alice', 413, 'M_TOO_LARGE'],
] as const) {
  test(`${title} is ${status} ${errcode}`, async (t) => {
    const answer = await call(method, path, body, token)
    t.is(answer.status, status)
    t.is(answer.json?.['errcode'], errcode)
    t.is(typeof answer.json?.['error'], 'string')
  })
}

test('a body may be absent where nothing need be said, and a bad token does not matter where none is asked', async (t) => {
  t.deepEqual((await call('POST', '/leave', undefined, 'tok-alice')).json, { body: {} })
  t.is((await call('POST', '/login', { type: 'x' }, 'nobody')).status, 200)
  t.deepEqual((await call('GET', '/list?limit=7')).json, { query: { limit: 7 }, caller: null })
  t.deepEqual((await call('GET', '/list', undefined, 'tok-alice')).json, { query: {}, caller: '@alice:x' })
})

test('a session that is found late serves as well', async (t) => {
  t.is((await call('GET', '/manage', undefined, 'tok-admin')).status, 200)
})

test('an error of our own is told to the operator once, and to nobody else', async (t) => {
  const { status, json } = await call('GET', '/broken?secret=1')
  t.is(status, 500)
  t.deepEqual(json, { errcode: 'M_UNKNOWN', error: 'Internal server error.' })
  t.true(reports.some((report) => JSON.stringify(report) === JSON.stringify(['TypeError: secret detail', 'GET /broken'])))
})

test('too many logins from one address are told when to come back', async (t) => {
  const own = await startTestApp()
  const answers = []
  for (let count = 0; count < 21; count++) answers.push(await own.call('POST', '/login', { type: 'x' }))
  await own.server.stop()
  t.deepEqual(
    answers.map(({ status }) => status),
    [...Array<number>(20).fill(200), 429],
  )
  t.is(answers.at(-1)?.headers.get('retry-after'), '1000')
  t.is(answers.at(-1)?.json?.['retry_after_ms'], 1_000_000)
})
