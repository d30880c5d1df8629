import test from 'ava'
import { whoAmI } from '../../spec/client/account.ts'
import { CallError } from './call-error.ts'
import { createSessionKeeper } from './session.ts'
import { nextStage } from './sign-in.ts'

interface Asked {
  readonly path: string
  readonly token: string | null
  readonly body: unknown
}
type Answer = (asked: Asked) => { status: number; body: object } | undefined

const world = (answer: Answer, now = () => 0) => {
  const asked: Asked[] = []
  const kept = new Map<string, string>()
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    const call = {
      path: new URL(String(url)).pathname,
      token: headers.get('Authorization'),
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    }
    asked.push(call)
    const given = answer(call)
    if (!given) throw new TypeError('no network')
    return Response.json(given.body, { status: given.status })
  }
  const keeper = createSessionKeeper({
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    fetch: fetch as typeof globalThis.fetch,
    baseUrl: 'http://server',
    now,
    alone: (work) => work(),
    onStorage: () => {},
  })
  return { keeper, asked, kept }
}

const granted = { user_id: '@a:b', device_id: 'D', access_token: 'old', refresh_token: 'r1' }
const refused = { status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', error: 'no' } }

test('a token that the server refuses is renewed, and the call made again', async (t) => {
  const { keeper, asked } = world(({ path, token }) => {
    if (path.endsWith('/refresh')) return { status: 200, body: { access_token: 'new', refresh_token: 'r2' } }
    return token === 'Bearer new' ? { status: 200, body: { user_id: '@a:b' } } : refused
  })
  keeper.begin(granted)
  t.is((await keeper.call(whoAmI)).user_id, '@a:b')
  t.deepEqual(
    asked.map(({ path }) => path.split('/').at(-1)),
    ['whoami', 'refresh', 'whoami'],
  )
  t.deepEqual(asked[1]?.body, { refresh_token: 'r1' })
  t.is(keeper.current.value?.refreshToken, 'r2')
})

test('a session that cannot be renewed is over', async (t) => {
  const { keeper, kept } = world(() => refused)
  keeper.begin(granted)
  await t.throwsAsync(keeper.call(whoAmI), { instanceOf: CallError })
  t.is(keeper.current.value, undefined)
  t.is(kept.size, 0)
})

test('a server that cannot be reached ends no session', async (t) => {
  const { keeper } = world(({ path }) => (path.endsWith('/refresh') ? undefined : refused))
  keeper.begin(granted)
  await t.throwsAsync(keeper.call(whoAmI), { instanceOf: CallError })
  t.is(keeper.current.value?.accessToken, 'old')
})

test('a token that is about to end is renewed before it is used', async (t) => {
  let now = 0
  const { keeper, asked } = world(
    ({ path }) => ({ status: 200, body: path.endsWith('/refresh') ? { access_token: 'new', expires_in_ms: 60_000 } : { user_id: '@a:b' } }),
    () => now,
  )
  keeper.begin({ ...granted, expires_in_ms: 60_000 })
  await keeper.call(whoAmI)
  now = 40_000
  await keeper.call(whoAmI)
  t.deepEqual(
    asked.map(({ token }) => token),
    ['Bearer old', null, 'Bearer new'],
  )
  t.is(keeper.current.value?.refreshToken, 'r1', 'the server gave no other')
})

test('a session survives the page', (t) => {
  const first = world(() => undefined)
  first.keeper.begin(granted)
  const second = createSessionKeeper({
    storage: { getItem: (key) => first.kept.get(key) ?? null, setItem: () => {}, removeItem: () => {} },
    fetch,
    baseUrl: 'http://server',
    now: () => 0,
    alone: (work) => work(),
    onStorage: () => {},
  })
  t.is(second.current.value?.userId, '@a:b')
})

test('what is kept in a broken way is no session', (t) => {
  for (const text of ['', '{', '[]', '{"userId":1}']) {
    const keeper = createSessionKeeper({
      storage: { getItem: () => text, setItem: () => {}, removeItem: () => {} },
      fetch,
      baseUrl: '',
      now: () => 0,
      alone: (work) => work(),
      onStorage: () => {},
    })
    t.is(keeper.current.value, undefined)
  }
})

test('of several flows one is gone through that we can, stage by stage, and a link is used where it serves', (t) => {
  const flows = [
    { stages: ['m.login.recaptcha'] },
    { stages: ['m.login.dummy'] },
    { stages: ['m.login.registration_token', 'm.login.dummy'] },
  ]
  const withLink = ['m.login.registration_token', 'm.login.dummy']
  t.is(nextStage({ flows }, withLink), 'm.login.registration_token')
  t.is(nextStage({ flows, completed: ['m.login.registration_token'] }, withLink), 'm.login.dummy')
  t.is(nextStage({ flows }, ['m.login.dummy']), 'm.login.dummy')
  t.is(nextStage({ flows: [{ stages: ['m.login.registration_token'] }] }, ['m.login.dummy']), undefined)
  t.is(nextStage({}, withLink), undefined)
})
