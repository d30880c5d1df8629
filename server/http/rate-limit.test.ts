import test from 'ava'
import { addressKey, createRateLimiter } from './rate-limit.ts'

const rates = { rc_message: { per_second: 2, burst_count: 3 } }

test('a burst passes, the next one waits as long as it is told', (t) => {
  let time = 1000
  const limiter = createRateLimiter({ rates, now: () => time })
  for (let count = 0; count < 3; count++) limiter.hit('rc_message', '@a:b')
  const error = t.throws(() => limiter.hit('rc_message', '@a:b'))
  t.like(error, { errcode: 'M_LIMIT_EXCEEDED', status: 429, fields: { retry_after_ms: 500 } })
  time += 499
  t.throws(() => limiter.hit('rc_message', '@a:b'))
  time += 1
  t.notThrows(() => limiter.hit('rc_message', '@a:b'))
  t.throws(() => limiter.hit('rc_message', '@a:b'))
})

test('keys do not share a rate, and a class without a rate is free', (t) => {
  const limiter = createRateLimiter({ rates: { rc_message: { per_second: 1, burst_count: 1 } }, now: () => 0 })
  limiter.hit('rc_message', '@a:b')
  t.notThrows(() => limiter.hit('rc_message', '@c:d'))
  for (let count = 0; count < 100; count++) limiter.hit('rc_joins', '@a:b')
})

test('a check counts nothing', (t) => {
  const limiter = createRateLimiter({ rates: { rc_message: { per_second: 1, burst_count: 1 } }, now: () => 0 })
  limiter.check('rc_message', 'x')
  limiter.check('rc_message', 'x')
  limiter.hit('rc_message', 'x')
  t.throws(() => limiter.check('rc_message', 'x'))
})

test('the keys kept are bounded, and those in use are kept longest', (t) => {
  let time = 0
  const limiter = createRateLimiter({ rates: { rc_message: { per_second: 1, burst_count: 1 } }, now: () => time, capacity: 10 })
  for (let count = 0; count < 9; count++) limiter.hit('rc_message', `old${count}`)
  time = 2000
  limiter.hit('rc_message', 'busy')
  limiter.hit('rc_message', 'new')
  t.throws(() => limiter.check('rc_message', 'busy'))
  for (let count = 0; count < 30; count++) limiter.hit('rc_message', `flood${count}`)
  t.notThrows(() => limiter.check('rc_message', 'busy'))
  t.throws(() => limiter.check('rc_message', 'flood29'))
})

test('an IPv6 address counts by its /64, an IPv4 address by itself', (t) => {
  t.is(addressKey('192.0.2.7'), '192.0.2.7')
  t.is(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  t.is(addressKey('2001:db8:1:2::9'), '2001:db8:1:2')
  t.is(addressKey('2001:db8::1'), '2001:db8:0:0')
  t.is(addressKey('::1'), '0:0:0:0')
})
