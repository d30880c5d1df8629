import test from 'ava'
import { canSee, readHistoryVisibility } from './history-visibility.ts'

// Whether a user may see an event sent while they were …; with `+`, who has joined since.
const table = {
  world_readable: {
    join: true,
    invite: true,
    knock: true,
    leave: true,
    ban: true,
    'join+': true,
    'invite+': true,
    'knock+': true,
    'leave+': true,
    'ban+': true,
  },
  shared: {
    join: true,
    invite: false,
    knock: false,
    leave: false,
    ban: false,
    'join+': true,
    'invite+': true,
    'knock+': true,
    'leave+': true,
    'ban+': true,
  },
  invited: {
    join: true,
    invite: true,
    knock: false,
    leave: false,
    ban: false,
    'join+': true,
    'invite+': true,
    'knock+': false,
    'leave+': false,
    'ban+': false,
  },
  joined: {
    join: true,
    invite: false,
    knock: false,
    leave: false,
    ban: false,
    'join+': true,
    'invite+': false,
    'knock+': false,
    'leave+': false,
    'ban+': false,
  },
} as const

for (const [visibility, cells] of Object.entries(table)) {
  for (const [cell, allowed] of Object.entries(cells)) {
    const joinedSince = cell.endsWith('+')
    const membership = cell.replace('+', '')
    test(`${visibility}: ${membership}${joinedSince ? ', joined since' : ''}: ${allowed ? 'seen' : 'hidden'}`, (t) => {
      t.is(canSee({ visibility: readHistoryVisibility(visibility), membership, joinedSince }), allowed)
    })
  }
}

test('what is not understood counts as shared', (t) => {
  for (const value of [undefined, null, 'x', 1, 'shared', 'toString']) t.is(readHistoryVisibility(value), 'shared')
})

test('a change of the visibility is seen by whom either side lets see it', (t) => {
  const stranger = { membership: 'leave', joinedSince: false }
  t.true(canSee({ visibility: 'world_readable', visibilityAfter: 'joined', ...stranger }))
  t.true(canSee({ visibility: 'joined', visibilityAfter: 'world_readable', ...stranger }))
  t.false(canSee({ visibility: 'joined', visibilityAfter: 'invited', ...stranger }))
  t.true(canSee({ visibility: 'joined', visibilityAfter: 'shared', membership: 'leave', joinedSince: true }))
})

test('users see their own coming and going', (t) => {
  t.true(canSee({ visibility: 'joined', membership: 'leave', membershipAfter: 'join', joinedSince: false }))
  t.true(canSee({ visibility: 'joined', membership: 'join', membershipAfter: 'ban', joinedSince: false }))
  t.false(canSee({ visibility: 'joined', membership: 'leave', membershipAfter: 'invite', joinedSince: false }))
  t.true(canSee({ visibility: 'invited', membership: 'leave', membershipAfter: 'invite', joinedSince: false }))
})
