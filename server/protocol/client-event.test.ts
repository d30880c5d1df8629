import test from 'ava'
import type { UserId } from '../../spec/identifiers.ts'
import { clientEvent, clientEventPrefix, strippedState } from './client-event.ts'
import type { Event, Pdu } from './event.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'

const v12 = roomVersion('12') as RoomVersion

const event = (pdu: Partial<Pdu>): Event => ({
  eventId: '$e',
  roomId: '!r',
  pdu: {
    type: 'm.room.message',
    sender: '@a:x' as UserId,
    content: { body: 'hi' },
    depth: 1,
    origin_server_ts: 5,
    auth_events: [],
    prev_events: [],
    hashes: { sha256: 'h' },
    signatures: { x: { 'ed25519:1': 's' } },
    unsigned: { age: 1 },
    ...pdu,
  },
})

test('clients get the keys they know, and nothing of signatures or of the unsigned part of peers', (t) => {
  t.deepEqual(clientEvent(v12, event({}), { withRoomId: true }), {
    content: { body: 'hi' },
    event_id: '$e',
    origin_server_ts: 5,
    room_id: '!r',
    sender: '@a:x',
    type: 'm.room.message',
  })
})

test('the room goes unnamed where the answer names it, and an empty state key stays', (t) => {
  t.deepEqual(clientEvent(v12, event({ state_key: '' }), { withRoomId: false, unsigned: { age: 3 } }), {
    content: { body: 'hi' },
    event_id: '$e',
    origin_server_ts: 5,
    sender: '@a:x',
    state_key: '',
    type: 'm.room.message',
    unsigned: { age: 3 },
  })
})

test('a redaction names its target twice, wherever its version keeps it', (t) => {
  const wanted = { redacts: '$t', content: { reason: 'r', redacts: '$t' } }
  const old = { ...v12, redactsInContent: false }
  const redaction = (pdu: Partial<Pdu>) => event({ type: 'm.room.redaction', ...pdu })
  t.like(clientEvent(v12, redaction({ content: { reason: 'r', redacts: '$t' }, redacts: '$other' }), { withRoomId: false }), wanted)
  t.like(clientEvent(old, redaction({ content: { reason: 'r', redacts: '$other' }, redacts: '$t' }), { withRoomId: false }), wanted)
  t.is(clientEvent(v12, event({ content: { redacts: '$t' } }), { withRoomId: false }).redacts, undefined)
})

test('the text can be closed with or without an unsigned part', (t) => {
  const prefix = clientEventPrefix(v12, event({}), { withRoomId: true })
  t.deepEqual(JSON.parse(`${prefix}}`), clientEvent(v12, event({}), { withRoomId: true }))
  t.deepEqual(JSON.parse(`${prefix},"unsigned":{"age":1}}`), clientEvent(v12, event({}), { withRoomId: true, unsigned: { age: 1 } }))
})

test('stripped state has four keys', (t) => {
  t.deepEqual(strippedState(event({ state_key: 'k' })), { content: { body: 'hi' }, sender: '@a:x', state_key: 'k', type: 'm.room.message' })
})
