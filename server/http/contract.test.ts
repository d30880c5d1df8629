import test from 'ava'
import type { Endpoint } from '../../spec/endpoint.ts'
import { endpoints } from '../../spec/table.ts'
import { createDispatch } from './dispatch.ts'
import { limitClassOf } from './limit-classes.ts'
import { assertCompiles } from './validator.ts'

const all: readonly Endpoint[] = endpoints.map(({ endpoint }) => endpoint)

test('every schema of a request can be checked', (t) => {
  for (const { method, path, params, query, body } of all) {
    t.notThrows(() => {
      if (params !== undefined) assertCompiles('path', params)
      if (query !== undefined) assertCompiles('query', query)
      if (body !== undefined) assertCompiles('body', body)
    }, `${method} ${path}`)
  }
})

test('every path leads to its own endpoint', (t) => {
  const targets = all.map((endpoint) => ({
    method: endpoint.method,
    paths: [endpoint.path, ...(endpoint.aliases ?? [])],
    target: endpoint,
  }))
  const dispatch = createDispatch(targets)
  for (const { method, paths, target } of targets) {
    for (const path of paths) t.is(dispatch(method, path.replaceAll(/[:*]\w+/g, 'x')).target, target, `${method} ${path}`)
  }
})

test('the risky doors have rates of their own', (t) => {
  const classes = all
    .filter(({ rateLimited }) => rateLimited)
    .map((endpoint) => `${endpoint.method} ${endpoint.path}: ${limitClassOf(endpoint)}`)
  const risky = classes.filter((line) => !line.endsWith(': rc_other')).toSorted()
  t.deepEqual(risky, [
    'GET /_matrix/client/v1/register/m.login.registration_token/validity: rc_registration_token_validity',
    'POST /_matrix/client/unstable/chat.hallway/dm/open: rc_room_creation',
    'POST /_matrix/client/unstable/chat.hallway/password/reset: rc_login.address',
    'POST /_matrix/client/unstable/chat.hallway/rooms: rc_room_creation',
    'POST /_matrix/client/v3/createRoom: rc_room_creation',
    'POST /_matrix/client/v3/join/:roomIdOrAlias: rc_joins',
    'POST /_matrix/client/v3/knock/:roomIdOrAlias: rc_joins',
    'POST /_matrix/client/v3/login: rc_login.address',
    'POST /_matrix/client/v3/register: rc_registration',
    'POST /_matrix/client/v3/rooms/:roomId/invite: rc_invites',
    'POST /_matrix/client/v3/rooms/:roomId/join: rc_joins',
    'POST /_matrix/client/v3/user_directory/search: rc_user_directory',
    'POST /_synapse/admin/v1/register: rc_registration',
    'PUT /_matrix/client/v3/rooms/:roomId/redact/:eventId/:txnId: rc_message',
    'PUT /_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId: rc_message',
    'PUT /_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey: rc_message',
  ])
})

test('what is not limited in the contract is not limited here', (t) => {
  t.is(limitClassOf({ method: 'POST', path: '/login', access: 'anyone', summary: '', reference: '', response: {} }), undefined)
})
