import test from 'ava'
import { slidingSyncRequest, slidingSyncResponse } from '../client/sliding-sync.ts'
import { closeCodes, errorFrame, requestFrame, responseFrame } from './live-socket.ts'

test('the envelope of a frame takes no key that a sliding sync body has, but pos', (t) => {
  t.deepEqual(
    Object.keys(slidingSyncRequest.properties).filter((key) => ['type', 'id', 'pos'].includes(key)),
    [],
  )
  t.deepEqual(
    Object.keys(slidingSyncResponse.properties).filter((key) => ['type', 'id'].includes(key)),
    [],
  )
  t.true('pos' in slidingSyncResponse.properties)
})

test('frames of one side are told apart by their type', (t) => {
  t.is(requestFrame.properties.type.const, 'request')
  t.is(responseFrame.properties.type.const, 'response')
  t.is(errorFrame.properties.type.const, 'error')
})

test('each close code says one thing, and ours are of the range that applications may use', (t) => {
  const codes = Object.values(closeCodes)
  t.is(new Set(codes).size, codes.length)
  t.true(codes.every((code) => (code >= 1001 && code <= 1011) || (code >= 4000 && code <= 4999)))
})
