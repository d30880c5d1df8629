import test from 'ava'
import { createCheckNaming, type AliasRule } from './alias-rules.ts'

const rule = (part: Partial<AliasRule>): AliasRule => ({ user_id: '*', alias: '*', room_id: '*', action: 'allow', ...part })

test('the first rule that fits says who may name a room', (t) => {
  const check = createCheckNaming([rule({ alias: '#admin*', action: 'deny' }), rule({ user_id: '@a*:hs' }), rule({ room_id: '!x' })])
  t.notThrows(() => check('@alice:hs', '#lab:hs', undefined))
  t.throws(() => check('@alice:hs', '#admins:hs', undefined), { message: /choose another/ })
  t.throws(() => check('@bob:hs', '#lab:hs', undefined), { message: /choose another/ })
  t.notThrows(() => check('@bob:hs', '#lab:hs', '!x'))
})

test('without a rule nobody names rooms', (t) => {
  t.like(
    t.throws(() => createCheckNaming([])('@alice:hs', '#lab:hs', undefined)),
    { errcode: 'M_FORBIDDEN' },
  )
})
