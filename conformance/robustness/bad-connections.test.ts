import anyTest, { type TestFn } from 'ava'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Caller, signUp } from './caller.ts'
import { createInstallation, type Installation } from './installation.ts'

const test = anyTest as TestFn<{ place: Installation; alice: Caller; roomId: string }>

test.before(async (t) => {
  const place = await createInstallation({ env: { HALLWAY_HTTP__REQUEST_TIMEOUT: '2s', HALLWAY_HTTP__HEADERS_TIMEOUT: '1s' } })
  await place.start()
  const alice = await signUp(place.baseUrl)
  t.context = { place, alice, roomId: (await alice.ok('POST', 'v3/createRoom', {})).room_id }
})

test.after.always(async (t) => t.context.place?.remove())

test.afterEach('the server goes on', async (t) => {
  const { alice, roomId, place } = t.context
  t.is((await alice.call('PUT', messagePath(roomId, t.title), { msgtype: 'm.text', body: 'still here' })).status, 200)
  t.notRegex(place.said(), /"level":"(error|fatal)"/)
})

const messagePath = (roomId: string, name: string): string =>
  `v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${encodeURIComponent(name)}`

/** A connection that says what it is told to, and keeps what it hears. */
const open = (port: number): { socket: Socket; heard: () => string; ended: Promise<void> } => {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  return { socket, heard: () => heard, ended: new Promise((resolve) => socket.once('close', () => resolve())) }
}

/** Waits for what a connection is to hear. @throws when it has not within half a minute */
const until = async (heard: () => string, pattern: RegExp): Promise<string> => {
  for (const deadline = Date.now() + 30_000; !pattern.test(heard()); await pause(10)) {
    if (Date.now() > deadline) throw new Error(`Heard ${heard().slice(0, 500) || 'nothing'} instead of ${pattern}`)
  }
  return heard()
}

const head = (path: string, { token }: Caller, ...lines: string[]): string =>
  [`PUT /_matrix/client/${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${token}`, ...lines, '', ''].join('\r\n')

test('a body that is announced as too large is refused before it is sent', async (t) => {
  const { place, alice, roomId } = t.context
  const { socket, heard } = open(place.port)
  socket.write(head(messagePath(roomId, 'large'), alice, 'Content-Length: 1000000000'))
  const answer = await until(heard, /errcode/)
  t.regex(answer, /^HTTP\/1\.1 413 .*M_TOO_LARGE/s)
  socket.destroy()
})

test('a body that comes in pieces is refused once it is too large', async (t) => {
  const { place, alice, roomId } = t.context
  const { socket, heard } = open(place.port)
  socket.write(head(messagePath(roomId, 'pieces'), alice, 'Transfer-Encoding: chunked'))
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  let pieces = 0
  for (; !heard().includes('errcode') && pieces < 200; pieces++) {
    socket.write(piece)
    await pause(1)
  }
  t.regex(heard(), /^HTTP\/1\.1 413 .*M_TOO_LARGE/s)
  socket.destroy()
})

test('a body without end is cut off', async (t) => {
  const { place, alice, roomId } = t.context
  const { socket, ended } = open(place.port)
  socket.write(head(messagePath(roomId, 'endless'), alice, 'Transfer-Encoding: chunked'))
  const piece = Buffer.from(`100000\r\n${'x'.repeat(0x100000)}\r\n`)
  const pour = (): void => {
    while (!socket.destroyed && socket.write(piece)) {
      /* as fast as it goes */
    }
  }
  socket.on('drain', pour)
  pour()
  await ended
  t.pass()
})

test('an event of more than 65,536 bytes is refused, and one of less is taken', async (t) => {
  const { alice, roomId } = t.context
  const { status, body } = await alice.call('PUT', messagePath(roomId, 'big'), { msgtype: 'm.text', body: 'x'.repeat(65_500) })
  t.deepEqual([status, body.errcode], [413, 'M_TOO_LARGE'])
  t.is((await alice.call('PUT', messagePath(roomId, 'less'), { msgtype: 'm.text', body: 'x'.repeat(64_000) })).status, 200)
  const state = await alice.call('PUT', `v3/rooms/${encodeURIComponent(roomId)}/state/m.room.topic`, { topic: 'x'.repeat(65_500) })
  t.deepEqual([state.status, state.body.errcode], [413, 'M_TOO_LARGE'])
})

for (const [what, method, path, status] of [
  ['a path that leads nowhere', 'GET', 'v3/nowhere', 404],
  ['a version that never was', 'GET', 'v99/sync', 404],
  ['a wrong method', 'DELETE', 'v3/sync', 405],
  ['a method of no meaning', 'PATCH', 'v3/account/whoami', 405],
] as const) {
  test(`${what} is answered ${status} M_UNRECOGNIZED`, async (t) => {
    const answer = await t.context.alice.call(method, path)
    t.deepEqual([answer.status, answer.body.errcode], [status, 'M_UNRECOGNIZED'])
  })
}

test('a body that trickles in is given up, with an answer', async (t) => {
  const { place, alice, roomId } = t.context
  const { socket, heard, ended } = open(place.port)
  socket.write(head(messagePath(roomId, 'slow'), alice, 'Content-Length: 1000'))
  const trickle = setInterval(() => socket.write(' '), 1000)
  await ended
  clearInterval(trickle)
  t.regex(heard(), /^HTTP\/1\.1 408 .*errcode/s)
})

test('headers that trickle in are given up', async (t) => {
  const { socket, heard, ended } = open(t.context.place.port)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
  const trickle = setInterval(() => socket.write('x'), 500)
  await ended
  clearInterval(trickle)
  t.regex(heard(), /^HTTP\/1\.1 408 /)
})

for (const [what, said, status] of [
  ['what is no HTTP', 'hello\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(200_000)}`, 431],
  ['two lengths of one body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde', 400],
  ['a length beside pieces', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  ['an upgrade to nothing we know', 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 404],
] as const) {
  test(`${what} is answered ${status}`, async (t) => {
    const { socket, heard, ended } = open(t.context.place.port)
    socket.write(said)
    await ended
    t.regex(heard(), new RegExp(`^HTTP/1\\.1 ${status} .*"errcode"`, 's'))
  })
}

test('callers that hang up in the middle of a body, or before the answer, are forgotten', async (t) => {
  const { place, alice, roomId } = t.context
  for (let round = 0; round < 50; round++) {
    const { socket } = open(place.port)
    socket.write(
      head(messagePath(roomId, `gone ${round}`), alice, 'Content-Length: 100') +
        (round % 2 === 0 ? '{"body":' : `{"body":"${'x'.repeat(89)}"}`),
    )
    await pause(1)
    socket.destroy()
  }
  t.pass()
})

test('a thousand idle connections keep nobody out', async (t) => {
  const { place, alice } = t.context
  const idle = Array.from({ length: 1000 }, () => open(place.port))
  await Promise.all(
    idle.map(
      ({ socket }) =>
        new Promise<void>((resolve, reject) => {
          socket.once('connect', () => resolve()).once('error', reject)
        }),
    ),
  )
  t.is((await alice.call('GET', 'v3/account/whoami')).status, 200)
  // They have never said anything: they are closed in their turn.
  await Promise.all(idle.map(({ ended }) => ended))
})
