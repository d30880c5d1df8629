import test from 'ava'
import type { IncomingMessage } from 'node:http'
import { createClientAddress } from './client-address.ts'

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

test('without trusted proxies nobody can lend themselves an address', (t) => {
  t.is(createClientAddress([])(from('::ffff:192.0.2.1', '10.0.0.1')), '192.0.2.1')
})

test('behind trusted proxies the last address they did not add counts', (t) => {
  const address = createClientAddress(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  t.is(address(from('127.0.0.1', '203.0.113.9')), '203.0.113.9')
  t.is(address(from('127.0.0.1', '1.2.3.4, 203.0.113.9, 10.1.1.1')), '203.0.113.9')
  t.is(address(from('fd00::1', '2001:db8::5')), '2001:db8::5')
  t.is(address(from('127.0.0.1')), '127.0.0.1')
  t.is(address(from('127.0.0.1', 'nonsense')), '127.0.0.1')
  t.is(address(from('192.0.2.1', '203.0.113.9')), '192.0.2.1')
})
