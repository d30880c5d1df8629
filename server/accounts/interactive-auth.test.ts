import test from 'ava'
import { MatrixError } from '../protocol/errors.ts'
import { createInteractiveAuth, type Attempt, type Stage } from './interactive-auth.ts'
import { alice, errcodeOf, errorOf, openSession } from './test-world.ts'

const createAuth = (capacity?: number) => {
  const clock = { time: 1000 }
  const auth = createInteractiveAuth({
    now: () => clock.time,
    lifetime: 900_000,
    ...(capacity !== undefined && { capacity }),
    judges: {
      'm.login.dummy': async () => '',
      'm.login.password': async ({ password }) => {
        if (password === 'flood') throw new MatrixError('M_LIMIT_EXCEEDED', 'Too many.')
        if (password !== 'right') throw new MatrixError('M_FORBIDDEN', 'Wrong.')
        return alice
      },
      'm.login.registration_token': async ({ token }) => token ?? '',
    },
  })
  return { auth, clock }
}

const flows: readonly (readonly Stage[])[] = [['m.login.password']]
const attempt = (auth: Attempt['auth'], extra: Partial<Attempt> = {}): Attempt => ({
  operation: 'delete',
  body: ['A'],
  userId: alice,
  flows,
  auth,
  ...extra,
})
const right = (session?: string) => ({ type: 'm.login.password', password: 'right', ...(session !== undefined && { session }) })

test('a challenge tells flows and session, and no errcode; a failure tells why, and may be tried again', async (t) => {
  const { auth } = createAuth()
  const challenge = await errorOf(auth.prove(attempt(undefined)))
  const session = challenge.fields['session'] as string
  t.is(challenge.status, 401)
  t.deepEqual(JSON.parse(JSON.stringify(challenge.fields)), {
    flows: [{ stages: ['m.login.password'] }],
    params: {},
    session,
    completed: [],
  })
  const failure = await errorOf(auth.prove(attempt({ type: 'm.login.password', password: 'wrong', session })))
  t.is(failure.status, 401)
  t.deepEqual(failure.fields, {
    errcode: 'M_FORBIDDEN',
    error: 'Wrong.',
    flows: [{ stages: ['m.login.password'] }],
    params: {},
    session,
    completed: [],
  })
  t.is((await auth.prove(attempt(right(session)))).get('m.login.password'), alice)
})

test('a session serves once, for the operation, body and user it was opened for', async (t) => {
  const { auth } = createAuth()
  const session = await openSession(auth, attempt(undefined))
  for (const other of [{ operation: 'rename' }, { body: ['B'] }, { userId: '@bob:hallway.test' as const }, { userId: undefined }]) {
    const error = await errorOf(auth.prove(attempt(right(session), other)))
    t.deepEqual([error.errcode, error.status], ['M_FORBIDDEN', 403], JSON.stringify(other))
  }
  await auth.prove(attempt(right(session)))
  const again = await errorOf(auth.prove(attempt(right(session))))
  t.is(again.status, 401)
  t.not(again.fields['session'], session)
})

test('of two that finish one session at once, one does', async (t) => {
  const { auth } = createAuth()
  const session = await openSession(auth, attempt(undefined))
  const outcomes = await Promise.allSettled([auth.prove(attempt(right(session))), auth.prove(attempt(right(session)))])
  t.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('the stages of a flow go in order, and what was proven stays proven', async (t) => {
  const { auth } = createAuth()
  const inOrder: Partial<Attempt> = { flows: [['m.login.registration_token', 'm.login.dummy']], userId: undefined }
  const session = await openSession(auth, attempt(undefined, inOrder))
  const early = await errorOf(auth.prove(attempt({ type: 'm.login.dummy', session }, inOrder)))
  t.is(early.status, 401)
  t.deepEqual(early.fields['completed'], [])
  const half = await errorOf(auth.prove(attempt({ type: 'm.login.registration_token', token: 'x', session }, inOrder)))
  t.is(half.fields['errcode'], undefined)
  t.deepEqual(half.fields['completed'], ['m.login.registration_token'])
  t.is(auth.countProven('m.login.registration_token', 'x'), 1)
  t.is(auth.countProven('m.login.registration_token', 'y'), 0)
  const proofs = await auth.prove(attempt({ type: 'm.login.dummy', session }, inOrder))
  t.is(proofs.get('m.login.registration_token'), 'x')
  t.is(auth.countProven('m.login.registration_token', 'x'), 0)
})

test('a stage that no flow has is refused, whatever its name', async (t) => {
  const { auth } = createAuth()
  for (const type of ['m.login.dummy', 'm.login.recaptcha', '__proto__', 'constructor']) {
    const error = await errorOf(auth.prove(attempt({ type })))
    t.deepEqual([error.status, error.fields['errcode'], error.fields['completed']], [401, 'M_UNAUTHORIZED', []], type)
  }
})

test('an error that proves nothing leaves as it is', async (t) => {
  const { auth } = createAuth()
  t.is(await errcodeOf(auth.prove(attempt({ type: 'm.login.password', password: 'flood' }))), 'M_LIMIT_EXCEEDED')
})

test('a session expires, and the oldest go when there are too many', async (t) => {
  const { auth, clock } = createAuth(2)
  const first = await openSession(auth, attempt(undefined))
  const second = await openSession(auth, attempt(undefined))
  const third = await openSession(auth, attempt(undefined))
  const begun = await errorOf(auth.prove(attempt(right(first))))
  t.is(begun.status, 401)
  clock.time += 900_000
  for (const session of [second, third]) t.is((await errorOf(auth.prove(attempt(right(session))))).status, 401)
})
