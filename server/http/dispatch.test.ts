import test from 'ava'
import { createDispatch } from './dispatch.ts'

const dispatch = createDispatch([
  { method: 'PUT', paths: ['/rooms/:roomId/send/:type/:txnId', '/r0/rooms/:roomId/send/:type/:txnId'], target: 'send' },
  { method: 'GET', paths: ['/rooms/:roomId/state/:type/:stateKey', '/rooms/:roomId/state/:type'], target: 'state' },
  { method: 'GET', paths: ['/rooms/:roomId/state'], target: 'states' },
  { method: 'GET', paths: ['/rooms/directory'], target: 'directory' },
  { method: 'DELETE', paths: ['/rooms/:roomId'], target: 'delete' },
  { method: 'GET', paths: ['/rooms/directory/:name/y'], target: 'named' },
  { method: 'GET', paths: ['/files/*rest'], target: 'files' },
])

test('a path leads to its target, with its parameters by name', (t) => {
  t.deepEqual(dispatch('PUT', '/rooms/!a:b/send/m.x/1'), { target: 'send', params: { roomId: '!a:b', type: 'm.x', txnId: '1' } })
  t.is(dispatch('PUT', '/r0/rooms/!a:b/send/m.x/1').target, 'send')
})

test('a parameter is decoded once, and may hold encoded slashes', (t) => {
  t.deepEqual(dispatch('PUT', '/rooms/%21a%2Fb%2525:c/send/m%2Fx/%F0%9F%98%80').params, { roomId: '!a/b%25:c', type: 'm/x', txnId: '😀' })
})

test('an empty last segment is an empty parameter', (t) => {
  t.deepEqual(dispatch('GET', '/rooms/!a/state/m.x/').params, { roomId: '!a', type: 'm.x', stateKey: '' })
  t.deepEqual(dispatch('GET', '/rooms/!a/state/m.x').params, { roomId: '!a', type: 'm.x' })
})

test('a literal goes before a parameter, and steps back where it leads nowhere', (t) => {
  t.is(dispatch('GET', '/rooms/directory').target, 'directory')
  t.deepEqual(dispatch('DELETE', '/rooms/directory'), { target: 'delete', params: { roomId: 'directory' } })
  t.deepEqual(dispatch('GET', '/rooms/directory/state/x').params, { roomId: 'directory', type: 'x' })
})

test('a rest takes all that follows', (t) => {
  t.deepEqual(dispatch('GET', '/files/a/b%20c').params, { rest: 'a/b c' })
})

for (const path of [
  '/',
  '',
  '/nothing',
  '/rooms',
  '/rooms/',
  '/rooms/!a/',
  '/rooms/!a/send/m.x/1',
  '/rooms/!a/send/m.x/1/',
  '//rooms/!a',
  '/Rooms/!a/state',
]) {
  test(`${path || 'an empty path'} is 404 for GET unless it is known`, (t) => {
    const error = t.throws(() => dispatch('GET', path))
    t.like(error, {
      errcode: 'M_UNRECOGNIZED',
      status: /^\/rooms\/(!a)?\/?$|send\/m.x\/1$/.test(path) && path !== '/rooms/!a/' ? 405 : 404,
    })
  })
}

test('a known path with another method is 405', (t) => {
  t.like(
    t.throws(() => dispatch('POST', '/rooms/!a/state')),
    { errcode: 'M_UNRECOGNIZED', status: 405 },
  )
})

test('a parameter that is not percent-encoded UTF-8 is the caller’s fault', (t) => {
  for (const bad of ['%', '%zz', '%ff', '%ED%A0%80']) {
    t.like(
      t.throws(() => dispatch('DELETE', `/rooms/${bad}`)),
      { errcode: 'M_INVALID_PARAM', status: 400 },
    )
  }
})

test('a path may not be served twice', (t) => {
  t.throws(() => createDispatch([{ method: 'GET', paths: ['/a/:b', '/a/:c'], target: 1 }]), { message: /served twice/ })
})
