import test, { type ExecutionContext } from 'ava'
import { WebSocket } from 'ws'
import { closeCodes, liveSocketPath, maxClientFrameBytes } from '../../spec/extensions/live-socket.ts'
import { type Caller, signUp } from './caller.ts'
import { createInstallation, type Installation } from './installation.ts'

let place: Installation
let alice: Caller

test.before(async () => {
  place = await createInstallation()
  await place.start()
  alice = await signUp(place.baseUrl)
})

test.after.always(async () => place?.remove())

test.afterEach('the server goes on', async (t) => {
  t.is((await alice.call('GET', 'v3/account/whoami')).status, 200)
  t.notRegex(place.said(), /"level":"(error|fatal)"/)
})

type Frame = string | Uint8Array

/** Sends frames on a new socket, and gives how it ended and the errcodes that went before. */
const endOf = (...frames: Frame[]): Promise<{ code: number; errcodes: string[] }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${place.baseUrl.replace('http', 'ws')}${liveSocketPath}`)
    const errcodes: string[] = []
    socket.on('open', () => {
      for (const frame of frames) socket.send(frame)
    })
    socket.on('message', (data) => errcodes.push(JSON.parse(String(data)).errcode))
    socket.on('error', reject)
    socket.on('close', (code) => resolve({ code, errcodes }))
  })

/** Sends a request on a new socket, and gives the first answer; the socket must still be open then. */
const answerTo = (frame: Frame): Promise<{ type: string; id?: string; errcode?: string }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${place.baseUrl.replace('http', 'ws')}${liveSocketPath}`)
    socket.on('open', () => {
      socket.send(auth())
      socket.send(frame)
    })
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)))
      socket.close()
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
  })

const auth = (): string => JSON.stringify({ type: 'auth', access_token: alice.token })
const request = (more: object = {}): string => JSON.stringify({ type: 'request', id: '1', conn_id: `c${Math.random()}`, ...more })

const closes = async (t: ExecutionContext, frames: Frame[], code: number, ...errcodes: string[]): Promise<void> => {
  t.deepEqual(await endOf(...frames), { code, errcodes })
}

for (const [what, frame, errcode] of [
  ['no JSON', 'words', 'M_NOT_JSON'],
  ['an array', '[]', 'M_BAD_JSON'],
  ['null', 'null', 'M_BAD_JSON'],
  ['no type that there is', '{"type":"hello"}', 'M_BAD_JSON'],
  ['10,000 objects in one another', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'M_BAD_JSON'],
  ['a key that comes twice', '{"type":"auth","type":"auth"}', 'M_BAD_JSON'],
  ['half a surrogate pair', '{"type":"auth","access_token":"\\ud800"}', 'M_BAD_JSON'],
] as const) {
  test(`a frame of ${what} closes the socket`, async (t) => {
    await closes(t, [frame], closeCodes.badFrame, errcode)
    await closes(t, [auth(), frame], closeCodes.badFrame, errcode)
  })
}

test('a binary frame, or one that is too large, closes the socket', async (t) => {
  await closes(t, [new Uint8Array([1, 2, 3])], closeCodes.unsupportedFrame)
  await closes(t, [auth(), 'x'.repeat(maxClientFrameBytes + 1)], closeCodes.frameTooLarge)
})

test('who is not known is told so, and shut out', async (t) => {
  await closes(t, [JSON.stringify({ type: 'auth', access_token: 'never-given' })], closeCodes.unauthenticated, 'M_UNKNOWN_TOKEN')
  await closes(t, [request()], closeCodes.unauthenticated, 'M_MISSING_TOKEN')
})

test('a request that asks for what cannot be fails by its ID, and the socket goes on', async (t) => {
  for (const body of [
    { lists: 7 },
    { lists: { a: { ranges: [[-1, 5]] } } },
    { room_subscriptions: { kitchen: {} } },
    { extensions: { typing: { enabled: 'yes' } } },
  ]) {
    const { type, id, errcode } = await answerTo(request(body))
    t.deepEqual([type, id], ['error', '1'], JSON.stringify(body))
    t.regex(errcode ?? '', /^M_(BAD_JSON|INVALID_PARAM)$/)
  }
  const unknown = await answerTo(request({ pos: 'nowhere' }))
  t.deepEqual([unknown.id, unknown.errcode], ['1', 'M_UNKNOWN_POS'])
  t.is(
    (
      await answerTo(
        request({
          lists: { __proto__: {}, constructor: { ranges: [[0, Number.MAX_SAFE_INTEGER]], timeline_limit: Number.MAX_SAFE_INTEGER } },
        }),
      )
    ).type,
    'response',
  )
})

test('a thousand requests that wait for no answer get the last one answered', async (t) => {
  const conn_id = 'hasty'
  const last = await new Promise<string>((resolve, reject) => {
    const socket = new WebSocket(`${place.baseUrl.replace('http', 'ws')}${liveSocketPath}`)
    socket.on('open', () => {
      socket.send(auth())
      for (let number = 1; number <= 1000; number++)
        socket.send(JSON.stringify({ type: 'request', id: `${number}`, conn_id, lists: { all: {} } }))
    })
    socket.on('message', (data) => {
      const { id, type } = JSON.parse(String(data))
      if (type === 'response' && id === '1000') socket.close()
    })
    socket.on('close', (code) => resolve(`${code}`))
    socket.on('error', reject)
  })
  t.is(last, '1005')
})
